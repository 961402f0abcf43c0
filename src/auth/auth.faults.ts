import type { Environment } from '../variables';
import { ANY_TENANT, AUTH_VARIABLES, SERVICE_TOKEN } from './auth.variables';
import { ROUTER_NAME } from './trust';

const JWT_ISSUER = ['AUTH_JWT_ISSUER', 'AUTH_JWT_AUDIENCE', 'AUTH_JWT_JWKS_URL'] as const;
const ROUTER_HEADERS = [
  'AUTH_ROUTER_SECRET_HEADER',
  'AUTH_ROUTER_USER_HEADER',
  'AUTH_ROUTER_USER_ID_TYPE_HEADER',
  'AUTH_ROUTER_SCOPES_HEADER',
] as const;

/** Whether requests need credentials. */
export function asksForCredentials(given: Environment): boolean {
  const names = ['AUTH_SERVICE_TOKENS', 'AUTH_FEISHU_USERS', 'AUTH_ROUTER_SECRET', ...JWT_ISSUER];
  return names.some((name) => given[name] !== undefined);
}

/** What is wrong although each variable by itself is right. */
export function findAuthContradictions(given: Environment): string[] {
  return [
    ...faultsOfJwt(given),
    ...faultsOfIdTypes(given),
    ...faultsOfHeaders(given),
    ...faultsOfTokens(given),
    ...faultsOfNames(given),
    ...faultsOfTenant(given),
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

/** One header for two purposes would let a client's ID pass for the secret, or the other way round. */
function faultsOfHeaders(given: Environment): string[] {
  const names = ROUTER_HEADERS.map((name) => {
    const parsed = AUTH_VARIABLES[name].safeParse(given[name]);
    return parsed.success ? parsed.data : name;
  });
  return new Set(names).size < names.length
    ? [`${ROUTER_HEADERS.join(', ')}: expected four different headers, got one of them twice`]
    : [];
}

function faultsOfTokens({ AUTH_SERVICE_TOKENS: tokens }: Environment): string[] {
  const digests = (tokens ?? '')
    .split(',')
    .flatMap((entry) => SERVICE_TOKEN.exec(entry.trim())?.[2]?.toLowerCase() ?? []);
  return new Set(digests).size < digests.length
    ? ['AUTH_SERVICE_TOKENS: expected different tokens, got one of them twice']
    : [];
}

/** One name for two would count them together, and be no name in the log. */
function faultsOfNames({ AUTH_SERVICE_TOKENS: tokens }: Environment): string[] {
  const names = (tokens ?? '').split(',').map((entry) => SERVICE_TOKEN.exec(entry.trim())?.[1]);
  return names.includes(ROUTER_NAME)
    ? [`AUTH_SERVICE_TOKENS: expected names other than the router's own, got "${ROUTER_NAME}"`]
    : [];
}

/** With a real app, the users of any Feishu app would be let in; the emulator has one company only. */
function faultsOfTenant(given: Environment): string[] {
  const isReal = given['FEISHU_APP_ID'] !== undefined && given['FEISHU_APP_SECRET'] !== undefined;
  const isOpen =
    given['AUTH_FEISHU_USERS'] !== undefined && given['AUTH_FEISHU_TENANT_KEY'] === undefined;
  return isReal && isOpen
    ? [
        "AUTH_FEISHU_TENANT_KEY: expected the company's tenant_key with AUTH_FEISHU_USERS=on, got none " +
          `(users of every company would be let in; "${ANY_TENANT}" says in words that they may)`,
      ]
    : [];
}

/** What only has a meaning together with something else, whose absence is then a mistake. */
const NEEDS: readonly (readonly [name: string, needed: string])[] = [
  ['AUTH_JWT_ALGORITHMS', 'AUTH_JWT_ISSUER'],
  ['AUTH_JWT_CLOCK_SKEW_SECONDS', 'AUTH_JWT_ISSUER'],
  ['AUTH_JWT_USER_CLAIM', 'AUTH_JWT_ISSUER'],
  ['AUTH_JWT_USER_ID_TYPE', 'AUTH_JWT_ISSUER'],
  ['AUTH_JWT_USER_ID_TYPE_CLAIM', 'AUTH_JWT_ISSUER'],
  ['AUTH_JWT_SCOPE_CLAIM', 'AUTH_JWT_ISSUER'],
  ['AUTH_JWT_ALL_SCOPE', 'AUTH_JWT_ISSUER'],
  ['AUTH_FEISHU_TENANT_KEY', 'AUTH_FEISHU_USERS'],
  ...ROUTER_HEADERS.map((name) => [name, 'AUTH_ROUTER_SECRET'] as const),
  ['AUTH_ROUTER_ALL_SCOPE', 'AUTH_ROUTER_SECRET'],
];

function faultsOfOrphans(given: Environment): string[] {
  const orphans = NEEDS.filter(
    ([name, needed]) => given[name] !== undefined && given[needed] === undefined,
  );
  const faults = orphans.map(([name, needed]) => `${name}: expected ${needed} with it, got none`);
  if (given['UPSTREAM_IDENTITY'] === 'caller' && given['AUTH_FEISHU_USERS'] === undefined) {
    faults.push(
      'UPSTREAM_IDENTITY: expected AUTH_FEISHU_USERS=on with "caller", got none ' +
        '(only the users of Feishu bring a token to ask Feishu with)',
    );
  }
  return faults;
}
