import { Secret } from '../domain/secret';
import { ANY_TENANT, type AuthVariables } from './auth.variables';
import type { UpstreamIdentityMode } from './authorize';
import type { JwtTrust, RouterTrust, ServiceToken } from './trust';

/** Who may ask, and how they show who they are. An authenticator that is `null` or empty is off. */
export interface AuthConfig {
  /** Requests without credentials may read all users. */
  readonly anonymous: boolean;
  readonly serviceTokens: readonly ServiceToken[];
  readonly jwt: JwtTrust | null;
  /** Without a key, of any company. */
  readonly feishuUsers: { readonly tenantKey: string | null } | null;
  readonly router: RouterTrust | null;
  readonly upstreamIdentity: UpstreamIdentityMode;
  /** Of one principal. 0: without a limit. */
  readonly requestsPerMinute: number;
  /** Requests in progress at once: of a principal that reads only their own tasks, and of any other principal. */
  readonly concurrency: { readonly self: number; readonly other: number };
}

export function toAuthConfig(given: AuthVariables, asksForNone: boolean): AuthConfig {
  return {
    anonymous: given.AUTH_ANONYMOUS === 'all' || asksForNone,
    serviceTokens: given.AUTH_SERVICE_TOKENS.map(toServiceToken),
    jwt: toJwtTrust(given),
    feishuUsers: given.AUTH_FEISHU_USERS ? { tenantKey: toTenantKey(given) } : null,
    router: toRouterTrust(given),
    upstreamIdentity: given.UPSTREAM_IDENTITY,
    requestsPerMinute: given.RATE_LIMIT_PER_MINUTE,
    concurrency: { self: given.CONCURRENCY_LIMIT_SELF, other: given.CONCURRENCY_LIMIT },
  };
}

/** Whether principals may be let in that read only their own tasks. */
export function admitsSelf({ jwt, feishuUsers, router }: AuthConfig): boolean {
  return jwt !== null || feishuUsers !== null || router !== null;
}

/** Whether principals may be let in that read all users' tasks. */
export function admitsAll(auth: AuthConfig): boolean {
  const { anonymous, serviceTokens, jwt, router, upstreamIdentity } = auth;
  if (upstreamIdentity === 'caller') return false;
  const allScope = jwt?.allScope ?? router?.allScope ?? null;
  return anonymous || serviceTokens.length > 0 || allScope !== null;
}

function toServiceToken(entry: string): ServiceToken {
  const [name = '', sha256 = ''] = entry.split(':');
  return { name, sha256: sha256.toLowerCase(), policy: 'all' };
}

function toTenantKey({ AUTH_FEISHU_TENANT_KEY: key }: AuthVariables): string | null {
  return key === undefined || key === ANY_TENANT ? null : key;
}

function toJwtTrust(given: AuthVariables): JwtTrust | null {
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

function toRouterTrust(given: AuthVariables): RouterTrust | null {
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
