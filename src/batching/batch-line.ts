import { getOrCreate } from '../domain/collections';
import type { BadIdSearch } from './bad-id-search';
import { createBatch, type Batch } from './batch';
import type { PendingUser } from './pending-user';
import { scopeKey } from './scope';
import { createUrgencyList } from './urgency-list';

/** The batches in the order of their urgency, with sums that are kept up to date as users come and go. */
export interface BatchLine {
  /** The most urgent one first, those of background refreshes last. */
  readonly batches: Iterable<Batch>;
  /** Those whose next call has no free seat. */
  readonly fullBatches: Iterable<Batch>;
  /** Users among whom a bad ID is searched for; they are part of no other batch. */
  readonly searches: Iterable<Batch>;
  /** Calls that it takes to answer all users that operations wait for. */
  readonly calls: () => number;
  /** Users that operations wait for. */
  readonly users: () => number;
  isEmpty(): boolean;
  has(user: PendingUser): boolean;
  /** Puts the user into the batch of its scope, or of the search that it is part of. */
  place(user: PendingUser, search: BadIdSearch | null): void;
  /** An operation has come or gone that waits for the user. */
  update(user: PendingUser): void;
  remove(user: PendingUser): void;
}

export function createBatchLine(): BatchLine {
  /** By the search that they are part of, else by scope. */
  const byKey = new Map<BadIdSearch | string, Batch>();
  const batchOf = new Map<PendingUser, Batch>();
  const batches = createUrgencyList<Batch>();
  const fullBatches = createUrgencyList<Batch>();
  const searches = createUrgencyList<Batch>();
  const counted = new Map<Batch, { calls: number; users: number }>();
  const sum = { calls: 0, users: 0 };

  function count(batch: Batch): void {
    const count = getOrCreate(counted, batch, () => ({ calls: 0, users: 0 }));
    sum.calls += batch.calls - count.calls;
    sum.users += batch.waitingUsers - count.users;
    count.calls = batch.calls;
    count.users = batch.waitingUsers;
  }

  /** Its users have changed. */
  function reposition(batch: Batch): void {
    count(batch);
    if (batch.isFull && !batch.search) fullBatches.set(batch, batch.urgency());
    else fullBatches.delete(batch);
    const list = batch.search ? searches : batches;
    if (!batch.isEmpty) {
      list.set(batch, batch.urgency());
      return;
    }
    list.delete(batch);
    counted.delete(batch);
    byKey.delete(batch.search ?? scopeKey(batch.scope));
  }

  return {
    batches,
    fullBatches,
    searches,
    calls: () => sum.calls,
    users: () => sum.users,
    isEmpty: () => byKey.size === 0,
    has: (user) => batchOf.has(user),

    place(user, search) {
      const key = search ?? scopeKey(user.scope);
      const batch = getOrCreate(byKey, key, () => createBatch(user.scope, search));
      batch.set(user);
      batchOf.set(user, batch);
      reposition(batch);
    },

    update(user) {
      const batch = batchOf.get(user);
      if (!batch) return;
      batch.set(user);
      reposition(batch);
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
