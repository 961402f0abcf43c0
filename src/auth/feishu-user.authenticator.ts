import { abortable } from '../domain/abortable';
import { GatewayError } from '../domain/errors';
import { Secret } from '../domain/secret';
import { authenticated, SKIP, type Authenticator } from './authenticator';
import { digestOf } from './digest';
import { createTokenLookUp, type TokenLookUpOptions } from './feishu-user.look-up';

/** Verifies user access tokens of Feishu: Feishu says whose a token is, and the result is cached. */
export function createFeishuUserAuthenticator(options: TokenLookUpOptions): Authenticator {
  const lookUp = createTokenLookUp(options);
  return {
    name: 'feishu-user',
    async authenticate({ bearer, address }, request) {
      if (bearer === undefined) return SKIP;
      // Only the digest stays in memory: the token cannot be recovered from it.
      const key = digestOf(bearer).toString('base64');
      const accessToken = new Secret(bearer);
      const found = lookUp(key, accessToken, address);
      const outcome =
        found instanceof Promise ? await abortable(found, request.signal, () => tooLate()) : found;
      if (outcome.kind !== 'authenticated') return outcome;
      return authenticated({ ...outcome.principal, accessToken });
    },
  };
}

function tooLate(): GatewayError {
  return new GatewayError(
    'UPSTREAM_TIMEOUT',
    'cannot verify the token: Feishu did not answer in time',
  );
}
