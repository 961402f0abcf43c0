import { abortable } from '../domain/abortable';
import { GatewayError } from '../domain/errors';
import { Secret } from '../domain/secret';
import { authenticated, SKIP, type Authenticator } from './authenticator';
import { digestOf } from './digest';
import { createTokenLookUp, type TokenLookUpOptions } from './feishu-user.look-up';

/** Tokens that Feishu has issued to its users. Whose one is, Feishu says, and is remembered for a while. */
export function createFeishuUserAuthenticator(options: TokenLookUpOptions): Authenticator {
  const lookUp = createTokenLookUp(options);
  return {
    name: 'feishu-user',
    async authenticate({ bearer, address }, signal) {
      if (bearer === undefined) return SKIP;
      // Neither the token nor what could be turned back into it is kept.
      const key = digestOf(bearer).toString('base64');
      const accessToken = new Secret(bearer);
      const found = lookUp(key, accessToken, address);
      const outcome =
        found instanceof Promise ? await abortable(found, signal, () => tooLate()) : found;
      if (outcome.kind !== 'authenticated') return outcome;
      return authenticated({ ...outcome.principal, accessToken });
    },
  };
}

function tooLate(): GatewayError {
  return new GatewayError('UPSTREAM_TIMEOUT', 'Feishu did not say in time whose token this is.');
}
