import type { Clock } from '../domain/clock';
import type { OperationContext } from '../domain/operation-context';
import { userKeysIn, type BatchScope } from './scope';

/** Has users asked for in the name of an operation. */
type Load = (
  scope: BatchScope,
  userIds: readonly string[],
  operation: OperationContext,
) => readonly Promise<unknown>[];

/** Refreshes that wait at the same time; those beyond are due again when an operation asks for them. */
const MOST_REFRESHING = 500;
/** A refresh that has found no seat by then is given up; the next operation that asks begins another one. */
const REFRESH_WITHIN_MS = 60_000;

/** Has stale users asked for again behind the response, each once at a time. */
export function createBackgroundRefresh(load: Load, clock: Clock) {
  const refreshing = new Set<string>();

  return (scope: BatchScope, userIds: readonly string[]): void => {
    const keyOf = userKeysIn(scope);
    const free = Math.max(0, MOST_REFRESHING - refreshing.size);
    const due = userIds.filter((userId) => !refreshing.has(keyOf(userId))).slice(0, free);
    if (due.length === 0) return;
    for (const userId of due) refreshing.add(keyOf(userId));
    const answers = load(scope, due, backgroundOperation(clock));
    void Promise.allSettled(answers).then(() => {
      for (const userId of due) refreshing.delete(keyOf(userId));
    });
  };
}

function backgroundOperation(clock: Clock): OperationContext {
  return {
    signal: AbortSignal.timeout(REFRESH_WITHIN_MS),
    background: true,
    leavesReserve: false,
    deadlineAtMs: clock.now() + REFRESH_WITHIN_MS,
    onCall: () => undefined,
  };
}
