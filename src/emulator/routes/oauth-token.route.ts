import type { OAuthTokenWire } from '../../feishu/wire/token.wire';
import type { Endpoint, EndpointCall } from '../endpoint';
import { Refusal } from '../envelope';
import { ErrorCode } from '../error-codes';
import type { Settings } from '../options';
import { readBody } from '../parameters';

/** Returns a tenant token as a JWT, by RFC 6749: an answer has no envelope. (fact 21) */
export const oauthToken: Endpoint = {
  api: 'oauth_token',
  method: 'POST',
  path: '/oauth/v3/token',
  acceptedTokens: [],
  acceptedScopes: [],
  answer({ settings, tokens, tenant }, call) {
    assertApp(settings, readCredentials(call));
    if (readBody(call.body)['grant_type'] !== 'client_credentials') {
      throw new Refusal(400, ErrorCode.oauthParameterMissing, {
        oauthError: 'unsupported_grant_type',
      });
    }
    const { text, expireSeconds } = tokens.tenantToken(tenant.key, 'jwt');
    const token: OAuthTokenWire = { access_token: text, expires_in: expireSeconds };
    return { ...token, token_type: 'Bearer' };
  },
};

interface AppKey {
  readonly id: unknown;
  readonly secret: unknown;
}

/** From `Authorization: Basic` or from the body, but not from both. */
function readCredentials({ authorization, body }: EndpointCall): AppKey {
  const { client_id: id, client_secret: secret } = readBody(body);
  const basic = /^Basic (\S+)$/.exec(authorization ?? '')?.[1];
  if (basic === undefined) return { id, secret };
  if (secret !== undefined) {
    throw new Refusal(400, ErrorCode.oauthTwoSecrets, { oauthError: 'invalid_request' });
  }
  const [basicId, ...rest] = Buffer.from(basic, 'base64').toString().split(':');
  return { id: basicId, secret: rest.join(':') };
}

/** The endpoint is for custom apps only. (fact 37) */
function assertApp({ appId, appSecret, appType }: Settings, { id, secret }: AppKey): void {
  if (appType === 'store') {
    throw new Refusal(400, ErrorCode.oauthUnknownApp, { oauthError: 'unauthorized_client' });
  }
  if (id === undefined || secret === undefined) {
    throw new Refusal(400, ErrorCode.oauthParameterMissing, { oauthError: 'invalid_request' });
  }
  if (id !== appId) {
    throw new Refusal(401, ErrorCode.oauthUnknownApp, { oauthError: 'invalid_client' });
  }
  if (secret !== appSecret) {
    throw new Refusal(401, ErrorCode.oauthWrongSecret, { oauthError: 'invalid_client' });
  }
}
