import { GatewayError } from '../domain/errors';
import { requireUser } from '../domain/input-rules';
import type { Policy, Principal } from '../domain/principal';
import { inferUserIdType, UserIdType, type UserKey } from '../domain/user';
import { pseudonymOf } from './digest';

/** A person who is asking. */
export function personOf(ids: readonly [UserKey, ...UserKey[]], policy: Policy): Principal {
  return { kind: 'user', name: pseudonymOf(ids[0]), policy, ids };
}

/**
 * The user that an issuer or a router names: of the type that is said, or else of the one that its prefix
 * tells. `undefined` where that cannot be a user.
 */
export function readUser(
  id: unknown,
  idType: unknown,
  unprefixed: UserIdType,
): UserKey | undefined {
  if (typeof id !== 'string') return undefined;
  if (idType !== undefined && !isUserIdType(idType)) return undefined;
  try {
    return requireUser('user', id, idType ?? inferUserIdType(id, unprefixed));
  } catch (error) {
    if (error instanceof GatewayError) return undefined;
    throw error;
  }
}

function isUserIdType(text: unknown): text is UserIdType {
  return typeof text === 'string' && Object.hasOwn(UserIdType, text);
}
