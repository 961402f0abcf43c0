import type { Snapshot } from '../cache/snapshot-cache';
import { createChangeSignal } from '../domain/change-signal';
import type { OperationContext } from '../domain/operation-context';
import type { PoisonIdSearch } from './poison-id-search';
import type { Batch } from './batch';
import { createBatchLine } from './batch-line';
import type { InFlightCall } from './in-flight-call';
import type { PendingUser, Waiter } from './pending-user';
import { createPendingUsers, type UserRef } from './pending-users';
import { createWaiters, type Waiters } from './waiters';

/** A waiter that has not been admitted yet: it may be that its user cannot be answered in time. */
export interface Newcomer {
  readonly user: PendingUser;
  readonly waiter: Waiter;
}

/** All users of the process that operations wait for: before their call leaves, and until it is answered. */
export interface Queue extends Pick<Waiters, 'settle' | 'refuse'> {
  /** The most urgent one first, those of background refreshes last. */
  readonly batches: Iterable<Batch>;
  /** Those of the batches whose next call has no free seat. */
  readonly fullBatches: Iterable<Batch>;
  /** Users among whom a poison ID is searched for; they are part of no other batch. */
  readonly searches: Iterable<Batch>;
  /** Calls that it takes to answer all users that operations wait for. */
  readonly waitingCalls: () => number;
  /** Users that operations wait for, and whose call has not left. */
  readonly waitingUsers: () => number;
  /** The operation waits for the user, which is asked for once however many wait for it. */
  join(user: UserRef, operation: OperationContext): Promise<Snapshot>;
  /** Those that have come since the last time. */
  takeNewcomers(): Newcomer[];
  /** Aborts at the next change: another waiter, users put back, the last user gone. */
  readonly nextChange: () => AbortSignal;
  readonly isPending: (key: string) => boolean;
  /** The users leave their batch with a call. */
  depart(call: InFlightCall): void;
  /** Users of a failed call wait again; those that no operation waits for any more do not. */
  putBack(users: readonly PendingUser[], search: PoisonIdSearch | null): void;
}

export interface QueueOptions {
  readonly nowMs: () => number;
  /** Told of each user for which the operation needs a call that has not left yet. */
  readonly onQueued: (operation: OperationContext) => void;
}

export function createQueue({ nowMs, onQueued }: QueueOptions): Queue {
  const users = createPendingUsers();
  const line = createBatchLine();
  const change = createChangeSignal();
  const waiters = createWaiters({ users, line, nowMs, onEmpty: change.fire });
  let newcomers: Newcomer[] = [];

  function join(user: PendingUser, operation: OperationContext): Promise<Snapshot> {
    const waiting = user.waiters.get(operation);
    if (waiting) return waiting.answer;
    const waiter = waiters.add(user, operation);
    const call = users.callOf(user);
    if (call) {
      call.join(waiter);
      return waiter.answer;
    }
    if (line.has(user)) line.update(user);
    else line.place(user, null);
    newcomers.push({ user, waiter });
    onQueued(operation);
    change.fire();
    return waiter.answer;
  }

  return {
    batches: line.batches,
    fullBatches: line.fullBatches,
    searches: line.searches,
    waitingCalls: line.calls,
    waitingUsers: line.users,
    isPending: users.has,
    nextChange: change.next,
    settle: waiters.settle,
    refuse: waiters.refuse,
    join: (user, operation) => join(users.findOrCreate(user), operation),

    takeNewcomers() {
      const taken = newcomers;
      newcomers = [];
      return taken;
    },

    depart(call) {
      for (const user of call.users) {
        line.remove(user);
        users.setCall(user, call);
      }
    },

    putBack(returning, search) {
      for (const user of returning) {
        users.clearCall(user);
        if (user.waiters.size === 0) waiters.forget(user);
        else line.place(user, search);
      }
      // A search goes on, also with the users that are waiting already.
      change.fire();
    },
  };
}
