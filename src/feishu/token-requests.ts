import type { Clock } from '../domain/clock';
import { Secret } from '../domain/secret';
import { NO_CREDENTIALS, type Credentials } from './credentials';
import type { FeishuClient, FeishuRequest } from './feishu-client';
import type { IssuedToken } from './token-custody';
import {
  oauthTokenWire,
  tenantTokenWire,
  type OAuthTokenBodyWire,
  type TenantTokenBodyWire,
} from './wire/token.wire';

/** A separate deadline, because many operations with different deadlines wait for the same token. */
const DEADLINE_MS = 10_000;

export interface FeishuApp {
  readonly appId: string;
  readonly appSecret: Secret;
}

/** Makes one call to a token endpoint. @throws GatewayError */
export async function fetchToken<T>(
  client: FeishuClient,
  request: FeishuRequest<T>,
  clock: Clock,
  credentials: Credentials = NO_CREDENTIALS,
): Promise<T> {
  // Without `pause`: a company that is refused its token must not pause the app's token, which all companies need.
  const withoutPause: Credentials = {
    kind: credentials.kind,
    token: () => credentials.token(),
    drop: (refused) => credentials.drop(refused),
  };
  const { value } = await client.call(request, withoutPause, {
    signal: AbortSignal.timeout(DEADLINE_MS),
    deadlineAtMs: clock.now() + DEADLINE_MS,
  });
  return value;
}

/** The tenant token of a custom app. (fact 20) */
export function tenantTokenRequest({ appId, appSecret }: FeishuApp): FeishuRequest<IssuedToken> {
  return {
    api: 'tenant_token',
    method: 'POST',
    path: '/open-apis/auth/v3/tenant_access_token/internal',
    authenticate: () => ({
      body: { app_id: appId, app_secret: appSecret.reveal() } satisfies TenantTokenBodyWire,
    }),
    decode: (envelope) => toTenantToken.safeParse(envelope),
  };
}

/**
 * The tenant token of a custom app as a JWT, from the newer endpoint on the host of accounts. The secret travels in
 * `Authorization: Basic` alone: with a second copy in the body, Feishu refuses the call (20070). (fact 21)
 */
export function oauthTokenRequest({ appId, appSecret }: FeishuApp): FeishuRequest<IssuedToken> {
  const pair = Buffer.from(`${appId}:${appSecret.reveal()}`).toString('base64');
  const authorization = new Secret(`Basic ${pair}`);
  return {
    api: 'oauth_token',
    method: 'POST',
    path: '/oauth/v3/token',
    body: { grant_type: 'client_credentials' } satisfies OAuthTokenBodyWire,
    authenticate: () => ({ authorization: authorization.reveal() }),
    envelope: 'optional',
    decode: (answer) => toOAuthToken.safeParse(answer),
  };
}

export const toTenantToken = tenantTokenWire.transform(
  ({ tenant_access_token, expire }): IssuedToken => ({
    token: new Secret(tenant_access_token),
    lifeSeconds: expire,
  }),
);

const toOAuthToken = oauthTokenWire.transform(({ access_token, expires_in }): IssuedToken => ({
  token: new Secret(access_token),
  lifeSeconds: expires_in,
}));
