import type { Clock } from '../domain/clock';
import type { Logger } from '../observability/logger';
import type { Credentials } from './credentials';
import type { FeishuClient } from './feishu-client';
import { createTokenCustody } from './token-custody';
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
   */
  of(tenantKey: string | null): Credentials;
}

export interface AppCredentialsOptions {
  readonly client: FeishuClient;
  /** The client of the host of accounts: then tokens come from `oauth/v3/token`. */
  readonly accounts: FeishuClient | undefined;
  readonly app: FeishuApp;
  readonly clock: Clock;
  readonly log: Logger;
}

/** Creates the tokens of an app. Nothing is fetched before the first call. */
export function createAppCredentials(options: AppCredentialsOptions): AppCredentials {
  const { client, accounts, app, clock, log } = options;
  const request = accounts ? oauthTokenRequest(app) : tenantTokenRequest(app);
  return {
    of: () =>
      createTokenCustody({
        name: 'tenant token',
        fetchToken: () => fetchToken(accounts ?? client, request, clock),
        clock,
        log,
      }),
  };
}
