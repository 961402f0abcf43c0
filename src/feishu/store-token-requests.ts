import { Secret } from '../domain/secret';
import type { FeishuRequest } from './feishu-client';
import type { IssuedToken } from './token-custody';
import { toTenantToken, type FeishuApp } from './token-requests';
import {
  appTokenWire,
  type AppTokenBodyWire,
  type ResendTicketBodyWire,
  type StoreTenantTokenBodyWire,
} from './wire/token.wire';

// The tokens of a store app: ticket, app token, tenant token. Each is the credentials of the call for the next one,
// and travels in the body. (fact 22)

/** Asks Feishu to send a ticket to the webhook. The answer holds none. */
export function resendTicketRequest({ appId, appSecret }: FeishuApp): FeishuRequest<undefined> {
  return {
    api: 'app_ticket',
    method: 'POST',
    path: '/open-apis/auth/v3/app_ticket/resend',
    authenticate: () => ({
      body: { app_id: appId, app_secret: appSecret.reveal() } satisfies ResendTicketBodyWire,
    }),
    decode: () => ({ success: true, data: undefined }),
  };
}

/** The token of the app, by its ticket. */
export function appTokenRequest({ appId, appSecret }: FeishuApp): FeishuRequest<IssuedToken> {
  return {
    api: 'app_token',
    method: 'POST',
    path: '/open-apis/auth/v3/app_access_token',
    authenticate: (ticket) => ({
      body: {
        app_id: appId,
        app_secret: appSecret.reveal(),
        app_ticket: ticket?.reveal() ?? '',
      } satisfies AppTokenBodyWire,
    }),
    decode: (envelope) => toAppToken.safeParse(envelope),
  };
}

/** The token of the app in one company, by the app's token. */
export function storeTenantTokenRequest(tenantKey: string): FeishuRequest<IssuedToken> {
  return {
    api: 'tenant_token',
    method: 'POST',
    path: '/open-apis/auth/v3/tenant_access_token',
    authenticate: (appToken) => ({
      body: {
        app_access_token: appToken?.reveal() ?? '',
        tenant_key: tenantKey,
      } satisfies StoreTenantTokenBodyWire,
    }),
    decode: (envelope) => toTenantToken.safeParse(envelope),
  };
}

const toAppToken = appTokenWire.transform(({ app_access_token, expire }): IssuedToken => ({
  token: new Secret(app_access_token),
  lifeSeconds: expire,
}));
