import fc from 'fast-check';
import { VirtualClock } from '../../support/virtual-clock';
import { createMemoryLedger } from '../../../src/quota/memory.ledger';
import type { Quota } from '../../../src/quota/pacing';
import {
  createQuotaGate,
  type Demand,
  type Permit,
  type QuotaGate,
} from '../../../src/quota/quota-gate';
import { acquirePermit } from '../../../src/quota/acquire-permit';
import { ManualClock } from '../../support/manual-clock';

const MINUTE_MS = 60_000;
const QUOTA: Quota = { calls: 20, windowMs: MINUTE_MS };
const NOW: Demand = { full: true, sendByMs: -Infinity };
const IN_TIME: Demand = { full: false, sendByMs: Infinity };
const BACKGROUND: Demand = { full: false, sendByMs: Infinity, background: true };

function createGate(quota = QUOTA) {
  const clock = new ManualClock(undefined, 0);
  const gate = createQuotaGate({
    quota,
    ledger: createMemoryLedger(quota, clock.now),
    nowMs: clock.now,
  });
  return { clock, gate };
}

/** As after a refusal for the rate of calls. */
function close(gate: QuotaGate, forMs: number): Promise<void> {
  return gate.closeFor({ forMs, reason: 'rate-limited' });
}

/** How long each of the next calls has to wait at least. */
async function forecastMs(gate: QuotaGate, calls: number): Promise<readonly number[]> {
  const { forecast } = await gate.look();
  return Array.from({ length: calls }, (_, i) => forecast.waitMs(i + 1));
}

async function tryAcquire(gate: QuotaGate, demand: Demand): Promise<Permit> {
  return gate.tryAcquire(await gate.look(), demand);
}

/** Tries until nothing passes any more, and says how many passed. */
async function passMany(gate: QuotaGate, waiting: Demand, tries = 100): Promise<number> {
  let passed = 0;
  while (passed < tries && (await tryAcquire(gate, waiting)).granted) passed += 1;
  return passed;
}

async function waitMs(gate: QuotaGate, waiting: Demand): Promise<number> {
  const permit = await tryAcquire(gate, waiting);
  return permit.granted ? 0 : permit.waitMs;
}

function makeBusy(gate: QuotaGate): void {
  for (let i = 0; i < 13; i += 1) gate.noteRequest();
}

function mostInAnyWindow(callTimesMs: readonly number[], { windowMs }: Quota): number {
  const inWindow = (endMs: number) => (ms: number) => ms > endMs - windowMs && ms <= endMs;
  return Math.max(0, ...callTimesMs.map((endMs) => callTimesMs.filter(inWindow(endMs)).length));
}

const quotas: fc.Arbitrary<Quota> = fc.record({
  calls: fc.integer({ min: 1, max: 5 }),
  windowMs: fc.integer({ min: 50, max: 200 }),
});
const waitings: fc.Arbitrary<Demand> = fc.record({
  full: fc.boolean(),
  sendByMs: fc.constantFrom(-Infinity, 100, 500, Infinity),
  background: fc.boolean(),
});
interface Step {
  readonly afterMs: number;
  readonly requests: number;
  readonly waiting: Demand;
  readonly closeForMs: number | null;
}
const schedules: fc.Arbitrary<Step[]> = fc.array(
  fc.record({
    afterMs: fc.nat(60),
    requests: fc.nat(3),
    waiting: waitings,
    closeForMs: fc.option(fc.nat(150), { freq: 9 }),
  }),
  { maxLength: 50 },
);

