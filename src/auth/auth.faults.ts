import type { Environment } from '../variables';
import { ANY_TENANT, AUTH_VARIABLES, SERVICE_TOKEN } from './auth.variables';
import { findReportsFaults } from './reports.faults';
import { findTenantFaults } from './tenant.faults';
import { ROUTER_NAME } from './trust';

const JWT_ISSUER = ['AUTH_JWT_ISSUER', 'AUTH_JWT_AUDIENCE', 'AUTH_JWT_JWKS_URL'] as const;
const ROUTER_HEADERS = [
  'AUTH_ROUTER_SECRET_HEADER',
  'AUTH_ROUTER_USER_HEADER',
  'AUTH_ROUTER_USER_ID_TYPE_HEADER',
  'AUTH_ROUTER_SCOPES_HEADER',
  'AUTH_ROUTER_TENANT_HEADER',
  'AUTH_ROUTER_REPORTS_HEADER',
] as const;

/** Whether the environment configures any authenticator. */
export function hasAuthenticator(given: Environment): boolean {
  const names = ['AUTH_SERVICE_TOKENS', 'AUTH_FEISHU_USERS', 'AUTH_ROUTER_SECRET', ...JWT_ISSUER];
  return names.some((name) => given[name] !== undefined);
}

/** Faults of combinations: each variable is valid, but they contradict each other or one is missing. */
export function findAuthContradictions(given: Environment): string[] {
  return [
    ...faultsOfJwt(given),
    ...faultsOfIdTypes(given),
    ...faultsOfHeaders(given),
    ...findReportsFaults(given),
    ...faultsOfTokens(given),
    ...faultsOfNames(given),
    ...faultsOfTenant(given),
    ...findTenantFaults(given, hasAuthenticator(given)),
    ...faultsOfOrphans(given),
  ];
}

function faultsOfJwt(given: Environment): string[] {
  const missing = JWT_ISSUER.filter((name) => given[name] === undefined);
  if (missing.length === 0 || missing.length === JWT_ISSUER.length) return [];
  return [`${missing.join(', ')}: expected all of ${JWT_ISSUER.join(', ')} or none, got some`];
}

function faultsOfIdTypes(given: Environment): string[] {
  const { AUTH_JWT_USER_ID_TYPE: idType, AUTH_JWT_USER_ID_TYPE_CLAIM: claim } = given;
  return idType !== undefined && claim !== undefined
    ? ['AUTH_JWT_USER_ID_TYPE: expected this or AUTH_JWT_USER_ID_TYPE_CLAIM, got both']
    : [];
}

/** With one header for two purposes, a user ID could pass as the secret, or the secret as a user ID. */
function faultsOfHeaders(given: Environment): string[] {
  // A custom app does not read the company's header, whose default may be the name of another one.
  const isRead = (name: string) =>
    name !== 'AUTH_ROUTER_TENANT_HEADER' || given['FEISHU_APP_TYPE'] === 'store';
  const names = ROUTER_HEADERS.filter(isRead).flatMap((name) => {
    const parsed = AUTH_VARIABLES[name].safeParse(given[name]);
    return parsed.success ? (parsed.data ?? []) : name;
  });
  return new Set(names).size < names.length
    ? [`${ROUTER_HEADERS.join(', ')}: expected different headers, got the same header twice`]
    : [];
}

function faultsOfTokens({ AUTH_SERVICE_TOKENS: tokens }: Environment): string[] {
  const digests = (tokens ?? '')
    .split(',')
    .flatMap((entry) => SERVICE_TOKEN.exec(entry.trim())?.[2]?.toLowerCase() ?? []);
  return new Set(digests).size < digests.length
    ? ['AUTH_SERVICE_TOKENS: expected different tokens, got the same digest twice']
    : [];
}

/** With one name for both, they would share a rate limit, and the log could not tell them apart. */
function faultsOfNames({ AUTH_SERVICE_TOKENS: tokens }: Environment): string[] {
  const names = (tokens ?? '').split(',').map((entry) => SERVICE_TOKEN.exec(entry.trim())?.[1]);
  return names.includes(ROUTER_NAME)
    ? [
        `AUTH_SERVICE_TOKENS: expected names other than the reserved "${ROUTER_NAME}", got "${ROUTER_NAME}"`,
      ]
    : [];
}

/**
 * With a real custom app, users of every company could sign in, and would read its company's data. The emulator has
 * one company only, so it needs no key. The users of a store app read the data of their own company. */
function faultsOfTenant(given: Environment): string[] {
  const isReal = given['FEISHU_APP_ID'] !== undefined && given['FEISHU_APP_SECRET'] !== undefined;
  const isOpen =
    given['AUTH_FEISHU_USERS'] !== undefined && given['AUTH_FEISHU_TENANT_KEY'] === undefined;
  return isReal && isOpen && given['FEISHU_APP_TYPE'] !== 'store'
    ? [
        "AUTH_FEISHU_TENANT_KEY: expected the company's tenant_key with AUTH_FEISHU_USERS=on, got none " +
          `(set it to "${ANY_TENANT}" to let in the users of every company)`,
      ]
    : [];
}

/** Variables that have no effect without another one. Setting one alone is a mistake. */
const DEPENDENCIES: readonly (readonly [name: string, needed: string])[] = [
  ['AUTH_JWT_ALGORITHMS', 'AUTH_JWT_ISSUER'],
  ['AUTH_JWT_CLOCK_SKEW_SECONDS', 'AUTH_JWT_ISSUER'],
  ['AUTH_JWT_USER_CLAIM', 'AUTH_JWT_ISSUER'],
  ['AUTH_JWT_USER_ID_TYPE', 'AUTH_JWT_ISSUER'],
  ['AUTH_JWT_USER_ID_TYPE_CLAIM', 'AUTH_JWT_ISSUER'],
  ['AUTH_JWT_SCOPE_CLAIM', 'AUTH_JWT_ISSUER'],
  ['AUTH_JWT_ALL_SCOPE', 'AUTH_JWT_ISSUER'],
  ['AUTH_JWT_TENANT_CLAIM', 'AUTH_JWT_ISSUER'],
  ['AUTH_JWT_REPORTS_CLAIM', 'AUTH_JWT_ISSUER'],
  ['AUTH_FEISHU_TENANT_KEY', 'AUTH_FEISHU_USERS'],
  ...ROUTER_HEADERS.map((name) => [name, 'AUTH_ROUTER_SECRET'] as const),
  ['AUTH_ROUTER_ALL_SCOPE', 'AUTH_ROUTER_SECRET'],
];

function faultsOfOrphans(given: Environment): string[] {
  const orphans = DEPENDENCIES.filter(
    ([name, needed]) => given[name] !== undefined && given[needed] === undefined,
  );
  const faults = orphans.map(([name, needed]) => `${name}: expected ${needed} with it, got none`);
  if (given['UPSTREAM_IDENTITY'] === 'caller' && given['AUTH_FEISHU_USERS'] === undefined) {
    faults.push(
      'UPSTREAM_IDENTITY: expected AUTH_FEISHU_USERS=on with "caller", got none ' +
        '(only users of Feishu have a token that Feishu accepts)',
    );
  }
  return faults;
}
