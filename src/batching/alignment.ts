import type { UserStageTasks } from '../domain/stage-task';

/**
 * One answer for each ID that was asked, in the order asked, found by user and never by position: an
 * answer that leaves somebody out, repeats somebody, comes shuffled or names a stranger gives nobody
 * another one's tasks. `null` = upstream knows nothing of this user.
 */
export function alignByUser(
  userIds: readonly string[],
  answers: readonly UserStageTasks[],
): (UserStageTasks | null)[] {
  const byUser = new Map<string, UserStageTasks>();
  for (const answer of answers) {
    // The first word stands, where upstream repeats somebody.
    if (!byUser.has(answer.userId)) byUser.set(answer.userId, answer);
  }
  return userIds.map((userId) => byUser.get(userId) ?? null);
}
