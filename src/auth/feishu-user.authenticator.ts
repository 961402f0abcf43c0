import { abortable } from '../domain/abortable';
import { GatewayError } from '../domain/errors';
import { Secret } from '../domain/secret';
import { authenticated, SKIP, type Authenticator, type Outcome } from './authenticator';
import { digestOf } from './digest';
import { createTokenLookUp, type TokenLookUpOptions } from './feishu-user.look-up';

/** Verifies user access tokens of Feishu: Feishu says whose a token is, and the result is cached. */
export function createFeishuUserAuthenticator(options: TokenLookUpOptions): Authenticator {
  const lookUp = createTokenLookUp(options);
  return {
    name: 'feishu-user',
    authenticate({ bearer, address }, request) {
      if (bearer === undefined) return SKIP;
      // Only the digest stays in memory: the token cannot be recovered from it.
      const key = digestOf(bearer).toString('base64');
      const accessToken = new Secret(bearer);
      const withToken = (outcome: Outcome) =>
        outcome.kind === 'authenticated'
          ? authenticated({ ...outcome.principal, accessToken })
          : outcome;
      const found = lookUp(key, accessToken, address);
      return found instanceof Promise
        ? abortable(found, request.signal, () => tooLate()).then(withToken)
        : withToken(found);
    },
  };
}

function tooLate(): GatewayError {
  return new GatewayError(
    'UPSTREAM_TIMEOUT',
    'cannot verify the token: Feishu did not answer in time',
  );
}
