import type { FastifyRequest } from 'fastify';

/** What Apollo takes for proof that a browser has asked before it sent a request. */
const PREFLIGHT_HEADER = 'apollo-require-preflight';

/**
 * Lets a GET of a script of a known page pass Apollo's CSRF prevention: clients such as urql send it with
 * nothing but what the browser adds. See docs/decisions/0015-clients.md.
 */
export function vouchForKnownPage(request: FastifyRequest, origins: readonly string[]): void {
  if (!isFromKnownPage(request, origins)) return;
  request.headers = { ...request.headers, [PREFLIGHT_HEADER]: 'true' };
}

/**
 * Browsers set these headers themselves, and no page can. A destination other than `empty` is what markup
 * loads, such as a picture that a visitor of a known page has put there.
 */
function isFromKnownPage({ headers }: FastifyRequest, origins: readonly string[]): boolean {
  const destination = headers['sec-fetch-dest'];
  if (headers['sec-fetch-site'] === 'same-origin') return destination === 'empty';
  // Towards plain http, browsers send an origin and no more.
  return origins.includes(headers.origin ?? '') && (destination ?? 'empty') === 'empty';
}
