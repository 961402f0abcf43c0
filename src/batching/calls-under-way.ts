import { filterKey } from '../domain/stage-task-filter';
import { scopeKey, type BatchScope } from './scope';
import type { SharedCall } from './shared-call';
import type { Ask } from './waiting';

/** Who is being asked for right now, so that a crowd that asks for one user costs one call. */
export interface CallsUnderWay {
  add(scope: BatchScope, userIds: readonly string[], call: SharedCall): void;
  remove(scope: BatchScope, userIds: readonly string[], call: SharedCall): void;
  /** The call that asks just this already. */
  find(scope: BatchScope, ask: Ask): SharedCall | undefined;
}

export function createCallsUnderWay(): CallsUnderWay {
  const calls = new Map<string, SharedCall>();
  return {
    add(scope, userIds, call) {
      for (const userId of userIds) calls.set(seatKey(scope, userId), call);
    },
    remove(scope, userIds, call) {
      for (const userId of userIds) {
        const key = seatKey(scope, userId);
        if (calls.get(key) === call) calls.delete(key);
      }
    },
    find(scope, { userId, filter }) {
      const call = calls.get(seatKey(scope, userId));
      return call && filterKey(call.filter) === filterKey(filter) ? call : undefined;
    },
  };
}

function seatKey(scope: BatchScope, userId: string): string {
  return `${scopeKey(scope)} ${userId}`;
}
