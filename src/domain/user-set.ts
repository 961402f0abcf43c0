import { getOrCreate } from './collections';
import type { UserIdType, UserKey } from './user';

/** Users by ID and type: the same text as an ID of another type is another user. */
export interface UserSet {
  /** Costs the same for a set of any size. */
  has(user: UserKey): boolean;
}

export function createUserSet(users: readonly UserKey[]): UserSet {
  const idsByType = new Map<UserIdType, Set<string>>();
  for (const { id, idType } of users) getOrCreate(idsByType, idType, newIds).add(id);
  return { has: ({ id, idType }) => idsByType.get(idType)?.has(id) ?? false };
}

function newIds(): Set<string> {
  return new Set();
}
