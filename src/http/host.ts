import type { FastifyRequest } from 'fastify';
import { headerValues } from '../auth/header-values';

/** Why a request is refused because of its `Host` header. */
export interface HostFault {
  readonly status: 400 | 403;
  readonly message: string;
}

/** The host and port of a URL, without user, path, query or space. */
const HOST_SYNTAX = /^[^\s/?#@\\]+$/;

const MALFORMED: HostFault = {
  status: 400,
  message: 'Host: expected one header with a host and an optional port, got none or an invalid one',
};

/**
 * Checks the `Host` header; `undefined` if it is acceptable or missing. HTTP/1.0 has no `Host`, and probes need none.
 * @param localNames the only hosts that the gateway answers; `undefined`: any
 */
export function findHostFault(
  { raw }: FastifyRequest,
  localNames: ReadonlySet<string> | undefined,
): HostFault | undefined {
  const [host, ...others] = headerValues(raw.rawHeaders, 'host');
  if (host === undefined) return undefined;
  if (others.length > 0 || !isHost(host)) return MALFORMED;
  return localNames && !localNames.has(new URL(`http://${host}`).hostname)
    ? notLocal(localNames)
    : undefined;
}

/** Apollo's integration builds a URL from these parts to read the query, and throws if it is invalid. */
export function findUrlFault({ url, protocol, hostname }: FastifyRequest): HostFault | undefined {
  const origin = `${protocol}://${hostname}/`;
  const isReadable = isOrigin(origin) && (isPlainPath(url) || URL.canParse(url, origin));
  return isReadable ? undefined : MALFORMED;
}

/**
 * The hostnames of loopback. Any site can point its own name to this machine (DNS rebinding), and its pages could
 * then read the gateway's responses. Their requests still carry the site's name as `Host`.
 * @param host the address on which the gateway listens
 */
export function localNamesOf(host: string): ReadonlySet<string> {
  const configured = new URL(`http://${host.includes(':') ? `[${host}]` : host}`).hostname;
  return new Set(['localhost', '127.0.0.1', '[::1]', configured]);
}

const isHost = memoizeLast((text) => HOST_SYNTAX.test(text) && URL.canParse(`http://${text}`));
const isOrigin = memoizeLast((text) => URL.canParse(text));

function isPlainPath(url: string): boolean {
  return /^\/[a-z]*$/.test(url);
}

/** Remembers the last valid text, since nearly all requests name the same host. */
function memoizeLast(check: (text: string) => boolean): (text: string) => boolean {
  let last: string | undefined;
  return (text) => {
    if (text === last) return true;
    const isGood = check(text);
    if (isGood) last = text;
    return isGood;
  };
}

function notLocal(names: ReadonlySet<string>): HostFault {
  return {
    status: 403,
    message:
      `Host: expected one of ${[...names].join(', ')}, got another name. A gateway on loopback that asks for no ` +
      'credentials answers no other name, since pages of other sites could read it (DNS rebinding)',
  };
}
