import { GatewayError } from '../domain/errors';
import { requireUser } from '../domain/input-rules';
import type { Policy, Principal } from '../domain/principal';
import { inferUserIdType, UserIdType, type UserKey } from '../domain/user';
import { createUserSet } from '../domain/user-set';
import { pseudonymOf } from './digest';

/** Names a principal in the log. With a custom app there is no company to name. */
export interface PrincipalName extends Pick<Principal, 'kind' | 'name'> {
  readonly tenantKey?: string;
}

export function nameOf({ kind, name, tenantKey }: Principal): PrincipalName {
  return { kind, name, ...(tenantKey !== null && { tenantKey }) };
}

/** @param ids the user's own IDs; the first one names the principal in the log */
export function toUserPrincipal(ids: readonly [UserKey, ...UserKey[]], policy: Policy): Principal {
  return { kind: 'user', name: pseudonymOf(ids[0]), policy, ids, tenantKey: null };
}

/** A person who may also read these users. */
export function toManagerPrincipal(
  ids: readonly [UserKey, ...UserKey[]],
  reports: readonly UserKey[],
): Principal {
  return { ...toUserPrincipal(ids, 'listed'), reports: createUserSet(reports) };
}

/**
 * Parses the user that an issuer or a router names. Without an ID type, the prefix of the ID decides.
 * @param unprefixed the type of an ID without a known prefix
 * @returns `undefined` if the ID or its type is invalid
 */
export function parseUser(
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
