import { createPrincipalQuotas, type PrincipalQuota } from '../../../src/auth/principal-quota';
import type { Principal } from '../../../src/domain/principal';
import type { UserIdType, UserKey } from '../../../src/domain/user';
import { ManualClock } from '../../support/manual-clock';

const WINDOW_MS = 60_000;
const DEADLINE_MS = 15_000;

const id = (text: string, idType: UserIdType = 'OPEN_ID'): UserKey => ({ id: text, idType });
const person = (...ids: UserKey[]): Principal => ({
  kind: 'user',
  name: JSON.stringify(ids[0]),
  policy: 'self',
  ids,
  tenantKey: null,
});
const A = person(id('a'));
const B = person(id('b'));
const SERVICE: Principal = {
  kind: 'service',
  name: 'reports',
  policy: 'all',
  ids: [],
  tenantKey: null,
};

function start({ quotaCalls = 20, keepsReserve = true } = {}) {
  const clock = new ManualClock();
  const { signal } = new AbortController();
  const quotaOf = createPrincipalQuotas({ quotaCalls, windowMs: WINDOW_MS, keepsReserve, clock });
  const begin = (principal: Principal) =>
    quotaOf(principal, { signal, deadlineAtMs: clock.now() + DEADLINE_MS });
  return { clock, begin };
}

function charge(quota: PrincipalQuota, calls: number): void {
  for (let i = 0; i < calls; i += 1) quota.charge({ scope: 'a cycle' });
}

/** The error of a reservation that is refused. */
function refusalOf(reserve: () => void): unknown {
  try {
    reserve();
    return undefined;
  } catch (error) {
    return error;
  }
}

const LIMITED = { code: 'RATE_LIMITED' };

describe('a principal that reads only its own tasks', () => {
  test('spends at most half of the quota, in however many operations', () => {
    const { begin } = start();
    for (let i = 0; i < 10; i += 1) begin(A).reserve(1);

    const refusal = refusalOf(() => {
      begin(A).reserve(1);
    });
    expect(refusal).toMatchObject({ ...LIMITED, details: { retryAfterMs: WINDOW_MS } });
    begin(B).reserve(10);
  });

  test('is not charged for calls that an operation reserved and did not make', () => {
    const { begin } = start();
    for (let i = 0; i < 100; i += 1) {
      const quota = begin(A);
      quota.reserve(5);
      quota.settle();
    }
    begin(A).reserve(10);
  });

  test('is charged for retries beyond the reservation', () => {
    const { clock, begin } = start();
    const quota = begin(A);
    quota.reserve(3);
    charge(quota, 9);
    quota.settle();
    begin(A).reserve(1);
    clock.advance(1_000);
    expect(
      refusalOf(() => {
        begin(A).reserve(1);
      }),
    ).toMatchObject({ ...LIMITED, details: { retryAfterMs: WINDOW_MS - 1_000 } });
  });

  test('has its quota again after a window, and not before', () => {
    const { clock, begin } = start();
    begin(A).reserve(10);
    clock.advance(WINDOW_MS - 1);
    expect(() => {
      begin(A).reserve(1);
    }).toThrow();
    clock.advance(1);
    begin(A).reserve(10);
  });

  test('is told to retry when enough calls are free, not when the first one is', () => {
    const { clock, begin } = start();
    begin(A).reserve(1);
    clock.advance(20_000);
    begin(A).reserve(9);
    const retryAfterMsOf = (calls: number) =>
      refusalOf(() => {
        begin(A).reserve(calls);
      });
    expect(retryAfterMsOf(1)).toMatchObject({ details: { retryAfterMs: WINDOW_MS - 20_000 } });
    expect(retryAfterMsOf(2)).toMatchObject({ details: { retryAfterMs: WINDOW_MS } });
  });

  test('has a highest cost of an operation', () => {
    expect(start().begin(A).maxCalls).toBe(10);
  });

  test('is the same principal under any ID of its credentials', () => {
    const { begin } = start();
    begin(person(id('a'), id('a-1', 'USER_ID'))).reserve(6);
    begin(person(id('a-1', 'USER_ID'))).reserve(4);
    expect(
      refusalOf(() => {
        begin(A).reserve(1);
      }),
    ).toMatchObject(LIMITED);
    // The same text of another type is another principal.
    begin(person(id('a', 'USER_ID'))).reserve(10);
  });

  test('is charged for calls under either ID from before both were known to be one principal', () => {
    const { begin } = start();
    const byUserId = person(id('a-1', 'USER_ID'));
    begin(A).reserve(5);
    const late = begin(byUserId);
    begin(byUserId).reserve(4);
    begin(person(id('a-2', 'UNION_ID'), id('a'), id('a-1', 'USER_ID'))).reserve(1);
    for (const quota of [late, begin(A), begin(byUserId), begin(person(id('a-2', 'UNION_ID')))]) {
      expect(
        refusalOf(() => {
          quota.reserve(1);
        }),
      ).toMatchObject(LIMITED);
    }
  });
});

