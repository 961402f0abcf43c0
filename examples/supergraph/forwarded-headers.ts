/** What a router hands on of its client's request. Routers forward nothing by themselves. */
const FORWARDED = ['authorization', 'accept-language', 'x-request-id'];

export type ReadHeader = (name: string) => string | null | undefined;

/**
 * Who asks, as the router itself has found out, in the headers that the gateway is told to believe
 * together with `AUTH_ROUTER_SECRET`. Never take these from the client, and never list them above: a
 * client would then say who it is.
 */
export type Identify = (read: ReadHeader) => Readonly<Record<string, string>>;

/** For a router whose clients bring credentials that the gateway looks at. */
export const NO_IDENTITY: Identify = () => ({});

export function forwardedHeaders(read: ReadHeader, identify: Identify): Record<string, string> {
  const given = FORWARDED.map((name) => [name, read(name)] as const);
  const forwarded = given.filter(
    (entry): entry is [string, string] => typeof entry[1] === 'string',
  );
  return { ...Object.fromEntries(forwarded), ...identify(read) };
}
