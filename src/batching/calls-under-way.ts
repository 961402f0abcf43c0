import { userKey, type BatchScope } from './scope';
import type { SharedCall } from './shared-call';

/** Who is being asked for right now, so that a crowd that asks for one user costs one call. */
export interface CallsUnderWay {
  add(scope: BatchScope, userIds: readonly string[], call: SharedCall): void;
  remove(scope: BatchScope, userIds: readonly string[], call: SharedCall): void;
  /** The call that asks for this user already. */
  find(scope: BatchScope, userId: string): SharedCall | undefined;
}

export function createCallsUnderWay(): CallsUnderWay {
  const calls = new Map<string, SharedCall>();
  return {
    add(scope, userIds, call) {
      for (const userId of userIds) calls.set(userKey(scope, userId), call);
    },
    remove(scope, userIds, call) {
      for (const userId of userIds) {
        const key = userKey(scope, userId);
        if (calls.get(key) === call) calls.delete(key);
      }
    },
    find: (scope, userId) => calls.get(userKey(scope, userId)),
  };
}
