import { Secret } from '../domain/secret';
import { ANY_TENANT, SERVICE_TOKEN, type AuthVariables } from './auth.variables';
import type { UpstreamIdentityMode } from './authorize';
import type { JwtTrust, RouterTrust, ServiceToken } from './trust';

/** Which authenticators run, and what principals may do. An authenticator that is `null` or empty is off. */
export interface AuthConfig {
  /** Requests without credentials may read the tasks of all users. */
  readonly anonymous: boolean;
  readonly serviceTokens: readonly ServiceToken[];
  readonly jwt: JwtTrust | null;
  readonly feishuUsers: FeishuUserTrust | null;
  readonly router: RouterTrust | null;
  readonly upstreamIdentity: UpstreamIdentityMode;
  /** For each principal. 0: no limit. */
  readonly requestsPerMinute: number;
  /** Requests in progress. `self`: for a user who may not read all users. `other`: for any other principal. */
  readonly concurrency: {
    readonly self: number;
    readonly other: number;
    /** For all principals of one company together; `null` for a custom app, which has only one. */
    readonly tenant: number | null;
  };
  /** Open streams, counted in the same way. */
  readonly streams: AuthConfig['concurrency'];
}

export interface FeishuUserTrust {
  /** The company whose users are let in; `null`: any company. */
  readonly tenantKey: string | null;
  /** Whether each user reads the data of their own company: true for a store app. */
  readonly bindsTenant: boolean;
}

/**
 * @param isOpen whether no authenticator is configured, so that all requests are anonymous
 * @param isStoreApp whether the credentials of each request name its company
 */
export function toAuthConfig(
  given: AuthVariables,
  isOpen: boolean,
  isStoreApp: boolean,
): AuthConfig {
  return {
    anonymous: given.AUTH_ANONYMOUS === 'all' || isOpen,
    serviceTokens: given.AUTH_SERVICE_TOKENS.map(toServiceToken),
    jwt: toJwtTrust(given, isStoreApp),
    feishuUsers: given.AUTH_FEISHU_USERS
      ? { tenantKey: toTenantKey(given), bindsTenant: isStoreApp }
      : null,
    router: toRouterTrust(given, isStoreApp),
    upstreamIdentity: given.UPSTREAM_IDENTITY,
    requestsPerMinute: given.RATE_LIMIT_PER_MINUTE,
    concurrency: {
      self: given.CONCURRENCY_LIMIT_SELF,
      other: given.CONCURRENCY_LIMIT,
      tenant: isStoreApp ? given.CONCURRENCY_LIMIT_TENANT : null,
    },
    streams: {
      self: given.STREAM_LIMIT_SELF,
      other: given.STREAM_LIMIT,
      tenant: isStoreApp ? given.STREAM_LIMIT_TENANT : null,
    },
  };
}

/** Whether a principal may have the policy `self` or `listed`. */
export function admitsSelf({ jwt, feishuUsers, router }: AuthConfig): boolean {
  return jwt !== null || feishuUsers !== null || router !== null;
}

/** Whether a principal may have the policy `all`. */
export function admitsAll(auth: AuthConfig): boolean {
  const { anonymous, serviceTokens, jwt, router, upstreamIdentity } = auth;
  if (upstreamIdentity === 'caller') return false;
  const allScope = jwt?.allScope ?? router?.allScope ?? null;
  return anonymous || serviceTokens.length > 0 || allScope !== null;
}

function toServiceToken(entry: string): ServiceToken {
  const [, name = '', sha256 = '', , tenantKey = null] = SERVICE_TOKEN.exec(entry) ?? [];
  return { name, sha256: sha256.toLowerCase(), policy: 'all', tenantKey };
}

function toTenantKey({ AUTH_FEISHU_TENANT_KEY: key }: AuthVariables): string | null {
  return key === undefined || key === ANY_TENANT ? null : key;
}

function toJwtTrust(given: AuthVariables, isStoreApp: boolean): JwtTrust | null {
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
    reportsClaim: given.AUTH_JWT_REPORTS_CLAIM ?? null,
    allScope: given.AUTH_JWT_ALL_SCOPE ?? null,
    tenantClaim: isStoreApp ? given.AUTH_JWT_TENANT_CLAIM : null,
  };
}

function toRouterTrust(given: AuthVariables, isStoreApp: boolean): RouterTrust | null {
  if (given.AUTH_ROUTER_SECRET === undefined) return null;
  return {
    secret: new Secret(given.AUTH_ROUTER_SECRET),
    secretHeader: given.AUTH_ROUTER_SECRET_HEADER,
    userHeader: given.AUTH_ROUTER_USER_HEADER,
    userIdTypeHeader: given.AUTH_ROUTER_USER_ID_TYPE_HEADER,
    scopesHeader: given.AUTH_ROUTER_SCOPES_HEADER,
    reportsHeader: given.AUTH_ROUTER_REPORTS_HEADER ?? null,
    allScope: given.AUTH_ROUTER_ALL_SCOPE ?? null,
    tenantHeader: isStoreApp ? given.AUTH_ROUTER_TENANT_HEADER : null,
  };
}
