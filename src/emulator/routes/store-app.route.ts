import type {
  AppTokenBodyWire,
  AppTokenWire,
  StoreTenantTokenBodyWire,
  TenantTokenWire,
} from '../../feishu/wire/token.wire';
import type { EmulatorState, Endpoint } from '../endpoint';
import { Refusal } from '../envelope';
import { ErrorCode } from '../error-codes';
import { readBody } from '../parameters';

type Fields<T> = Partial<Record<keyof T, unknown>>;

/** Sends a new ticket to the webhook. The answer does not hold it. (fact 22) */
export const resendTicket: Endpoint = {
  api: 'app_ticket',
  method: 'POST',
  path: '/open-apis/auth/v3/app_ticket/resend',
  acceptedTokens: [],
  acceptedScopes: [],
  answer(state, call) {
    assertStoreApp(state, readBody(call.body));
    state.sendTicket();
    return { code: 0, msg: 'success' };
  },
};

/** Returns the token of the app, by its ticket. (fact 22) */
export const appToken: Endpoint = {
  api: 'app_token',
  method: 'POST',
  path: '/open-apis/auth/v3/app_access_token',
  acceptedTokens: [],
  acceptedScopes: [],
  answer(state, call) {
    const { tickets, tokens, settings } = state;
    const body: Fields<AppTokenBodyWire> = readBody(call.body);
    assertStoreApp(state, body);
    if (!tickets.isValid(body.app_ticket)) {
      throw new Refusal(settings.tokenErrorStatus, ErrorCode.ticketInvalid);
    }
    const { text, expireSeconds } = tokens.appToken();
    const token: AppTokenWire = { app_access_token: text, expire: expireSeconds };
    return { code: 0, msg: 'success', ...token };
  },
};

/** Returns the token of one company, by the app's token. (fact 22) */
export const storeTenantToken: Endpoint = {
  api: 'tenant_token',
  method: 'POST',
  path: '/open-apis/auth/v3/tenant_access_token',
  acceptedTokens: [],
  acceptedScopes: [],
  answer({ tenants, tokens, settings }, call) {
    const body: Fields<StoreTenantTokenBodyWire> = readBody(call.body);
    const key = String(body.tenant_key);
    const finding = tokens.find(String(body.app_access_token));
    if (finding?.owner.kind !== 'app' || finding.state !== 'valid') {
      throw new Refusal(settings.tokenErrorStatus, ErrorCode.appTokenInvalid);
    }
    if (!tenants.isInstalled(key)) {
      throw new Refusal(settings.tokenErrorStatus, ErrorCode.appNotInstalled);
    }
    const { text, expireSeconds } = tokens.tenantToken(key);
    const token: TenantTokenWire = { tenant_access_token: text, expire: expireSeconds };
    return { code: 0, msg: 'success', ...token };
  },
};

/** A custom app has no tickets. */
function assertStoreApp(
  { settings }: Pick<EmulatorState, 'settings'>,
  { app_id, app_secret }: Fields<AppTokenBodyWire>,
): void {
  const isApp = app_id === settings.appId && app_secret === settings.appSecret;
  if (isApp && settings.appType === 'store') return;
  throw new Refusal(settings.tokenErrorStatus, ErrorCode.wrongAppCredentials);
}
