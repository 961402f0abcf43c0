import type { RequestCredentials } from './authenticator';

const BEARER = /^Bearer +([\x21-\x7e]+)$/i;

/** All values of each header, as in Node's `headersDistinct`. */
type HeaderLines = Readonly<Record<string, string[] | undefined>>;

/** @param identityHeaders headers that carry credentials; a request that repeats one is rejected */
export function credentialsIn(
  lines: HeaderLines,
  address: string,
  identityHeaders: readonly string[],
): RequestCredentials {
  const header = (name: string) => {
    const [value, ...others] = lines[name] ?? [];
    return others.length === 0 ? value : undefined;
  };
  return {
    hasAuthorization: lines['authorization'] !== undefined,
    bearer: BEARER.exec(header('authorization') ?? '')?.[1],
    header,
    isRepeated: identityHeaders.some((name) => (lines[name]?.length ?? 0) > 1),
    address,
  };
}
