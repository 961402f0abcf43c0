import fc from 'fast-check';
import { createPoisonIdSearch } from '../../../src/batching/poison-id-search';
import { createBatch, type Batch } from '../../../src/batching/batch';
import { createPendingUser, type PendingUser } from '../../../src/batching/pending-user';
import { planCall } from '../../../src/batching/planner';
import { userKey, type BatchScope } from '../../../src/batching/scope';
import type { SpareSeats } from '../../../src/batching/spare-seats';
import type { OperationContext } from '../../../src/domain/operation-context';
import { Secret } from '../../../src/domain/secret';
import { idsOf, cycle } from '../../support/batching-world';

const SCOPE = cycle('1');
const OF_A_USER: BatchScope = {
  ...SCOPE,
  identity: { kind: 'user', accessToken: new Secret('u-1') },
};
const NO_SPARE: SpareSeats = { fillSpareSeats: () => [] };
const PENDING_NOWHERE = () => false;

const { signal } = new AbortController();

function operation(sendByMs: number, over: Partial<OperationContext> = {}): OperationContext {
  return {
    signal,
    // A tenth of the time is kept for the answer.
    deadlineAtMs: sendByMs / 0.9,
    onCall: () => undefined,
    background: false,
    leavesReserve: false,
    ...over,
  };
}

/** One operation that asks for one user. */
interface Question {
  readonly userId: string;
  readonly sendByMs: number;
  readonly background: boolean;
}

function question(userId: string, over: Partial<Question> = {}): Question {
  return { userId, sendByMs: 90, background: false, ...over };
}

const crowd = (size: number, over: Partial<Question> = {}, prefix = 'user '): Question[] =>
  idsOf(size, prefix).map((userId) => question(userId, over));

function batchOf(questions: readonly Question[], scope: BatchScope = SCOPE): Batch {
  const batch = createBatch(scope);
  const users = new Map<string, PendingUser>();
  for (const { userId, sendByMs, background } of questions) {
    const key = userKey(scope, userId);
    const user = users.get(userId) ?? createPendingUser(scope, userId, key);
    users.set(userId, user);
    user.addWaiter(operation(sendByMs, { background }), 0);
    batch.set(user);
  }
  return batch;
}

const plan = (batch: Batch) => planCall(batch, NO_SPARE, PENDING_NOWHERE);
const idsIn = (users: readonly PendingUser[]) => users.map(({ userId }) => userId);
const idsPlanned = (questions: readonly Question[]) => idsIn(plan(batchOf(questions)).users);

/** Around the 50 seats of a call, and often several questions about one user. */
const questions: fc.Arbitrary<Question> = fc.record({
  userId: fc.nat(130).map((n) => `user ${n}`),
  sendByMs: fc.integer({ min: 0, max: 5 }).map((n) => n * 90),
  background: fc.boolean(),
});
const lists = fc
  .integer({ min: 1, max: 200 })
  .chain((length) => fc.array(questions, { minLength: length, maxLength: length }));
const scopes = fc.constantFrom(SCOPE, SCOPE, OF_A_USER);

const distinct = (list: readonly Question[]) => [...new Set(list.map(({ userId }) => userId))];
/** Less is more urgent: all that operations wait for come before all background refreshes. */
const urgency = ({ background, sendByMs }: Question) => (background ? 10_000 : 0) + sendByMs;
const mostUrgent = (list: readonly Question[]) => Math.min(...list.map(urgency));

/** How urgent each user is: as its most urgent question. */
function urgencies(list: readonly Question[]): (userId: string) => number {
  const byUser = new Map<string, number>();
  for (const one of list) {
    byUser.set(one.userId, Math.min(byUser.get(one.userId) ?? Infinity, urgency(one)));
  }
  return (userId) => byUser.get(userId) ?? NaN;
}

function planned(check: (list: Question[], batch: Batch, ids: readonly string[]) => void) {
  fc.assert(
    fc.property(lists, scopes, (list, scope) => {
      const batch = batchOf(list, scope);
      check(list, batch, idsIn(plan(batch).users));
    }),
    { numRuns: 200 },
  );
}

