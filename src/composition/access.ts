import type { Audit } from '../auth/audit';
import type { AuthConfig } from '../auth/auth.config';
import type { Authenticator } from '../auth/authenticator';
import { createFeishuUserAuthenticator } from '../auth/feishu-user.authenticator';
import { createJwtAuthenticator } from '../auth/jwt.authenticator';
import { createRouterAuthenticator } from '../auth/router.authenticator';
import { createServiceTokenAuthenticator } from '../auth/service-token.authenticator';
import type { Config } from '../config';
import type { Clock } from '../domain/clock';
import type { UserInfoSource } from '../feishu/ports';
import type { Logger } from '../observability/logger';

/** Who is asked about credentials, in this order; see docs/decisions/0011-authentication.md. */
export function openAuthenticators(
  { auth, entityUserIdType: unprefixed }: Config,
  users: UserInfoSource,
  clock: Clock,
  log: Logger,
  audit: Audit,
): Authenticator[] {
  const { router, serviceTokens, jwt, feishuUsers } = auth;
  sayWhatIsOpen(auth, log);
  const openFeishuUsers = (trust: NonNullable<typeof feishuUsers>) =>
    createFeishuUserAuthenticator({ ...trust, users, clock, onNotLookedUp: audit.notLookedUp });
  return [
    ...(router ? [createRouterAuthenticator({ trust: router, unprefixed })] : []),
    ...(serviceTokens.length > 0 ? [createServiceTokenAuthenticator(serviceTokens)] : []),
    ...(jwt ? [createJwtAuthenticator({ trust: jwt, unprefixed, clock, log })] : []),
    ...(feishuUsers ? [openFeishuUsers(feishuUsers)] : []),
  ];
}

/** By which answers differ, besides `Authorization`. */
export function identityHeadersOf({ router }: AuthConfig): string[] {
  return router
    ? [router.secretHeader, router.userHeader, router.userIdTypeHeader, router.scopesHeader]
    : [];
}

function sayWhatIsOpen({ feishuUsers }: AuthConfig, log: Logger): void {
  if (feishuUsers?.tenantKey !== null) return;
  log.warn(
    'AUTH_FEISHU_TENANT_KEY names no company: users of every company are let in, by open ID and ' +
      'union ID only; they read their own tasks, names and dates of cycles, and upstreamQuota',
  );
}
