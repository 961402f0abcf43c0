import fc from 'fast-check';
import { createBatch, type Batch } from '../../src/batching/batch';
import { createPendingUser, type PendingUser } from '../../src/batching/pending-user';
import { planCall } from '../../src/batching/planner';
import { userKey, type BatchScope } from '../../src/batching/scope';
import type { SpareSeats } from '../../src/batching/spare-seats';
import { Secret } from '../../src/domain/secret';
import { cycle, idsOf } from './batching-world';
import { createOperation } from './operation';

export const SCOPE = cycle('1');
export const OF_A_USER: BatchScope = {
  ...SCOPE,
  identity: { kind: 'user', accessToken: new Secret('u-1') },
};
export const PENDING_NOWHERE = () => false;
const NO_SPARE: SpareSeats = { fillSpareSeats: () => [] };

/** One operation that waits for one user. */
export interface Waiter {
  readonly userId: string;
  readonly sendByMs: number;
  readonly background: boolean;
}

export function waiter(userId: string, over: Partial<Waiter> = {}): Waiter {
  return { userId, sendByMs: 90, background: false, ...over };
}

export const crowd = (size: number, over: Partial<Waiter> = {}, prefix = 'user '): Waiter[] =>
  idsOf(size, prefix).map((userId) => waiter(userId, over));

export function addWaiters(batch: Batch, waiters: readonly Waiter[], scope = SCOPE): void {
  const users = new Map<string, PendingUser>();
  for (const { userId, sendByMs, background } of waiters) {
    const key = userKey(scope, userId);
    const user = users.get(userId) ?? createPendingUser(scope, userId, key);
    users.set(userId, user);
    // A tenth of the time is kept for the answer.
    user.addWaiter(createOperation({ deadlineAtMs: sendByMs / 0.9, background }), 0);
    batch.set(user);
  }
}

export function batchOf(waiters: readonly Waiter[], scope: BatchScope = SCOPE): Batch {
  const batch = createBatch(scope);
  addWaiters(batch, waiters, scope);
  return batch;
}

export const plan = (batch: Batch) => planCall(batch, NO_SPARE, PENDING_NOWHERE);
export const idsIn = (users: readonly PendingUser[]) => users.map(({ userId }) => userId);
export const idsPlanned = (waiters: readonly Waiter[]) => idsIn(plan(batchOf(waiters)).users);
export const distinct = (list: readonly Waiter[]) => [...new Set(list.map(({ userId }) => userId))];

const waiters: fc.Arbitrary<Waiter> = fc.record({
  userId: fc.nat(130).map((n) => `user ${n}`),
  sendByMs: fc.integer({ min: 0, max: 5 }).map((n) => n * 90),
  background: fc.boolean(),
});
/** Around the 50 seats of a call, and often several operations for one user. */
export const lists = fc
  .integer({ min: 1, max: 200 })
  .chain((length) => fc.array(waiters, { minLength: length, maxLength: length }));
const scopes = fc.constantFrom(SCOPE, SCOPE, OF_A_USER);

/** Checks the next call of batches that are drawn at random. */
export function inEveryBatch(
  check: (list: Waiter[], batch: Batch, ids: readonly string[]) => void,
): void {
  fc.assert(
    fc.property(lists, scopes, (list, scope) => {
      const batch = batchOf(list, scope);
      check(list, batch, idsIn(plan(batch).users));
    }),
    { numRuns: 200 },
  );
}
