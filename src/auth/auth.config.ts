import { z } from 'zod';
import { Secret } from '../domain/secret';
import { UserIdType } from '../domain/user';
import { isSafeOrigin, listOf, oneOf, wholeNumber, type Environment } from '../variables';
import type { UpstreamIdentityMode } from './authorize';
import type { JwtTrust, RouterTrust, ServiceToken } from './trust';

/** Who may ask, and how they show who they are. An authenticator that is `null` or empty is off. */
export interface AuthConfig {
  /** Whoever brings no credentials may read everybody. */
  readonly anonymous: boolean;
  readonly serviceTokens: readonly ServiceToken[];
  readonly jwt: JwtTrust | null;
  readonly feishuUsers: { readonly tenantKey: string | null } | null;
  readonly router: RouterTrust | null;
  readonly upstreamIdentity: UpstreamIdentityMode;
  /** Of one caller. 0: without a limit. */
  readonly requestsPerMinute: number;
}

/** With a private key on the issuer's side only: a secret that both know would let the gateway's host issue. */
const ALGORITHMS = [
  ...['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512'],
  ...['ES256', 'ES384', 'ES512', 'EdDSA', 'Ed25519'],
];
/** 32 random characters are out of reach of guessing. */
const ROUTER_SECRET_LENGTH = 32;