describe('an operation that needs a call to Feishu', () => {
  test('never gets more calls than the quota in any window, nor any while the gate is closed', async () => {
    await fc.assert(
      fc.asyncProperty(quotas, schedules, async (quota, schedule) => {
        const { clock, gate } = createGate(quota);
        const callTimesMs: number[] = [];
        let closedUntilMs = -1;
        for (const { afterMs, requests, waiting, closeForMs } of schedule) {
          clock.advance(afterMs);
          for (let i = 0; i < requests; i += 1) gate.noteRequest();
          if (closeForMs !== null) {
            await close(gate, closeForMs);
            closedUntilMs = Math.max(closedUntilMs, clock.now() + closeForMs);
          }
          if (!(await tryAcquire(gate, waiting)).granted) continue;
          expect(clock.now()).toBeGreaterThanOrEqual(closedUntilMs);
          callTimesMs.push(clock.now());
        }
        expect(mostInAnyWindow(callTimesMs, quota)).toBeLessThanOrEqual(quota.calls);
      }),
      { numRuns: 1_000 },
    );
  });

  test('is not let through a fraction of a millisecond early: timers count whole ones', async () => {
    const { clock, gate } = createGate({ calls: 1, windowMs: 100 });
    clock.advance(0.75);
    expect(await waitMs(gate, NOW)).toBe(0);
    clock.advance(99.5);
    expect(await waitMs(gate, NOW)).toBe(1);
  });

  test('passes in the end, in whole milliseconds, when it waits as long as it is told', async () => {
    await fc.assert(
      fc.asyncProperty(quotas, fc.array(waitings, { maxLength: 20 }), async (quota, line) => {
        const { clock, gate } = createGate(quota);
        for (const waiting of line) {
          gate.noteRequest();
          let waits = 0;
          for (let ms = await waitMs(gate, waiting); ms > 0; ms = await waitMs(gate, waiting)) {
            expect(Number.isInteger(ms)).toBe(true);
            expect((waits += 1)).toBeLessThan(10);
            clock.advance(ms);
          }
        }
      }),
      { numRuns: 500 },
    );
  });

  test('shares the quota with everybody else who wants to at the same moment', async () => {
    const clock = new VirtualClock();
    const gate = createQuotaGate({
      quota: QUOTA,
      ledger: createMemoryLedger(QUOTA, clock.now),
      nowMs: clock.now,
    });
    const passedAtMs: number[] = [];
    clock.at(0, () => {
      for (let i = 0; i < 65; i += 1) {
        const { signal } = new AbortController();
        void acquirePermit(gate, clock, signal, Infinity).then(() => passedAtMs.push(clock.now()));
      }
    });
    await clock.run();
    const expected = [0, 60_000, 120_000].flatMap((ms) => Array<number>(20).fill(ms));
    expect(passedAtMs).toEqual([...expected, ...Array<number>(5).fill(180_000)]);
  });

  test('spends nothing when it is aborted before a permit is granted', async () => {
    const clock = new VirtualClock();
    const ledger = createMemoryLedger(QUOTA, clock.now);
    const gate = createQuotaGate({ quota: QUOTA, ledger, nowMs: clock.now });
    const controller = new AbortController();
    let endedAtMs: number | undefined;
    clock.at(0, () => void close(gate, 30_000));
    clock.at(
      1,
      () =>
        void acquirePermit(gate, clock, controller.signal, Infinity).then(
          () => (endedAtMs = clock.now()),
        ),
    );
    clock.at(5_000, () => {
      controller.abort();
    });
    await clock.run();
    expect(endedAtMs).toBe(5_000);
    expect((await gate.status()).callsLeft).toBe(20);
  });

  test('gives up at once, and spends nothing, when it would have to wait for too long', async () => {
    const { clock, gate } = createGate();
    await close(gate, 3_001);
    const { signal } = new AbortController();
    expect(await acquirePermit(gate, clock, signal, 3_000)).toBe(false);
    expect(clock.now()).toBe(0);
    expect(await acquirePermit(gate, clock, signal, 3_001)).toBe(true);
    expect(clock.now()).toBe(3_001);
    expect(await gate.status()).toMatchObject({ callsLeft: 19 });
  });
});

describe('the forecast', () => {
  test('is exact if permits are acquired as soon as possible', async () => {
    const counts = fc.integer({ min: 1, max: 15 });
    await fc.assert(
      fc.asyncProperty(quotas, schedules, counts, async (quota, schedule, count) => {
        const { clock, gate } = createGate(quota);
        for (const { afterMs, waiting, closeForMs } of schedule) {
          clock.advance(afterMs);
          if (closeForMs !== null) await close(gate, closeForMs);
          await tryAcquire(gate, waiting);
        }
        const expectedMs = await forecastMs(gate, count);
        const startMs = clock.now();
        const cameTrueMs: number[] = [];
        while (cameTrueMs.length < count) {
          const permit = await tryAcquire(gate, { full: true, sendByMs: clock.now() });
          if (permit.granted) cameTrueMs.push(clock.now() - startMs);
          else clock.advance(permit.waitMs);
        }
        expect(expectedMs).toEqual(cameTrueMs);
      }),
      { numRuns: 500 },
    );
  });

  test('costs no call', async () => {
    const { gate } = createGate();
    expect(await forecastMs(gate, 41)).toEqual([
      ...Array<number>(20).fill(0),
      ...Array<number>(20).fill(60_000),
      120_000,
    ]);
    expect(await passMany(gate, NOW)).toBe(20);
  });

  test('has nothing to say of no calls', async () => {
    expect(await forecastMs(createGate().gate, 0)).toEqual([]);
  });
});

