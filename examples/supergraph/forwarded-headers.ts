/**
 * What a router hands on of its client's request: who asks, in which language, and under which ID the
 * logs know it. Routers forward nothing by themselves. What a trusted router adds of its own (a secret,
 * the end user's identity) belongs here as well.
 */
const FORWARDED = ['authorization', 'accept-language', 'x-request-id'];

export function forwardedHeaders(
  read: (name: string) => string | null | undefined,
): Record<string, string> {
  const given = FORWARDED.map((name) => [name, read(name)] as const);
  return Object.fromEntries(
    given.filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  );
}