/** `self` is not among a token's policies: a service has no ID of its own to read. */
const SERVICE_TOKEN = /^([\w.-]{1,64}):([0-9a-f]{64})(?::(all))?$/i;
const HEADER_NAME = /^[a-z0-9!#$%&'*+.^_`|~-]+$/;

const text = z.string();
const userIdType = z.enum(UserIdType, { error: `one of ${Object.keys(UserIdType).join(', ')}` });

function headerName(byDefault: string) {
  return z
    .string()
    .transform((name) => name.toLowerCase())
    .refine((name) => HEADER_NAME.test(name) && name !== 'authorization', {
      error: 'the name of a header other than Authorization',
    })
    .default(byDefault);
}

export const AUTH_VARIABLES = {
  AUTH_ANONYMOUS: z.literal('all', { error: '"all"' }).optional(),
  AUTH_SERVICE_TOKENS: listOf(
    (entry) => SERVICE_TOKEN.test(entry),
    'name:sha256-hex or name:sha256-hex:all, separated by commas ' +
      '(a service has no ID of its own, so that no other policy is of use to it)',
  ).default([]),
  AUTH_JWT_ISSUER: text.optional(),
  AUTH_JWT_AUDIENCE: text.optional(),
  AUTH_JWT_JWKS_URL: z
    .string()
    .refine((url) => URL.canParse(url) && isSafeOrigin(new URL(url)), {
      error: 'an https:// URL (http:// only on this machine)',
    })
    .optional(),
  AUTH_JWT_ALGORITHMS: listOf(
    (name) => ALGORITHMS.includes(name),
    `some of ${ALGORITHMS.join(', ')}, separated by commas`,
  ).default(ALGORITHMS),
  AUTH_JWT_CLOCK_SKEW_SECONDS: wholeNumber(0, 300, 'a whole number of seconds').default(30),
  AUTH_JWT_USER_CLAIM: text.default('sub'),
  AUTH_JWT_USER_ID_TYPE: userIdType.optional(),
  AUTH_JWT_USER_ID_TYPE_CLAIM: text.optional(),
  AUTH_JWT_SCOPE_CLAIM: text.default('scope'),
  AUTH_JWT_ALL_SCOPE: text.optional(),
  AUTH_FEISHU_USERS: z.literal('on', { error: '"on"' }).optional(),
  AUTH_FEISHU_TENANT_KEY: text.optional(),
  AUTH_ROUTER_SECRET: z
    .string()
    .refine((secret) => secret.length >= ROUTER_SECRET_LENGTH, {
      error: `at least ${ROUTER_SECRET_LENGTH} characters`,
    })
    .optional(),
  AUTH_ROUTER_SECRET_HEADER: headerName('x-router-secret'),
  AUTH_ROUTER_USER_HEADER: headerName('x-user-id'),
  AUTH_ROUTER_USER_ID_TYPE_HEADER: headerName('x-user-id-type'),
  AUTH_ROUTER_SCOPES_HEADER: headerName('x-user-scopes'),
  AUTH_ROUTER_ALL_SCOPE: text.optional(),
  UPSTREAM_IDENTITY: oneOf('app', 'caller').default('app'),
  RATE_LIMIT_PER_MINUTE: wholeNumber(0, 10_000_000, 'a whole number of requests').default(6_000),
};

/** What must not be repeated in an error, since whoever makes a mistake may have put the secret itself there. */
export const SECRET_VARIABLES: ReadonlySet<string> = new Set([
  'AUTH_SERVICE_TOKENS',
  'AUTH_ROUTER_SECRET',
]);

const JWT_ISSUER = ['AUTH_JWT_ISSUER', 'AUTH_JWT_AUDIENCE', 'AUTH_JWT_JWKS_URL'] as const;
const ROUTER_HEADERS = [
  'AUTH_ROUTER_SECRET_HEADER',
  'AUTH_ROUTER_USER_HEADER',
  'AUTH_ROUTER_USER_ID_TYPE_HEADER',
  'AUTH_ROUTER_SCOPES_HEADER',
] as const;

/** Whether somebody is asked who they are. */
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
    .flatMap((entry) => SERVICE_TOKEN.exec(entry.trim()) ?? []);
  const hex = digests
    .filter((part) => /^[0-9a-f]{64}$/i.test(part))
    .map((part) => part.toLowerCase());
  return new Set(hex).size < hex.length
    ? ['AUTH_SERVICE_TOKENS: expected different tokens, got one of them twice']
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

type Variables = z.output<z.ZodObject<typeof AUTH_VARIABLES>>;

export function toAuthConfig(given: Variables, asksForNone: boolean): AuthConfig {
  return {
    anonymous: given.AUTH_ANONYMOUS === 'all' || asksForNone,
    serviceTokens: given.AUTH_SERVICE_TOKENS.map(toServiceToken),
    jwt: toJwtTrust(given),
    feishuUsers: given.AUTH_FEISHU_USERS
      ? { tenantKey: given.AUTH_FEISHU_TENANT_KEY ?? null }
      : null,
    router: toRouterTrust(given),
    upstreamIdentity: given.UPSTREAM_IDENTITY,
    requestsPerMinute: given.RATE_LIMIT_PER_MINUTE,
  };
}

function toServiceToken(entry: string): ServiceToken {
  const [name = '', sha256 = ''] = entry.split(':');
  return { name, sha256: sha256.toLowerCase(), policy: 'all' };
}

function toJwtTrust(given: Variables): JwtTrust | null {
  const {
    AUTH_JWT_ISSUER: issuer,
    AUTH_JWT_AUDIENCE: audience,
    AUTH_JWT_JWKS_URL: jwksUrl,
  } = given;
  if (issuer === undefined || audience === undefined || jwksUrl === undefined) return null;
  return {
    issuer,
    audience,
    jwksUrl,
    algorithms: given.AUTH_JWT_ALGORITHMS,
    clockSkewSeconds: given.AUTH_JWT_CLOCK_SKEW_SECONDS,
    userClaim: given.AUTH_JWT_USER_CLAIM,
    userIdType: given.AUTH_JWT_USER_ID_TYPE ?? null,
    userIdTypeClaim: given.AUTH_JWT_USER_ID_TYPE_CLAIM ?? null,
    scopeClaim: given.AUTH_JWT_SCOPE_CLAIM,
    allScope: given.AUTH_JWT_ALL_SCOPE ?? null,
  };
}

function toRouterTrust(given: Variables): RouterTrust | null {
  if (given.AUTH_ROUTER_SECRET === undefined) return null;
  return {
    secret: new Secret(given.AUTH_ROUTER_SECRET),
    secretHeader: given.AUTH_ROUTER_SECRET_HEADER,
    userHeader: given.AUTH_ROUTER_USER_HEADER,
    userIdTypeHeader: given.AUTH_ROUTER_USER_ID_TYPE_HEADER,
    scopesHeader: given.AUTH_ROUTER_SCOPES_HEADER,
    allScope: given.AUTH_ROUTER_ALL_SCOPE ?? null,
  };
}
