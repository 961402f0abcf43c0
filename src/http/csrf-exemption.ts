import type { FastifyRequest } from 'fastify';

/** Modes of `fetch` in which a script may read the response. */
const SCRIPT_MODES: ReadonlySet<unknown> = new Set(['cors', 'same-origin']);

/** Apollo takes this header as proof that the browser sent a preflight request. */
const PREFLIGHT_HEADER = 'apollo-require-preflight';

/**
 * Exempts a GET that a script of a trusted page sends from Apollo's CSRF prevention. Clients such as urql add no
 * header of their own to a GET. See docs/decisions/0015-clients.md.
 * @param origins besides the gateway's own, the origins of trusted pages
 */
export function exemptFromCsrfPrevention(
  request: FastifyRequest,
  origins: readonly string[],
): void {
  if (!isFromTrustedScript(request, origins)) return;
  request.headers = { ...request.headers, [PREFLIGHT_HEADER]: 'true' };
}

/**
 * Browsers set these headers, and pages cannot. A visitor may put a picture or a prefetch link into a trusted page,
 * but browsers load such markup with another destination or in the mode `no-cors`.
 */
function isFromTrustedScript(
  { method, headers }: FastifyRequest,
  origins: readonly string[],
): boolean {
  if (method !== 'GET') return false;
  const { 'sec-fetch-site': site, 'sec-fetch-dest': destination, 'sec-fetch-mode': mode } = headers;
  if (site === 'same-origin') return destination === 'empty' && SCRIPT_MODES.has(mode ?? '');
  // Over plain HTTP, browsers send only the origin.
  return (
    origins.includes(headers.origin ?? '') &&
    (destination ?? 'empty') === 'empty' &&
    SCRIPT_MODES.has(mode ?? 'cors')
  );
}
