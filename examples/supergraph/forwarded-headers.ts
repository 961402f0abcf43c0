/** The client's headers that the router forwards. By default, routers forward none. */
const FORWARDED = ['authorization', 'accept-language', 'x-request-id'];

export type ReadHeader = (name: string) => string | null | undefined;

/**
 * Returns headers that name the user whom the router has authenticated. The gateway trusts them together
 * with `AUTH_ROUTER_SECRET`. Never copy these headers from the client and never list them above: otherwise
 * a client could name any user.
 */
export type Identify = (read: ReadHeader) => Readonly<Record<string, string>>;

/** For a router whose clients send credentials that the gateway verifies. */
export const NO_IDENTITY: Identify = () => ({});

export function forwardedHeaders(read: ReadHeader, identify: Identify): Record<string, string> {
  const given = FORWARDED.map((name) => [name, read(name)] as const);
  const forwarded = given.filter(
    (entry): entry is [string, string] => typeof entry[1] === 'string',
  );
  return { ...Object.fromEntries(forwarded), ...identify(read) };
}
