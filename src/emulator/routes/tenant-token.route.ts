import type { TenantTokenBodyWire, TenantTokenWire } from '../../feishu/wire/token.wire';
import type { Endpoint } from '../endpoint';
import { Refusal } from '../envelope';
import { ErrorCode } from '../error-codes';
import { readBody } from '../parameters';

/** Returns a tenant token for the emulator's app, unless it is a store app. The answer has no `data`. (fact 20) */
export const tenantToken: Endpoint = {
  api: 'tenant_token',
  method: 'POST',
  path: '/open-apis/auth/v3/tenant_access_token/internal',
  acceptedTokens: [],
  acceptedScopes: [],
  answer({ settings, tokens, tenant }, call) {
    const { app_id, app_secret }: Partial<Record<keyof TenantTokenBodyWire, unknown>> = readBody(
      call.body,
    );
    const isApp = app_id === settings.appId && app_secret === settings.appSecret;
    if (!isApp || settings.appType !== 'custom') {
      throw new Refusal(settings.tokenErrorStatus, ErrorCode.wrongAppCredentials);
    }
    const { text, expireSeconds } = tokens.tenantToken(tenant.key);
    const token: TenantTokenWire = { tenant_access_token: text, expire: expireSeconds };
    return { code: 0, msg: 'ok', ...token };
  },
};
