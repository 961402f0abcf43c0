import { getOrCreate } from '../domain/collections';
import type { PoisonIdSearch } from './poison-id-search';
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
  /** Users among whom a poison ID is searched for; they are part of no other batch. */
  readonly searches: Iterable<Batch>;
  /** Calls that it takes to answer all users that operations wait for. */
  readonly calls: () => number;
  /** Users that operations wait for. */
  readonly users: () => number;
  isEmpty(): boolean;
  has(user: PendingUser): boolean;
  /** Puts the user into the batch of its scope, or of the search that it is part of. */
  place(user: PendingUser, search: PoisonIdSearch | null): void;
  /** An operation has come or gone that waits for the user. */
  update(user: PendingUser): void;
  remove(user: PendingUser): void;
}

export function createBatchLine(): BatchLine {
  /** By the search that they are part of, else by scope. */
  const byKey = new Map<PoisonIdSearch | string, Batch>();
  const batchOf = new Map<PendingUser, Batch>();
  const batches = createUrgencyList<Batch>();
  const fullBatches = createUrgencyList<Batch>();
  const searches = createUrgencyList<Batch>();
  const totals = createTotals();

  /** Its users have changed. */
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

/** Sums over all batches that cost the same however many there are. */
function createTotals() {
  const sum = { calls: 0, users: 0 };
  /** What each batch has added to them. */
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
