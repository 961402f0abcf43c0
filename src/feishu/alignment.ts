/** One item of an answer. */
export interface AnsweredItem {
  /** `undefined` if the item names no user. */
  readonly userId: string | undefined;
}

export interface Alignment<T> {
  /** An entry for each requested user: the user's items in the order of the answer, possibly none. */
  readonly byUser: ReadonlyMap<string, readonly T[]>;
  /** Items without a user, and items of users that were not requested. */
  readonly unassigned: readonly T[];
}

/**
 * Assigns the items of an answer to the requested users by user ID, never by position. So no user gets
 * another user's tasks, even if the answer omits, repeats or shuffles users or contains others.
 */
export function alignByUser<T extends AnsweredItem>(
  userIds: readonly string[],
  items: readonly T[],
): Alignment<T> {
  const byUser = new Map<string, T[]>(userIds.map((userId) => [userId, []]));
  const unassigned: T[] = [];
  for (const item of items) {
    const own = item.userId === undefined ? undefined : byUser.get(item.userId);
    (own ?? unassigned).push(item);
  }
  return { byUser, unassigned };
}
