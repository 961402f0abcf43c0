import { createBatch } from '../../../src/batching/batch';
import { planCall } from '../../../src/batching/planner';
import { createPoisonIdSearch } from '../../../src/batching/poison-id-search';
import { userKey } from '../../../src/batching/scope';
import type { SpareSeats } from '../../../src/batching/spare-seats';
import { idsOf } from '../../support/batching-world';
import {
  OF_A_USER,
  PENDING_NOWHERE,
  SCOPE,
  addWaiters,
  batchOf,
  crowd,
  idsIn,
  plan,
  waiter,
} from '../../support/planned-batches';

describe('a call with spare seats', () => {
  /** Offers these users, and notes how many seats it was asked for. */
  function spareSeats(offered: readonly string[]) {
    const asked: number[] = [];
    const fillSpareSeats: SpareSeats['fillSpareSeats'] = (_, seats, isPending) => {
      asked.push(seats);
      return offered.filter((userId) => !isPending(userId)).slice(0, seats);
    };
    return { asked, spareSeats: { fillSpareSeats } };
  }

  test('refreshes as many other users as fit, except those that wait or are in flight', () => {
    const { asked, spareSeats: spare } = spareSeats(['user 2', 'in flight', 'other', 'another']);
    const batch = batchOf(crowd(46));
    const pending = new Set(['user 2', 'in flight'].map((userId) => userKey(SCOPE, userId)));
    const call = planCall(batch, spare, (key) => pending.has(key));
    expect(asked).toEqual([4]);
    expect(call.spareUserIds).toEqual(['other', 'another']);
    expect(idsIn(call.users)).toEqual([...idsOf(46, 'user '), 'other', 'another']);
    expect(call.users.slice(46).map(({ waiters }) => waiters.size)).toEqual([0, 0]);
  });

  test('is the only kind of call that refreshes other users', () => {
    for (const batch of [batchOf(crowd(50)), batchOf(crowd(1), OF_A_USER)]) {
      const { asked, spareSeats: spare } = spareSeats(['other']);
      expect(planCall(batch, spare, PENDING_NOWHERE).spareUserIds).toEqual([]);
      expect(asked).toEqual([]);
    }
  });
});

describe('a call of a search for a poison ID', () => {
  function searchedBatch(ids: readonly string[], waiting: readonly string[] = ids) {
    const search = createPoisonIdSearch({ ids, isTrusted: () => false, isCycleKnown: () => true });
    const batch = createBatch(SCOPE, search);
    addWaiters(
      batch,
      waiting.map((userId) => waiter(userId)),
    );
    return { search, batch };
  }

  test('asks for the next part of the search, and for no user in its spare seats', () => {
    const { search, batch } = searchedBatch(idsOf(8));
    const refuse = { fillSpareSeats: () => ['other'] };
    const call = planCall(batch, refuse, PENDING_NOWHERE);
    expect(idsIn(call.users)).toEqual(idsOf(8));
    expect(call).toMatchObject({ search, spareUserIds: [] });
    expect(search.isInFlight).toBe(true);
  });

  test('leaves out users that no operation waits for', () => {
    const { batch } = searchedBatch(idsOf(8), ['ou_2', 'ou_5']);
    expect(idsIn(plan(batch).users)).toEqual(['ou_2', 'ou_5']);
  });

  test('counts as one full call, since only its next part is known and no user may join it', () => {
    const { batch } = searchedBatch(idsOf(50));
    expect(batch).toMatchObject({ calls: 1, isFull: true, waitingUsers: 50 });
  });
});
