import type { FastifyRequest } from 'fastify';

/** Why a request is refused for its `Host`. */
export interface HostFault {
  readonly status: 400 | 403;
  readonly message: string;
}

/** Host and port as they stand in a URL: no user, path, query or space. */
const HOST_SYNTAX = /^[^\s/?#@\\]+$/;

const MALFORMED: HostFault = {
  status: 400,
  message: 'Host: expected one header with a host and perhaps a port, got none or another text',
};

/**
 * What is wrong with the `Host` of a request; `undefined` if nothing is. HTTP/1.0 knows no `Host`, and probes
 * need none.
 * @param localNames the only hosts that are answered; `undefined`: any
 */
export function findHostFault(
  { raw }: FastifyRequest,
  localNames: ReadonlySet<string> | undefined,
): HostFault | undefined {
  const [host, ...others] = raw.headersDistinct['host'] ?? [];
  if (host === undefined) return undefined;
  if (others.length > 0 || !isHost(host)) return MALFORMED;
  return localNames && !localNames.has(new URL(`http://${host}`).hostname)
    ? notLocal(localNames)
    : undefined;
}

/** Apollo's integration builds this URL to read the query, and throws where that is not possible. */
export function findUrlFault({ url, protocol, hostname }: FastifyRequest): HostFault | undefined {
  const origin = `${protocol}://${hostname}/`;
  const isReadable = isOrigin(origin) && (isPlainPath(url) || URL.canParse(url, origin));
  return isReadable ? undefined : MALFORMED;
}

/**
 * A page of any site can give its own name the address of this machine (DNS rebinding), and then reads what
 * the gateway answers. Its requests still carry the page's name as `Host`.
 * @param host where the gateway listens
 */
export function localNamesOf(host: string): ReadonlySet<string> {
  const configured = new URL(`http://${host.includes(':') ? `[${host}]` : host}`).hostname;
  return new Set(['localhost', '127.0.0.1', '[::1]', configured]);
}

const isHost = rememberLast((text) => HOST_SYNTAX.test(text) && URL.canParse(`http://${text}`));
const isOrigin = rememberLast((text) => URL.canParse(text));

function isPlainPath(url: string): boolean {
  return /^\/[a-z]*$/.test(url);
}

/** Nearly all requests to a gateway name the same host. */
function rememberLast(check: (text: string) => boolean): (text: string) => boolean {
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
      `Host: expected one of ${[...names].join(', ')}, got another name. Without credentials, a gateway on ` +
      'loopback answers no other name: a page of another site could read it (DNS rebinding)',
  };
}
