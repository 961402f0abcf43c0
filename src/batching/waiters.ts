import type { Snapshot } from '../cache/snapshot-cache';
import type { OperationContext } from '../domain/operation-context';
import { operationEnded } from '../domain/operation-ended';
import type { BatchIndex } from './batch-index';
import type { PendingUser, Waiter } from './pending-user';
import type { PendingUsers } from './pending-users';
import { createWaitingOperations } from './waiting-operations';

/** Keeps which operation waits for which user, and ends each wait with an answer or an error. */
export interface Waiters {
  add(user: PendingUser, operation: OperationContext): Waiter;
  /** Delivers the outcome to every operation that waits for the user. */
  readonly settle: (user: PendingUser, outcome: Snapshot | Error) => void;
  /** Ends one operation's wait for the user with an error. */
  readonly refuse: (user: PendingUser, waiter: Waiter, error: Error) => void;
  forget(user: PendingUser): void;
}

export interface WaitersOptions {
  readonly users: PendingUsers;
  readonly index: BatchIndex;
  readonly nowMs: () => number;
  /** Called when no user waits for a call any more. */
  readonly onEmpty: () => void;
}

export function createWaiters({ users, index, nowMs, onEmpty }: WaitersOptions): Waiters {
  const operations = createWaitingOperations((waits, { end }) => {
    const error = operationEnded(end);
    for (const [user, waiter] of waits) {
      waiter.reject(error);
      remove(user, waiter, end.reason);
    }
  });

  function forget(user: PendingUser): void {
    users.forget(user);
    if (!index.has(user)) return;
    index.remove(user);
    if (index.isEmpty()) onEmpty();
  }

  function remove(user: PendingUser, waiter: Waiter, reason: unknown): void {
    user.removeWaiter(waiter);
    if (user.waiters.size > 0) index.update(user);
    else if (users.callOf(user)) users.callOf(user)?.noteAbandoned(reason);
    else forget(user);
  }

  return {
    forget,

    add(user, operation) {
      const waiter = user.addWaiter(
        operation,
        nowMs(),
        operation.span && operations.waitOf(operation),
      );
      operations.add(user, waiter);
      return waiter;
    },

    settle(user, outcome) {
      for (const waiter of user.waiters.values()) {
        if (outcome instanceof Error) {
          operations.remove(user, waiter, outcome);
          waiter.reject(outcome);
        } else {
          operations.remove(user, waiter);
          waiter.resolve(outcome);
        }
      }
      forget(user);
    },

    refuse(user, waiter, error) {
      operations.remove(user, waiter, error);
      waiter.reject(error);
      remove(user, waiter, error);
    },
  };
}
