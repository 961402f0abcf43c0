import { setMaxListeners } from 'node:events';
import type { Clock } from '../domain/clock';
import { userKey, type BatchScope } from './scope';
import type { OperationContext } from '../domain/operation-context';

/** Puts users in line, in the name of a caller. */
type Enqueue = (
  scope: BatchScope,
  userIds: readonly string[],
  caller: OperationContext,
) => readonly Promise<unknown>[];

/** Refreshes in line at once; those that do not fit are due again when somebody asks. */
const MOST_REFRESHING = 500;
/** After that a refresh that found no seat is given up; somebody will ask again. */
const REFRESH_WITHIN_MS = 60_000;

/** Has users asked for again for whom nobody waits, each once at a time. */
export function createRefreshes(enqueue: Enqueue, clock: Clock) {
  const refreshing = new Set<string>();

  return (scope: BatchScope, userIds: readonly string[]): void => {
    const keyOf = (userId: string) => userKey(scope, userId);
    const free = Math.max(0, MOST_REFRESHING - refreshing.size);
    const due = userIds.filter((userId) => !refreshing.has(keyOf(userId))).slice(0, free);
    if (due.length === 0) return;
    for (const userId of due) refreshing.add(keyOf(userId));
    const answers = enqueue(scope, due, backgroundCaller(clock));
    void Promise.allSettled(answers).then(() => {
      for (const userId of due) refreshing.delete(keyOf(userId));
    });
  };
}

function backgroundCaller(clock: Clock): OperationContext {
  const signal = AbortSignal.timeout(REFRESH_WITHIN_MS);
  // Every call that it has a part in listens to it.
  setMaxListeners(0, signal);
  return {
    signal,
    background: true,
    deadlineAtMs: clock.now() + REFRESH_WITHIN_MS,
    onCall: () => undefined,
  };
}
