import { hash } from 'node:crypto';
import { UserIdType } from '../../domain/user';
import type { Arguments, Reach } from './reach';
import { readEveryone } from './valid-or-empty';

/**
 * Which users there are is known after they are loaded. The cost counts as many as the field may read, and the fields
 * of the connection once for each of them.
 */
export function toEveryone({ first, after, userIdType, filter }: Arguments): Reach {
  const query = readEveryone(first, after);
  const length = query?.first ?? 0;
  const list = hash('sha256', JSON.stringify([after, userIdType]), 'base64url');
  return {
    length,
    loads: length,
    from(group) {
      const ids = Array.from({ length }, (_, i) => `${list} ${i}`);
      const users = {
        after: `${group.after}everyone ${list}\n`,
        loadedBy: undefined,
        idType: UserIdType[userIdType as UserIdType],
        userIds: group.userIds.flatMap(() => ids),
        semesterId: group.semesterId,
      };
      return [{ group: users, view: { filter }, pages: query?.pages ?? 0 }];
    },
  };
}
