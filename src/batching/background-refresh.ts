import type { Clock } from '../domain/clock';
import type { OperationContext } from '../domain/operation-context';
import { userKeysIn, type BatchScope } from './scope';

/** Loads users for an operation. */
type Load = (
  scope: BatchScope,
  userIds: readonly string[],
  operation: OperationContext,
) => readonly Promise<unknown>[];

/** Users that are refreshed at the same time. Further ones are refreshed when the next operation needs them. */
const MAX_REFRESHING = 500;
/** A refresh without a free seat is abandoned after this time; the next operation starts another one. */
const REFRESH_TIMEOUT_MS = 60_000;

/**
 * Reloads users whose stale answers were served (stale-while-revalidate), each at most once at a time.
 * @param isPrompt whether calls are sent without spacing while the gateway is quiet
 */
export function createBackgroundRefresh(load: Load, clock: Clock, isPrompt: boolean) {
  const refreshing = new Set<string>();

  return (scope: BatchScope, userIds: readonly string[]): void => {
    const keyOf = userKeysIn(scope);
    const free = Math.max(0, MAX_REFRESHING - refreshing.size);
    const due = userIds.filter((userId) => !refreshing.has(keyOf(userId))).slice(0, free);
    if (due.length === 0) return;
    for (const userId of due) refreshing.add(keyOf(userId));
    const answers = load(scope, due, backgroundOperation(clock, isPrompt));
    void Promise.allSettled(answers).then(() => {
      for (const userId of due) refreshing.delete(keyOf(userId));
    });
  };
}

function backgroundOperation(clock: Clock, isPrompt: boolean): OperationContext {
  const signal = AbortSignal.timeout(REFRESH_TIMEOUT_MS);
  return {
    end: signal,
    signal,
    background: true,
    isPrompt,
    leavesReserve: false,
    deadlineAtMs: clock.now() + REFRESH_TIMEOUT_MS,
    onCall: () => undefined,
  };
}
