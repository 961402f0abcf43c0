import { createAudit, type Audit } from '../auth/audit';
import { createAuthenticate, type Authenticate } from '../auth/authenticate';
import type { Authenticator } from '../auth/authenticator';
import type { AuthConfig } from '../auth/auth.config';
import { createFeishuUserAuthenticator } from '../auth/feishu-user.authenticator';
import { createRouterAuthenticator } from '../auth/router.authenticator';
import { createServiceTokenAuthenticator } from '../auth/service-token.authenticator';
import type { Config } from '../config';
import type { UserInfoSource } from '../feishu/ports';
import type { Logger } from '../observability/logger';
import type { Deps } from './deps';

/** Authentication, and the audit of refusals. */
export interface Access {
  readonly authenticate: Authenticate;
  readonly audit: Audit;
}

export async function createAccess(
  config: Config,
  deps: Deps,
  users: UserInfoSource,
): Promise<Access> {
  const nowMs = () => deps.clock.now();
  const audit = createAudit({ log: deps.log, nowMs, onRefusal: deps.metrics.observeRefusal });
  return {
    authenticate: createAuthenticate({
      authenticators: await createAuthenticators(config, deps, users, audit),
      anonymous: config.auth.anonymous,
      audit,
    }),
    audit,
  };
}

/** The configured authenticators, in the order in which they run; see docs/decisions/0011-authentication.md. */
async function createAuthenticators(
  { auth, entityUserIdType: unprefixed }: Config,
  { clock, log }: Deps,
  users: UserInfoSource,
  audit: Audit,
): Promise<Authenticator[]> {
  const { router, serviceTokens, jwt, feishuUsers } = auth;
  warnOfOpenTenants(auth, log);
  const createFeishuUsers = (trust: NonNullable<typeof feishuUsers>) =>
    createFeishuUserAuthenticator({ trust, users, clock, onNotLookedUp: audit.notLookedUp });
  const createJwts = async (trust: NonNullable<typeof jwt>) => {
    // Loaded only if it is used, because it takes time.
    const { createJwtAuthenticator } = await import('../auth/jwt.authenticator.js');
    return createJwtAuthenticator({ trust, unprefixed, clock, log });
  };
  return [
    ...(router ? [createRouterAuthenticator({ trust: router, unprefixed })] : []),
    ...(serviceTokens.length > 0 ? [createServiceTokenAuthenticator(serviceTokens)] : []),
    ...(jwt ? [await createJwts(jwt)] : []),
    ...(feishuUsers ? [createFeishuUsers(feishuUsers)] : []),
  ];
}

function warnOfOpenTenants({ feishuUsers }: AuthConfig, log: Logger): void {
  if (feishuUsers?.tenantKey !== null || feishuUsers.bindsTenant) return;
  log.warn(
    'AUTH_FEISHU_TENANT_KEY names no company: users of every company may sign in, with open ID and union ID ' +
      'only. They may read their own tasks, the names and dates of cycles, and upstreamQuota',
  );
}
