import fc from 'fast-check';
import {
  OF_A_USER,
  batchOf,
  crowd,
  distinct,
  idsIn,
  idsPlanned,
  inEveryBatch,
  lists,
  plan,
  waiter,
  type Waiter,
} from '../../support/planned-batches';

/** Less is more urgent: all that operations wait for come before all background refreshes. */
const urgency = ({ background, sendByMs }: Waiter) => (background ? 10_000 : 0) + sendByMs;
const mostUrgent = (list: readonly Waiter[]) => Math.min(...list.map(urgency));

/** How urgent each user is: as its most urgent question. */
function urgencies(list: readonly Waiter[]): (userId: string) => number {
  const byUser = new Map<string, number>();
  for (const one of list) {
    byUser.set(one.userId, Math.min(byUser.get(one.userId) ?? Infinity, urgency(one)));
  }
  return (userId) => byUser.get(userId) ?? NaN;
}

describe('a planned call', () => {
  test('takes as many distinct users as it has seats, and never more', () => {
    expect(idsPlanned(crowd(120))).toHaveLength(50);
    expect(plan(batchOf(crowd(3), OF_A_USER)).users).toHaveLength(1);
    inEveryBatch((list, { seats }, ids) => {
      expect(ids).toHaveLength(Math.min(seats, distinct(list).length));
      expect(new Set(ids).size).toBe(ids.length);
    });
  });

  test('counts a user that many operations wait for once, and answers all of them', () => {
    const list = [...crowd(2), ...crowd(2), ...crowd(2)];
    const { users } = plan(batchOf(list));
    expect(idsIn(users)).toEqual(['user 1', 'user 2']);
    expect(users.map(({ waiters }) => waiters.size)).toEqual([3, 3]);
    fc.assert(
      fc.property(lists, (some) => {
        const { users: taken } = plan(batchOf(some));
        expect(taken.map(({ waiters }) => waiters.size)).toEqual(
          taken.map(({ userId }) => some.filter((one) => one.userId === userId).length),
        );
      }),
      { numRuns: 100 },
    );
  });

  test('has the most urgent user in its first seat', () => {
    const ids = idsPlanned([...crowd(200), waiter('late', { sendByMs: 9 })]);
    expect(ids[0]).toBe('late');
    inEveryBatch((list, _, [first]) => {
      expect(urgencies(list)(first ?? '')).toBe(mostUrgent(list));
    });
  });

  test('takes no user that is less urgent than one left behind', () => {
    inEveryBatch((list, _, ids) => {
      const of = urgencies(list);
      const slowest = Math.max(...ids.map(of));
      const behind = distinct(list).filter((userId) => !ids.includes(userId));
      expect(Math.min(Infinity, ...behind.map(of))).toBeGreaterThanOrEqual(slowest);
    });
  });

  test('keeps its users in the order of their urgency', () => {
    inEveryBatch((list, _, ids) => {
      const order = ids.map(urgencies(list));
      expect(order).toEqual([...order].sort((a, b) => a - b));
    });
  });

  test('gives a background refresh only a seat that no waiting user needs', () => {
    const refreshes = crowd(40, { background: true, sendByMs: 0 }, 'stale ');
    const ids = idsPlanned([...refreshes, ...crowd(45)]);
    expect(ids.filter((id) => id.startsWith('stale'))).toHaveLength(5);
    expect(idsPlanned([...refreshes, ...crowd(50)])).toEqual(distinct(crowd(50)));
    inEveryBatch((list, _, got) => {
      const waiting = distinct(list.filter((one) => !one.background));
      const onlyRefreshed = got.filter((id) => !waiting.includes(id));
      const leftBehind = waiting.filter((id) => !got.includes(id));
      expect(Math.min(onlyRefreshed.length, leftBehind.length)).toBe(0);
    });
  });

  test('is a background call only when no operation waits', () => {
    inEveryBatch((list, batch) => {
      const { users } = plan(batch);
      const refreshOnly = users.every((user) => user.isBackground());
      expect(refreshOnly).toBe(list.every(({ background }) => background));
      expect(batch.isBackground).toBe(refreshOnly);
    });
  });

  test('serves the user of a background refresh in time once an operation waits for it', () => {
    const stale = waiter('stale', { background: true, sendByMs: 9_000_000 });
    const [first] = idsPlanned([stale, ...crowd(60), waiter('stale', { sendByMs: 9 })]);
    expect(first).toBe('stale');
  });
});
