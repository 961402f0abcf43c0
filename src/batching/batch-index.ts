import { getOrCreate } from '../domain/collections';
import type { PoisonIdSearch } from './poison-id-search';
import { createBatch, type Batch } from './batch';
import type { PendingUser } from './pending-user';
import { scopeKey } from './scope';
import { createUrgencyList } from './urgency-list';

/** All batches in the order of their urgency, with totals that are updated as users are added and removed. */
export interface BatchIndex {
  /** The most urgent batch first; batches of background refreshes last. */
  readonly batches: Iterable<Batch>;
  /** The batches whose next call has no free seat. */
  readonly fullBatches: Iterable<Batch>;
  /** Batches of poison-ID searches. Their users are part of no other batch. */
  readonly searches: Iterable<Batch>;
  /** The number of calls that answer all users that clients wait for. */
  readonly calls: () => number;
  /** The number of users that clients wait for. */
  readonly users: () => number;
  isEmpty(): boolean;
  has(user: PendingUser): boolean;
  /** Adds the user to the batch of its scope, or of its search. */
  place(user: PendingUser, search: PoisonIdSearch | null): Batch;
  /** Updates the user's place after a waiter was added or removed. @returns its batch, if it is in one */
  update(user: PendingUser): Batch | undefined;
  remove(user: PendingUser): void;
}

export function createBatchIndex(): BatchIndex {
  /** The key is the search if there is one, else the scope. */
  const byKey = new Map<PoisonIdSearch | string, Batch>();
  const batchOf = new Map<PendingUser, Batch>();
  const batches = createUrgencyList<Batch>();
  const fullBatches = createUrgencyList<Batch>();
  const searches = createUrgencyList<Batch>();
  const totals = createTotals();

  /** Updates the totals and the lists after the users of a batch have changed. */
  function reposition(batch: Batch): void {
    totals.update(batch);
    if (batch.isFull && !batch.search) fullBatches.set(batch, batch.urgency());
    else fullBatches.delete(batch);
    const list = batch.search ? searches : batches;
    if (!batch.isEmpty) {
      list.set(batch, batch.urgency());
      return;
    }
    list.delete(batch);
    byKey.delete(batch.search ?? scopeKey(batch.scope));
  }

  return {
    batches,
    fullBatches,
    searches,
    calls: () => totals.sum.calls,
    users: () => totals.sum.users,
    isEmpty: () => byKey.size === 0,
    has: (user) => batchOf.has(user),

    place(user, search) {
      const key = search ?? scopeKey(user.scope);
      const batch = getOrCreate(byKey, key, () => createBatch(user.scope, search));
      batch.set(user);
      batchOf.set(user, batch);
      reposition(batch);
      return batch;
    },

    update(user) {
      const batch = batchOf.get(user);
      if (!batch) return undefined;
      batch.set(user);
      reposition(batch);
      return batch;
    },

    remove(user) {
      const batch = batchOf.get(user);
      if (!batch) return;
      batch.remove(user);
      batchOf.delete(user);
      reposition(batch);
    },
  };
}

/** Keeps totals over all batches. An update takes constant time. */
function createTotals() {
  const sum = { calls: 0, users: 0 };
  /** What each batch contributes to the totals. */
  const added = new WeakMap<Batch, { calls: number; users: number }>();

  return {
    sum: sum as Readonly<typeof sum>,
    update(batch: Batch): void {
      const before = added.get(batch) ?? { calls: 0, users: 0 };
      const now = { calls: batch.calls, users: batch.waitingUsers };
      sum.calls += now.calls - before.calls;
      sum.users += now.users - before.users;
      added.set(batch, now);
    },
  };
}
