import { GatewayError } from '../domain/errors';
import { UserIdType, type UserKey } from '../domain/user';
import type { FeishuUser } from '../feishu/ports';
import { authenticated, rejected, type Outcome } from './authenticator';
import { personOf } from './person';

/** @param tenantKey the company whose users are let in; `null`: any, by IDs that no company chooses */
export function toOutcome(user: FeishuUser, tenantKey: string | null): Outcome {
  if (tenantKey !== null && user.tenantKey !== tenantKey) return rejected('other-tenant');
  const [first, ...others] = idsOf(user, tenantKey !== null);
  return first ? authenticated(personOf([first, ...others], 'self')) : rejected('unusable-user');
}

/**
 * Open and union IDs are Feishu's own. A `user_id` is what a company calls its people: another company
 * may call one of its own the same, so that it counts only when it is known whose company it is.
 */
function idsOf(user: FeishuUser, sameTenant: boolean): UserKey[] {
  const candidates = [
    { idType: UserIdType.OPEN_ID, id: user.openId },
    { idType: UserIdType.UNION_ID, id: user.unionId },
    { idType: UserIdType.USER_ID, id: sameTenant ? user.userId : null },
  ];
  return candidates.flatMap(({ idType, id }) => (id === null ? [] : [{ idType, id }]));
}

/** Only Feishu's own word that a token is not good makes it a bad one. */
export function refusalOf(error: unknown): Outcome {
  if (error instanceof GatewayError && error.code === 'UNAUTHENTICATED') {
    return rejected('refused-by-feishu');
  }
  throw error;
}
