import type { RequestCredentials } from './authenticator';
import { headerValues } from './header-values';

const BEARER = /^Bearer +([\x21-\x7e]+)$/i;

/**
 * @param rawHeaders names and values in turn, as in Node
 * @param identityHeaders headers that carry credentials; a request that repeats one is rejected
 */
export function credentialsIn(
  rawHeaders: readonly string[],
  address: string,
  identityHeaders: readonly string[],
): RequestCredentials {
  const authorization = headerValues(rawHeaders, 'authorization');
  return {
    hasAuthorization: authorization.length > 0,
    bearer: BEARER.exec(onlyOne(authorization) ?? '')?.[1],
    header: (name) => onlyOne(headerValues(rawHeaders, name)),
    isRepeated: identityHeaders.some((name) => headerValues(rawHeaders, name).length > 1),
    address,
  };
}

function onlyOne(values: readonly string[]): string | undefined {
  return values.length === 1 ? values[0] : undefined;
}