describe('all principals that read only their own tasks', () => {
  /** All at one moment, each about made-up cycles of its own. */
  async function spend(
    begin: (principal: Principal) => PrincipalQuota,
    people: number,
    each: number,
  ) {
    const all = Array.from({ length: people * each }, (_, i) => ({
      quota: begin(person(id(`p${i % people}`))),
      scope: `cycle ${i}`,
    }));
    const leaves = await Promise.all(all.map(({ quota, scope }) => quota.enter(scope, 1)));
    for (const { quota, scope } of all) quota.charge({ scope });
    return leaves;
  }

  test('leave a quarter of the quota to principals that read all users', async () => {
    const { begin, clock } = start();
    await spend(begin, 3, 5);
    clock.advance(10_000);
    await expect(begin(A).enter('another cycle', 1)).rejects.toMatchObject({
      ...LIMITED,
      details: { retryAfterMs: WINDOW_MS - 10_000 },
    });
    await begin(SERVICE).enter('another cycle', 1);
  });

  test('spend one call together when they share it', async () => {
    const { begin } = start();
    const quotas = Array.from({ length: 15 * 50 }, (_, i) => begin(person(id(`p${i}`))));
    for (const quota of quotas) await quota.enter('the cycle', 1);
    await expect(begin(A).enter('the cycle', 1)).rejects.toMatchObject(LIMITED);
    const call = { scope: 'the cycle' };
    for (const quota of quotas) quota.charge(call);
    await begin(A).enter('the cycle', 1);
  });

  test('reserve their calls while they wait', async () => {
    const { begin } = start();
    const leaves: (() => void)[] = [];
    for (let i = 0; i < 15; i += 1) leaves.push(await begin(A).enter(`cycle ${i}`, 1));
    await expect(begin(B).enter('another cycle', 1)).rejects.toMatchObject(LIMITED);
    await begin(B).enter('cycle 3', 1);
    leaves[0]?.();
    await begin(B).enter('another cycle', 1);
  });

  test('keep their seats until the call leaves, so that the next principal needs another call', async () => {
    const { begin } = start();
    await spend(begin, 15, 1);
    // The call about cycle 3 has left and is not answered.
    await expect(begin(A).enter('cycle 3', 1)).rejects.toMatchObject(LIMITED);
  });

  test('wait for a call that is free in time', async () => {
    const { begin, clock } = start();
    await spend(begin, 3, 5);
    clock.advance(50_000);
    const beganAtMs = clock.now();
    await begin(A).enter('another cycle', 1);
    expect(clock.now() - beganAtMs).toBe(10_000);
  });

  test('space their calls once a third of them is used', async () => {
    const { begin, clock } = start();
    await spend(begin, 5, 1);
    const beganAtMs = clock.now();
    const waitsMs: number[] = [];
    for (let i = 0; i < 3; i += 1) {
      const quota = begin(person(id(`late ${i}`)));
      await quota.enter(`another cycle ${i}`, 1);
      waitsMs.push(clock.now() - beganAtMs);
      quota.charge({ scope: `another cycle ${i}` });
    }
    // Ten calls have to last for a minute, then nine for the rest of it, then eight.
    expect(waitsMs).toEqual([5_455, 10_910, 16_365]);
  });

  test('have the whole quota when no principal reads all users', async () => {
    const { begin } = start({ keepsReserve: false });
    await spend(begin, 4, 5);
    await begin(A).enter('another cycle', 1);
  });

  test('have one call at least', async () => {
    await start({ quotaCalls: 1 }).begin(A).enter('the cycle', 1);
  });
});

describe('a principal that reads all users', () => {
  test('has the whole quota', async () => {
    const { begin } = start();
    const quota = begin(SERVICE);
    for (let i = 0; i < 100; i += 1) {
      quota.reserve(20);
      charge(quota, 20);
      await quota.enter(`cycle ${i}`, 50);
    }
    expect(quota.maxCalls).toBe(Infinity);
  });
});
