import type { FastifyRequest } from 'fastify';

/** Modes of `fetch` in which a script could read the answer. */
const SCRIPT_MODES: ReadonlySet<unknown> = new Set(['cors', 'same-origin']);

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
 * Browsers set these headers themselves, and no page can. Markup, such as a picture or a link to prefetch
 * that a visitor of a known page has put there, loads with another destination or in the mode `no-cors`.
 */
function isFromKnownPage({ method, headers }: FastifyRequest, origins: readonly string[]): boolean {
  if (method !== 'GET') return false;
  const { 'sec-fetch-site': site, 'sec-fetch-dest': destination, 'sec-fetch-mode': mode } = headers;
  if (site === 'same-origin') return destination === 'empty' && SCRIPT_MODES.has(mode ?? '');
  // Towards plain http, browsers send an origin and no more.
  return (
    origins.includes(headers.origin ?? '') &&
    (destination ?? 'empty') === 'empty' &&
    SCRIPT_MODES.has(mode ?? 'cors')
  );
}
