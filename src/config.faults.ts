import type { z } from 'zod';
import { hasAuthenticator, findAuthContradictions } from './auth/auth.faults';
import { DEFAULT_HOST } from './config.address';
import { isSecret } from './config.secrets';
import { findToolFaults, type OperationManifest } from './operation-manifest';
import { isLoopback, type Environment } from './variables';

/** Faults of combinations: each variable is valid, but they contradict each other or one is missing. */
export function findContradictions(
  given: Environment,
  manifest: OperationManifest | undefined,
): string[] {
  const { FEISHU_APP_ID: appId, FEISHU_APP_SECRET: secret, HOST: host = DEFAULT_HOST } = given;
  const faults: string[] = [];
  if (Boolean(appId) !== Boolean(secret)) {
    const missing = appId ? 'FEISHU_APP_SECRET' : 'FEISHU_APP_ID';
    faults.push(
      `${missing}: expected both FEISHU_APP_ID and FEISHU_APP_SECRET or neither, got one`,
    );
  }
  if (given['FEISHU_BASE_URL'] && !appId && !secret) {
    faults.push(
      'FEISHU_BASE_URL: expected FEISHU_APP_ID and FEISHU_APP_SECRET with it, got neither',
    );
  }
  if (given['NODE_ENV'] === 'production' && !appId && !secret) {
    faults.push(
      'FEISHU_APP_ID, FEISHU_APP_SECRET: expected both in production, got neither ' +
        '(the embedded emulator answers with invented people)',
    );
  }
  const isStoreApp = given['FEISHU_APP_TYPE'] === 'store';
  if (isStoreApp && !appId && !secret) {
    faults.push(
      'FEISHU_APP_TYPE: expected FEISHU_APP_ID and FEISHU_APP_SECRET with "store", got neither ' +
        '(the embedded emulator is a custom app)',
    );
  }
  if (
    !isStoreApp &&
    given['AUTH_ANONYMOUS'] === undefined &&
    !hasAuthenticator(given) &&
    (appId || secret || !isLoopback(host))
  ) {
    faults.push(NO_CREDENTIALS_REQUIRED);
  }
  if (given['FEISHU_EVENT_ENCRYPT_KEY'] && !given['FEISHU_EVENT_VERIFICATION_TOKEN']) {
    faults.push(
      'FEISHU_EVENT_VERIFICATION_TOKEN: expected it with FEISHU_EVENT_ENCRYPT_KEY, got none. ' +
        "Feishu's console shows both on one page",
    );
  }
  if (given['MCP'] === 'on') {
    faults.push(...(given['PERSISTED_OPERATIONS'] ? findToolFaults(manifest) : [NO_TOOLS]));
  }
  return [...faults, ...findTokenContradictions(given), ...findAuthContradictions(given)];
}

/** A store app gets its tokens by ticket only, and the ticket by webhook only. (facts 22, 37) */
function findStoreAppFaults(given: Environment, isOAuth: boolean): string[] {
  return [
    ...(isOAuth
      ? ['FEISHU_TOKEN_ENDPOINT: expected none with FEISHU_APP_TYPE=store, got "oauth_v3"']
      : []),
    ...(given['FEISHU_EVENT_VERIFICATION_TOKEN']
      ? []
      : [
          'FEISHU_EVENT_VERIFICATION_TOKEN: expected it with FEISHU_APP_TYPE=store, because Feishu sends the ticket ' +
            'of the app to /webhooks/feishu, got none',
        ]),
  ];
}

/** A secret is sent only to hosts that the operator has named, also by the brand. (fact 28) */
function findTokenContradictions(given: Environment): string[] {
  const isOAuth = given['FEISHU_TOKEN_ENDPOINT'] === 'oauth_v3';
  if (given['FEISHU_APP_TYPE'] === 'store') return findStoreAppFaults(given, isOAuth);
  if (isOAuth && given['FEISHU_BASE_URL'] && !given['FEISHU_ACCOUNTS_URL']) {
    return [
      'FEISHU_ACCOUNTS_URL: expected the origin of oauth/v3/token next to FEISHU_BASE_URL, because the app secret ' +
        'is sent only to hosts that you name, got none',
    ];
  }
  return !isOAuth && given['FEISHU_ACCOUNTS_URL']
    ? ['FEISHU_ACCOUNTS_URL: expected FEISHU_TOKEN_ENDPOINT=oauth_v3 with it, got another one']
    : [];
}

const NO_TOOLS =
  'MCP: expected PERSISTED_OPERATIONS with it, because each persisted operation becomes a tool, got none. ' +
  'packages/client/persisted-query-manifest.json has ready ones';

const NO_CREDENTIALS_REQUIRED =
  'AUTH_ANONYMOUS: expected "all" or a way to authenticate, got neither. Set AUTH_SERVICE_TOKENS, AUTH_JWT_ISSUER ' +
  'with AUTH_JWT_AUDIENCE and AUTH_JWT_JWKS_URL, AUTH_FEISHU_USERS=on with AUTH_FEISHU_TENANT_KEY, or ' +
  'AUTH_ROUTER_SECRET. With AUTH_ANONYMOUS=all, every client that reaches the port may read all that the app may ' +
  'read, so let only your own services reach it';

/** Formats one issue of a schema as `name: expected X, got Y`. */
export function toFault(issue: z.core.$ZodIssue, given: Environment): string {
  const name = String(issue.path[0]);
  const value = given[name] ?? '';
  const got =
    issue.code === 'custom' && issue.params?.['got'] !== undefined
      ? String(issue.params['got'])
      : describe(name, value);
  return `${name}: expected ${issue.message}, got ${got}`;
}

/** A collector's key may stand in a query. */
const URL_WITH_QUERY = /:\/\/\S*[?#]/;

/** Does not quote values that may be secrets, or URLs that may hold one. */
function describe(name: string, value: string): string {
  if (isSecret(name)) return `a text of ${value.length} characters`;
  if (URL_WITH_QUERY.test(value)) return 'a URL with a query or a fragment';
  return value.includes('@') ? 'a text with an "@" in it' : JSON.stringify(value);
}