describe('a user with little time', () => {
  test('does not wait for the even spacing that would make it too late', async () => {
    const { clock, gate } = createGate();
    makeBusy(gate);
    await passMany(gate, NOW, 1);
    expect(await waitMs(gate, IN_TIME)).toBe(3_000);
    expect(await waitMs(gate, { full: false, sendByMs: clock.now() + 1_200 })).toBe(1_200);
    clock.advance(1_200);
    expect(await waitMs(gate, { full: false, sendByMs: clock.now() })).toBe(0);
  });

  test('does not wait longer than the even spacing either', async () => {
    const { gate } = createGate();
    makeBusy(gate);
    await passMany(gate, NOW, 1);
    expect(await waitMs(gate, { full: false, sendByMs: 10_000 })).toBe(3_000);
  });

  test('waits for the quota all the same', async () => {
    const { clock, gate } = createGate();
    expect(await passMany(gate, NOW)).toBe(20);
    clock.advance(1_000);
    expect(await waitMs(gate, { full: false, sendByMs: 0 })).toBe(59_000);
  });
});

describe('when Feishu rejects calls for a while', () => {
  test('holds everybody back for as long, and then lets them go', async () => {
    const { clock, gate } = createGate();
    await close(gate, 7_000);
    for (const waiting of [NOW, IN_TIME, BACKGROUND])
      expect(await waitMs(gate, waiting)).toBe(7_000);
    clock.advance(6_999);
    expect(await waitMs(gate, NOW)).toBe(1);
    clock.advance(1);
    expect(await waitMs(gate, NOW)).toBe(0);
  });

  test('is not opened again by advice that is shorter', async () => {
    const { gate } = createGate();
    await close(gate, 7_000);
    await close(gate, 1_000);
    expect(await waitMs(gate, NOW)).toBe(7_000);
    await close(gate, 9_000);
    expect(await waitMs(gate, NOW)).toBe(9_000);
  });
});

describe('a background refresh', () => {
  test('may spend half of the quota, evenly, and leaves the other half to waiting users', async () => {
    const { clock, gate } = createGate();
    const passedAtMs: number[] = [];
    while (clock.now() < MINUTE_MS) {
      const ms = await waitMs(gate, BACKGROUND);
      if (ms === 0) passedAtMs.push(clock.now());
      clock.advance(ms);
    }
    expect(passedAtMs).toEqual(Array.from({ length: 10 }, (_, i) => i * 6_000));
    // The first of them has just left the window.
    expect(await passMany(gate, NOW)).toBe(11);
  });

  test('finds nothing left after waiting users have spent half of it', async () => {
    const { gate } = createGate();
    await passMany(gate, NOW, 10);
    expect(await waitMs(gate, BACKGROUND)).toBe(60_000);
  });

  test('gets the only call of a quota of one, when no client waits', async () => {
    const { gate } = createGate({ calls: 1, windowMs: 1_000 });
    expect(await passMany(gate, BACKGROUND)).toBe(1);
  });
});

