import type { Environment } from '../variables';
import { SERVICE_TOKEN } from './auth.variables';

/** Variables that only a store app uses. */
const OF_STORE_APPS = [
  'AUTH_JWT_TENANT_CLAIM',
  'AUTH_ROUTER_TENANT_HEADER',
  'CONCURRENCY_LIMIT_TENANT',
  'STREAM_LIMIT_TENANT',
  'MAX_TENANTS',
] as const;

/** Faults of how requests name their company. */
export function findTenantFaults(given: Environment, hasAuthenticator: boolean): string[] {
  const companies = companiesOfTokens(given);
  if (given['FEISHU_APP_TYPE'] !== 'store') return faultsOfCustomApp(given, companies);
  const faults: string[] = [];
  if (given['AUTH_ANONYMOUS'] !== undefined) {
    faults.push(
      'AUTH_ANONYMOUS: expected none with FEISHU_APP_TYPE=store, because a request without credentials names no ' +
        'company, got "all"',
    );
  } else if (!hasAuthenticator) faults.push(NO_AUTHENTICATOR);
  if (companies.includes(undefined)) {
    faults.push(
      'AUTH_SERVICE_TOKENS: expected name:sha256-hex@tenant_key with FEISHU_APP_TYPE=store, got a token without a ' +
        'company',
    );
  }
  return faults;
}

const NO_AUTHENTICATOR =
  'FEISHU_APP_TYPE: expected a way to authenticate with "store", because the credentials of a request name its ' +
  'company, got none. Set AUTH_SERVICE_TOKENS, AUTH_JWT_ISSUER with AUTH_JWT_AUDIENCE and AUTH_JWT_JWKS_URL, ' +
  'AUTH_FEISHU_USERS=on, or AUTH_ROUTER_SECRET';

/** A custom app has one company, so these would have no effect. */
function faultsOfCustomApp(
  given: Environment,
  companies: readonly (string | undefined)[],
): string[] {
  const orphans: string[] = OF_STORE_APPS.filter((name) => given[name] !== undefined);
  if (companies.some((company) => company !== undefined)) orphans.push('AUTH_SERVICE_TOKENS');
  return orphans.map((name) =>
    name === 'AUTH_SERVICE_TOKENS'
      ? 'AUTH_SERVICE_TOKENS: expected FEISHU_APP_TYPE=store with a token of one company, got a custom app'
      : `${name}: expected FEISHU_APP_TYPE=store with it, got a custom app`,
  );
}

/** The company of each service token; `undefined` if it has none. */
function companiesOfTokens({ AUTH_SERVICE_TOKENS: tokens }: Environment): (string | undefined)[] {
  if (tokens === undefined) return [];
  return tokens.split(',').flatMap((entry) => {
    const match = SERVICE_TOKEN.exec(entry.trim());
    return match ? [match[4]] : [];
  });
}
