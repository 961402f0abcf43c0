import { MAX_USERS_PER_LIST } from '../../domain/input-rules';
import { UserIdType, type UserKey } from '../../domain/user';

// What an argument names, if it is what it should be. What it is otherwise, its field will say.

export function usersOf(ids: unknown, idType: unknown): UserKey[] {
  return listOf(ids).map((id) => ({ id: textOf(id), idType: idTypeOf(idType) }));
}

/** A longer one is refused by its own field, which can say more. */
export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) && value.length <= MAX_USERS_PER_LIST ? value : [];
}

export function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

export function idTypeOf(value: unknown): UserIdType {
  return UserIdType[value as UserIdType];
}
