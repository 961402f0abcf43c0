/** One part of an answer, and whose it is; `undefined` where it does not say so. */
export interface AnsweredItem {
  readonly userId: string | undefined;
}

export interface Alignment<T> {
  /** An entry for each user asked for: that user's items in the order of the answer, possibly none. */
  readonly byUser: ReadonlyMap<string, readonly T[]>;
  /** Items that do not say whose they are, and items of users that were not asked for. */
  readonly unassigned: readonly T[];
}

/**
 * Puts the items of an answer to the users asked for, by user and never by position: an answer that
 * leaves users out, repeats them, comes shuffled or names strangers gives no user another one's tasks.
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
