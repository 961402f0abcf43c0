import type { Clock } from '../domain/clock';
import type { Logger } from '../observability/logger';
import type { AppTicket } from './app-ticket';
import type { Credentials } from './credentials';
import type { FeishuClient } from './feishu-client';
import { appTokenRequest, storeTenantTokenRequest } from './store-token-requests';
import { createTokenCustody, type IssuedToken } from './token-custody';
import {
  fetchToken,
  oauthTokenRequest,
  tenantTokenRequest,
  type FeishuApp,
} from './token-requests';

/** The tokens of an app. */
export interface AppCredentials {
  /**
   * Creates the credentials for one company. They hold one token, so create them once for each company.
   * @param tenantKey `null`: the company of a custom app
   * @throws RangeError for a store app without a tenant key
   */
  readonly of: (tenantKey: string | null) => Credentials;
}

export interface AppCredentialsOptions {
  readonly client: FeishuClient;
  readonly app: FeishuApp;
  /** Of a custom app: the client of the host of accounts, if tokens come from `oauth/v3/token`. (fact 21) */
  readonly accounts?: FeishuClient | undefined;
  /** Of a store app. (fact 22) */
  readonly ticket?: AppTicket | undefined;
  readonly clock: Clock;
  readonly log: Logger;
}

/** Creates the tokens of an app. Nothing is fetched before the first call. */
export function createAppCredentials(options: AppCredentialsOptions): AppCredentials {
  const { ticket } = options;
  return ticket ? createStoreApp(options, ticket) : createCustomApp(options);
}

function createCustomApp({ client, accounts, app, clock, log }: AppCredentialsOptions) {
  const request = accounts ? oauthTokenRequest(app) : tenantTokenRequest(app);
  const fetchTenantToken = () => fetchToken(accounts ?? client, request, clock);
  return { of: () => createTenantToken(fetchTenantToken, clock, log) };
}

/**
 * Each token is the credentials of the call for the next one. So one rule serves all steps: a refused token is dropped
 * and fetched anew once, by one call for all that wait.
 */
function createStoreApp(
  { client, app, clock, log }: AppCredentialsOptions,
  { credentials: ticket }: AppTicket,
): AppCredentials {
  const request = appTokenRequest(app);
  const appToken = createTokenCustody({
    name: 'app token',
    fetchToken: () => fetchToken(client, request, clock, ticket),
    clock,
    log,
  });
  return {
    of(tenantKey) {
      if (tenantKey === null)
        throw new RangeError('tenantKey: expected the key of a company for a store app, got null');
      const ofCompany = storeTenantTokenRequest(tenantKey);
      return createTenantToken(() => fetchToken(client, ofCompany, clock, appToken), clock, log);
    },
  };
}

function createTenantToken(fetch: () => Promise<IssuedToken>, clock: Clock, log: Logger) {
  return createTokenCustody({ name: 'tenant token', fetchToken: fetch, clock, log });
}
