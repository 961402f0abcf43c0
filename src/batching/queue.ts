import type { Snapshot } from '../cache/snapshot-cache';
import { createChangeSignal } from '../domain/change-signal';
import type { OperationContext } from '../domain/operation-context';
import type { PoisonIdSearch } from './poison-id-search';
import type { Batch } from './batch';
import { createBatchIndex } from './batch-index';
import type { InFlightCall } from './in-flight-call';
import type { PendingUser, Waiter } from './pending-user';
import { createPendingUsers, type UserRef } from './pending-users';
import { createWaiters, type Waiters } from './waiters';

/** A waiter that is not admitted yet: admission refuses it if its user cannot be answered in time. */
export interface Newcomer {
  readonly user: PendingUser;
  readonly waiter: Waiter;
}

/** All users of the process that clients or background refreshes wait for, until their calls are answered. */
export interface Queue extends Pick<Waiters, 'settle' | 'refuse'> {
  /** The most urgent batch first; batches of background refreshes last. */
  readonly batches: Iterable<Batch>;
  /** The batches whose next call has no free seat. */
  readonly fullBatches: Iterable<Batch>;
  /** Batches of poison-ID searches. Their users are part of no other batch. */
  readonly searches: Iterable<Batch>;
  /** The number of calls that answer all users that clients wait for. */
  readonly waitingCalls: () => number;
  /** The number of users that clients wait for and whose call is not sent yet. */
  readonly waitingUsers: () => number;
  /** Makes the operation wait for the user. All operations that wait for one user share one call. */
  join(user: UserRef, operation: OperationContext): Promise<Snapshot>;
  /** @returns the waiters that have arrived since the last time */
  takeNewcomers(): Newcomer[];
  /** A signal that aborts when a waiter arrives, users are queued again, or the last user is removed. */
  readonly nextChange: () => AbortSignal;
  readonly isPending: (key: string) => boolean;
  /** Moves the users of a sent call from their batch to that call. */
  noteSent(call: InFlightCall): void;
  /** Queues users of a failed call again, and forgets those that no operation waits for any more. */
  requeue(users: readonly PendingUser[], search: PoisonIdSearch | null): void;
}

export interface QueueOptions {
  readonly nowMs: () => number;
  /** Called when an operation starts to wait for a user whose call is not sent yet. */
  readonly onQueued: (operation: OperationContext) => void;
}

export function createQueue({ nowMs, onQueued }: QueueOptions): Queue {
  const users = createPendingUsers();
  const index = createBatchIndex();
  const change = createChangeSignal();
  const waiters = createWaiters({ users, index, nowMs, onEmpty: change.fire });
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
    const batch = index.update(user) ?? index.place(user, null);
    newcomers.push({ user, waiter });
    onQueued(operation);
    // Only a first user or a full call can change what is sent now. Others are considered together.
    if (batch.isFull || batch.waitingUsers <= 1) change.fire();
    else change.fireSoon();
    return waiter.answer;
  }

  return {
    batches: index.batches,
    fullBatches: index.fullBatches,
    searches: index.searches,
    waitingCalls: index.calls,
    waitingUsers: index.users,
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

    noteSent(call) {
      for (const user of call.users) {
        index.remove(user);
        users.setCall(user, call);
      }
    },

    requeue(returning, search) {
      for (const user of returning) {
        users.clearCall(user);
        if (user.waiters.size === 0) waiters.forget(user);
        else index.place(user, search);
      }
      // Also without returning users: the search goes on with the users that wait already.
      change.fire();
    },
  };
}