describe('the quota that one can see', () => {
  test('is whole, and open at once, before anything was spent', async () => {
    const { clock, gate } = createGate();
    const status = await gate.status();
    expect(status).toMatchObject({ callsPerMinute: 20, callsLeft: 20 });
    expect(status.nextCallAtMs).toBeLessThanOrEqual(clock.now());
    expect(status.closedUntilMs).toBeLessThanOrEqual(clock.now());
  });

  test('shrinks with each call, says when the next may be sent, and grows again', async () => {
    const { clock, gate } = createGate();
    await passMany(gate, NOW, 5);
    expect(await gate.status()).toMatchObject({ callsLeft: 15 });
    clock.advance(10_000);
    await passMany(gate, NOW);
    expect(await gate.status()).toMatchObject({ callsLeft: 0, nextCallAtMs: 60_000 });
    clock.advance(50_000);
    expect(await gate.status()).toMatchObject({ callsLeft: 5 });
    expect((await gate.status()).nextCallAtMs).toBeLessThanOrEqual(clock.now());
  });

  test('says until when the gate is closed', async () => {
    const { clock, gate } = createGate();
    clock.advance(500);
    await close(gate, 7_000);
    expect(await gate.status()).toMatchObject({
      closedUntilMs: 7_500,
      nextCallAtMs: 7_500,
      callsLeft: 20,
    });
  });

  test('is told by the minute, however long the window is', async () => {
    const { gate } = createGate({ calls: 20, windowMs: 10_000 });
    expect(await gate.status()).toMatchObject({ callsPerMinute: 120, callsLeft: 20 });
  });

  test('is read once for all who ask at the same time', async () => {
    const clock = new ManualClock(undefined, 0);
    const memory = createMemoryLedger(QUOTA, clock.now);
    const read = jest.fn(() => memory.read());
    const gate = createQuotaGate({ quota: QUOTA, ledger: { ...memory, read }, nowMs: clock.now });
    await Promise.all(Array.from({ length: 2_000 }, () => gate.status()));
    expect(read).toHaveBeenCalledTimes(1);
    await gate.status();
    expect(read).toHaveBeenCalledTimes(2);
  });

  test('costs no call to look at', async () => {
    const { gate } = createGate();
    for (let i = 0; i < 50; i += 1) await gate.status();
    expect(await passMany(gate, NOW)).toBe(20);
  });
});

describe('an operation that gets no permit', () => {
  test('is told for how long none is granted, which exceeds any timer while the gate is closed', async () => {
    const { gate } = createGate();
    makeBusy(gate);
    expect(await tryAcquire(gate, NOW)).toEqual({ granted: true });
    expect(await tryAcquire(gate, IN_TIME)).toMatchObject({ granted: false });
    expect((await gate.look()).forecast).toMatchObject({ blockedMs: 0, reason: 'none' });
    await close(gate, 40 * 24 * 3_600_000);
    expect(await tryAcquire(gate, NOW)).toEqual({ granted: false, waitMs: MINUTE_MS });
    expect((await gate.look()).forecast).toMatchObject({
      blockedMs: 40 * 24 * 3_600_000,
      reason: 'rate-limited',
    });
  });
});

describe('a gate whose quota is shared with other processes', () => {
  /** A ledger in which others have made calls, and have calls that wait. */
  function startShared(
    foreignCallTimesMs: readonly number[],
    callsWaitingElsewhere: readonly number[],
  ) {
    const clock = new ManualClock(undefined, 0);
    const memory = createMemoryLedger(QUOTA, clock.now);
    const read = async () => {
      const own = await memory.read();
      const callTimesMs = [...foreignCallTimesMs, ...own.callTimesMs];
      return { ...own, callTimesMs, foreignCallTimesMs, callsWaitingElsewhere };
    };
    const ledger = { ...memory, read };
    return createQuotaGate({ quota: QUOTA, ledger, nowMs: clock.now });
  }

  test('is not quiet while the others are busy, however few requests come here', async () => {
    const busyElsewhere = Array.from({ length: 13 }, (_, i) => -43_000 + i * 3_500);
    expect(await waitMs(startShared([], []), IN_TIME)).toBe(0);
    expect(await waitMs(startShared(busyElsewhere, []), IN_TIME)).toBe(2_000);
    expect(await waitMs(startShared(busyElsewhere.slice(1), []), IN_TIME)).toBe(0);
  });

  test('reckons with as many calls of each of the others as of its own', async () => {
    const spent = Array.from({ length: 20 }, (_, i) => -59_000 + i * 1_000);
    const alone = await forecastMs(startShared(spent, []), 3);
    const shared = await forecastMs(startShared(spent, [1, 10]), 3);

    expect(alone).toEqual([1_000, 2_000, 3_000]);
    // One of each before the first; then only the second still has any.
    expect(shared).toEqual([3_000, 5_000, 7_000]);
  });
});