describe('a call that is sent', () => {
  test('takes as many distinct users as it has seats, and never more', () => {
    expect(idsPlanned(crowd(120))).toHaveLength(50);
    expect(plan(batchOf(crowd(3), OF_A_USER)).users).toHaveLength(1);
    planned((list, { seats }, ids) => {
      expect(ids).toHaveLength(Math.min(seats, distinct(list).length));
      expect(new Set(ids).size).toBe(ids.length);
    });
  });

  test('counts a user that many operations ask for as one, and answers all of them', () => {
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

  test('has the most urgent user in its first seat, whatever else waits', () => {
    const ids = idsPlanned([...crowd(200), question('late', { sendByMs: 9 })]);
    expect(ids[0]).toBe('late');
    planned((list, _, [first]) => {
      expect(urgencies(list)(first ?? '')).toBe(mostUrgent(list));
    });
  });

  test('leaves no user behind that is more urgent than one it takes', () => {
    planned((list, _, ids) => {
      const of = urgencies(list);
      const slowest = Math.max(...ids.map(of));
      const behind = distinct(list).filter((userId) => !ids.includes(userId));
      expect(Math.min(Infinity, ...behind.map(of))).toBeGreaterThanOrEqual(slowest);
    });
  });

  test('keeps its users in the order of their urgency', () => {
    planned((list, _, ids) => {
      const order = ids.map(urgencies(list));
      expect(order).toEqual([...order].sort((a, b) => a - b));
    });
  });

  test('gives a background refresh only a seat that no waiting user could have', () => {
    const refreshes = crowd(40, { background: true, sendByMs: 0 }, 'stale ');
    const ids = idsPlanned([...refreshes, ...crowd(45)]);
    expect(ids.filter((id) => id.startsWith('stale'))).toHaveLength(5);
    expect(idsPlanned([...refreshes, ...crowd(50)])).toEqual(distinct(crowd(50)));
    planned((list, _, got) => {
      const waiting = distinct(list.filter((one) => !one.background));
      const onlyRefreshed = got.filter((id) => !waiting.includes(id));
      const leftBehind = waiting.filter((id) => !got.includes(id));
      expect(Math.min(onlyRefreshed.length, leftBehind.length)).toBe(0);
    });
  });

  test('is a refresh as a whole only when no user waits', () => {
    planned((list, batch) => {
      const { users } = plan(batch);
      const refreshOnly = users.every((user) => user.isBackground());
      expect(refreshOnly).toBe(list.every(({ background }) => background));
      expect(batch.isBackground).toBe(refreshOnly);
    });
  });

  test('serves the user of a refresh in time once an operation waits for it', () => {
    const stale = question('stale', { background: true, sendByMs: 9_000_000 });
    const [first] = idsPlanned([stale, ...crowd(60), question('stale', { sendByMs: 9 })]);
    expect(first).toBe('stale');
  });
});

describe('a call with spare seats', () => {
  /** Offers these users, and notes how many seats it was asked for. */
  function spareSeats(offered: readonly string[]) {
    const asked: number[] = [];
    const fillSpareSeats = (_: BatchScope, seats: number) => {
      asked.push(seats);
      return offered.slice(0, seats);
    };
    return { asked, spareSeats: { fillSpareSeats } };
  }

  test('refreshes others as far as they fit, except those that wait or are asked for already', () => {
    const { asked, spareSeats: spare } = spareSeats(['user 2', 'in flight', 'other', 'another']);
    const batch = batchOf(crowd(46));
    const pending = new Set(['user 2', 'in flight'].map((userId) => userKey(SCOPE, userId)));
    const call = planCall(batch, spare, (key) => pending.has(key));
    expect(asked).toEqual([4]);
    expect(call.spareUserIds).toEqual(['other', 'another']);
    expect(idsIn(call.users)).toEqual([...idsOf(46, 'user '), 'other', 'another']);
    expect(call.users.slice(46).map(({ waiters }) => waiters.size)).toEqual([0, 0]);
  });

  test('is the only kind that asks for others', () => {
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
    for (const userId of waiting) {
      const user = createPendingUser(SCOPE, userId, userKey(SCOPE, userId));
      user.addWaiter(operation(90), 0);
      batch.set(user);
    }
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

  test('leaves out users that no operation waits for any more', () => {
    const { batch } = searchedBatch(idsOf(8), ['ou_2', 'ou_5']);
    expect(idsIn(plan(batch).users)).toEqual(['ou_2', 'ou_5']);
  });

  test('counts as one and as full, since only the next part is known and no user may join it', () => {
    const { batch } = searchedBatch(idsOf(50));
    expect(batch).toMatchObject({ calls: 1, isFull: true, waitingUsers: 50 });
  });
});

describe('one call after the other', () => {
  /** Plans until no user is left. */
  function drain(batch: Batch): PendingUser[][] {
    const calls: PendingUser[][] = [];
    while (!batch.isEmpty) {
      const { users } = plan(batch);
      if (users.length === 0) throw new Error('a call has no users');
      for (const user of users) batch.remove(user);
      calls.push([...users]);
    }
    return calls;
  }

  test('asks for each user exactly once, so that none is lost', () => {
    planned((list, batch) => {
      const ids = idsIn(drain(batch).flat());
      expect([...ids].sort()).toEqual(distinct(list).sort());
    });
  });

  test('costs as many calls as are counted ahead, of which refreshes are none', () => {
    planned((list, batch) => {
      const waiting = distinct(list.filter(({ background }) => !background));
      expect(batch.waitingUsers).toBe(waiting.length);
      const counted = batch.calls;
      expect(counted).toBe(Math.ceil(waiting.length / batch.seats));
      const calls = drain(batch);
      const forWaiting = calls.filter((users) => users.some((user) => !user.isBackground()));
      expect(forWaiting).toHaveLength(counted);
      expect(calls).toHaveLength(Math.ceil(distinct(list).length / batch.seats));
    });
    expect(createBatch(SCOPE)).toMatchObject({ calls: 0, isEmpty: true, isFull: false });
  });

  test('sends each user in the call that its place predicts, which decides who is refused as late', () => {
    planned((_, batch) => {
      const ahead = batch.users();
      const calls = drain(batch);
      const expected = calls.map((_users, i) =>
        ahead.slice(i * batch.seats, (i + 1) * batch.seats),
      );
      expect(calls.map(idsIn)).toEqual(expected.map(idsIn));
    });
  });

  test('counts as full exactly while the next one has no seat that a waiting user could still take', () => {
    planned((list, batch) => {
      const waiting = distinct(list.filter(({ background }) => !background));
      expect(batch.isFull).toBe(waiting.length >= batch.seats);
    });
    expect(batchOf([...crowd(30), ...crowd(30)]).isFull).toBe(false);
    expect(batchOf([...crowd(30), ...crowd(50)]).isFull).toBe(true);
    expect(batchOf(crowd(50, { background: true })).isFull).toBe(false);
  });
});
