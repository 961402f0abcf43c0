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
});
const A = person(id('a'));
const B = person(id('b'));
const SERVICE: Principal = { kind: 'service', name: 'reports', policy: 'all', ids: [] };

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

/** What a reservation is refused with. */
function refusalOf(reserve: () => void): unknown {
  try {
    reserve();
    return undefined;
  } catch (error) {
    return error;
  }
}

const LIMITED = { code: 'RATE_LIMITED' };

describe('a principal that reads only their own tasks', () => {
  test('has half of the quota asked at most, however many operations that takes', () => {
    const { begin } = start();
    for (let i = 0; i < 10; i += 1) begin(A).reserve(1);

    const refusal = refusalOf(() => {
      begin(A).reserve(1);
    });
    expect(refusal).toMatchObject({ ...LIMITED, details: { retryAfterMs: WINDOW_MS } });
    begin(B).reserve(10);
  });

  test('is not charged for what an operation reserved and did not spend', () => {
    const { begin } = start();
    for (let i = 0; i < 100; i += 1) {
      const quota = begin(A);
      quota.reserve(5);
      quota.settle();
    }
    begin(A).reserve(10);
  });

  test('is charged more than was reserved where retries cost more', () => {
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

  test('has it anew a window later, and not before', () => {
    const { clock, begin } = start();
    begin(A).reserve(10);
    clock.advance(WINDOW_MS - 1);
    expect(() => {
      begin(A).reserve(1);
    }).toThrow();
    clock.advance(1);
    begin(A).reserve(10);
  });

  test('is told to come back when enough of it is free, not when the first call is', () => {
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

  test('is told what no operation of theirs may cost', () => {
    expect(start().begin(A).maxCalls).toBe(10);
  });

  test('is one principal under any of the IDs that the credentials state', () => {
    const { begin } = start();
    begin(person(id('a'), id('a-1', 'USER_ID'))).reserve(6);
    begin(person(id('a-1', 'USER_ID'))).reserve(4);
    expect(
      refusalOf(() => {
        begin(A).reserve(1);
      }),
    ).toMatchObject(LIMITED);
    // The same text of another type is somebody else.
    begin(person(id('a', 'USER_ID'))).reserve(10);
  });

  test('is charged together for what was spent under either ID before they were known to be one', () => {
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

describe('all of them together', () => {
  /** At one moment, each about cycles of their own, as made-up ones are. */
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

  test('leave a quarter of the quota to those who read everybody', async () => {
    const { begin, clock } = start();
    await spend(begin, 3, 5);
    clock.advance(10_000);
    await expect(begin(A).enter('another cycle', 1)).rejects.toMatchObject({
      ...LIMITED,
      details: { retryAfterMs: WINDOW_MS - 10_000 },
    });
    await begin(SERVICE).enter('another cycle', 1);
  });

  test('spend one call where they share one', async () => {
    const { begin } = start();
    const quotas = Array.from({ length: 15 * 50 }, (_, i) => begin(person(id(`p${i}`))));
    for (const quota of quotas) await quota.enter('the cycle', 1);
    await expect(begin(A).enter('the cycle', 1)).rejects.toMatchObject(LIMITED);
    const call = { scope: 'the cycle' };
    for (const quota of quotas) quota.charge(call);
    await begin(A).enter('the cycle', 1);
  });

  test('are counted while they wait: calls that have not left are not given away twice', async () => {
    const { begin } = start();
    const leaves: (() => void)[] = [];
    for (let i = 0; i < 15; i += 1) leaves.push(await begin(A).enter(`cycle ${i}`, 1));
    await expect(begin(B).enter('another cycle', 1)).rejects.toMatchObject(LIMITED);
    await begin(B).enter('cycle 3', 1);
    leaves[0]?.();
    await begin(B).enter('another cycle', 1);
  });

  test('keep their seats only until the call leaves: the next person needs another call', async () => {
    const { begin } = start();
    await spend(begin, 15, 1);
    // The answers take their time, and the one about cycle 3 is on its way.
    await expect(begin(A).enter('cycle 3', 1)).rejects.toMatchObject(LIMITED);
  });

  test('wait for a call that is free in time instead of being refused', async () => {
    const { begin, clock } = start();
    await spend(begin, 3, 5);
    clock.advance(50_000);
    const beganAtMs = clock.now();
    await begin(A).enter('another cycle', 1);
    expect(clock.now() - beganAtMs).toBe(10_000);
  });

  test('space their calls once a third is used, so that they last until the next one is free', async () => {
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
    // Ten calls are left for a minute, then nine for the rest of it, then eight.
    expect(waitsMs).toEqual([5_455, 10_910, 16_365]);
  });

  test('have the whole quota where no principal reads everybody', async () => {
    const { begin } = start({ keepsReserve: false });
    await spend(begin, 4, 5);
    await begin(A).enter('another cycle', 1);
  });

  test('have one call at least', async () => {
    await start({ quotaCalls: 1 }).begin(A).enter('the cycle', 1);
  });
});

describe('a principal that reads everybody', () => {
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
