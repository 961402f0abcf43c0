import { GatewayError } from '../domain/errors';
import { UserIdType, type UserKey } from '../domain/user';
import type { FeishuUser } from '../feishu/ports';
import type { FeishuUserTrust } from './auth.config';
import { authenticated, rejected, type Outcome } from './authenticator';
import { toUserPrincipal } from './person';
import { inTenant } from './tenant';

/** Users of any company are known without their `user_id`, unless they read the data of their own company. */
export function toOutcome(user: FeishuUser, { tenantKey, bindsTenant }: FeishuUserTrust): Outcome {
  if (tenantKey !== null && user.tenantKey !== tenantKey) return rejected('other-tenant');
  const [first, ...others] = idsOf(user, bindsTenant || tenantKey !== null);
  if (!first) return rejected('unusable-user');
  const outcome = authenticated(toUserPrincipal([first, ...others], 'self'));
  return bindsTenant ? inTenant(outcome, user.tenantKey) : outcome;
}

/**
 * Feishu assigns open IDs and union IDs. A company chooses its `user_id`s, and two companies may choose the same
 * one: it identifies a user only if the company is known.
 */
function idsOf(user: FeishuUser, sameTenant: boolean): UserKey[] {
  const candidates = [
    { idType: UserIdType.OPEN_ID, id: user.openId },
    { idType: UserIdType.UNION_ID, id: user.unionId },
    { idType: UserIdType.USER_ID, id: sameTenant ? user.userId : null },
  ];
  return candidates.flatMap(({ idType, id }) => (id === null ? [] : [{ idType, id }]));
}

/** A token is rejected only if Feishu says that it is invalid. @throws any other error */
export function toRejection(error: unknown): Outcome {
  if (error instanceof GatewayError && error.code === 'UNAUTHENTICATED') {
    return rejected('refused-by-feishu');
  }
  throw error;
}
