import fc from 'fast-check';
import { acquirePermit } from '../../../src/quota/acquire-permit';
import type { QuotaGate } from '../../../src/quota/quota-gate';
import { createGate, mostInAnyWindow } from '../../support/batching-world';
import {
  BACKGROUND,
  IN_TIME,
  MINUTE_MS,
  NOW,
  QUOTA,
  acquireMany,
  close,
  createGateWorld,
  demands,
  quotas,
  schedules,
  tryAcquire,
  waitMs,
} from '../../support/gate-world';
import { VirtualClock } from '../../support/virtual-clock';

function makeBusy(gate: QuotaGate): void {
  for (let i = 0; i < 13; i += 1) gate.noteRequest();
}

describe('an operation that wants to call Feishu', () => {
  test('never gets more calls than the quota in any window, and none while the gate is closed', async () => {
    await fc.assert(
      fc.asyncProperty(quotas, schedules, async (quota, schedule) => {
        const { clock, gate } = createGateWorld(quota);
        const callTimesMs: number[] = [];
        let closedUntilMs = -1;
        for (const { afterMs, requests, demand, closeForMs } of schedule) {
          clock.advance(afterMs);
          for (let i = 0; i < requests; i += 1) gate.noteRequest();
          if (closeForMs !== null) {
            await close(gate, closeForMs);
            closedUntilMs = Math.max(closedUntilMs, clock.now() + closeForMs);
          }
          const permit = await tryAcquire(gate, demand);
          if (!permit.granted) continue;
          expect(clock.now()).toBeGreaterThanOrEqual(closedUntilMs);
          expect(permit.calls).toBeLessThanOrEqual(demand.calls ?? 1);
          for (let i = 0; i < permit.calls; i += 1) callTimesMs.push(clock.now());
        }
        expect(mostInAnyWindow(callTimesMs, quota)).toBeLessThanOrEqual(quota.calls);
      }),
      { numRuns: 1_000 },
    );
  });

  test('is granted several calls together if the quota has room for all of them, else one', async () => {
    const { clock, gate } = createGateWorld({ calls: 5, windowMs: 100 });
    expect(await tryAcquire(gate, { ...NOW, calls: 3 })).toEqual({ granted: true, calls: 3 });
    expect(await tryAcquire(gate, { ...NOW, calls: 3 })).toEqual({ granted: true, calls: 1 });
    expect(await tryAcquire(gate, NOW)).toEqual({ granted: true, calls: 1 });
    expect(await waitMs(gate, { ...NOW, calls: 2 })).toBe(100);
    clock.advance(100);
    expect(await tryAcquire(gate, { ...NOW, calls: 5 })).toEqual({ granted: true, calls: 5 });
  });

  test('is not granted a call a fraction of a millisecond early, since timers count whole ones', async () => {
    const { clock, gate } = createGateWorld({ calls: 1, windowMs: 100 });
    clock.advance(0.75);
    expect(await waitMs(gate, NOW)).toBe(0);
    clock.advance(99.5);
    expect(await waitMs(gate, NOW)).toBe(1);
  });

  test('is granted a call in the end when it waits as long as it is told, in whole milliseconds', async () => {
    await fc.assert(
      fc.asyncProperty(quotas, fc.array(demands, { maxLength: 20 }), async (quota, line) => {
        const { clock, gate } = createGateWorld(quota);
        for (const demand of line) {
          gate.noteRequest();
          let waits = 0;
          for (let ms = await waitMs(gate, demand); ms > 0; ms = await waitMs(gate, demand)) {
            expect(Number.isInteger(ms)).toBe(true);
            expect((waits += 1)).toBeLessThan(10);
            clock.advance(ms);
          }
        }
      }),
      { numRuns: 500 },
    );
  });

  test('shares the quota with all others of the same moment', async () => {
    const clock = new VirtualClock();
    const gate = createGate(QUOTA, clock);
    const grantedAtMs: number[] = [];
    clock.at(0, () => {
      for (let i = 0; i < 65; i += 1) {
        const { signal } = new AbortController();
        void acquirePermit(gate, clock, signal, Infinity).then(() => grantedAtMs.push(clock.now()));
      }
    });
    await clock.run();
    const expected = [0, 60_000, 120_000].flatMap((ms) => Array<number>(20).fill(ms));
    expect(grantedAtMs).toEqual([...expected, ...Array<number>(5).fill(180_000)]);
  });

  test('spends no call when it ends while it waits', async () => {
    const clock = new VirtualClock();
    const gate = createGate(QUOTA, clock);
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

  test('gives up at once and spends no call when the wait would be too long', async () => {
    const { clock, gate } = createGateWorld();
    await close(gate, 3_001);
    const { signal } = new AbortController();
    expect(await acquirePermit(gate, clock, signal, 3_000)).toBe(false);
    expect(clock.now()).toBe(0);
    expect(await acquirePermit(gate, clock, signal, 3_001)).toBe(true);
    expect(clock.now()).toBe(3_001);
    expect(await gate.status()).toMatchObject({ callsLeft: 19 });
  });
});

describe('a demand with little time', () => {
  test('does not wait for an even spacing that would make it late', async () => {
    const { clock, gate } = createGateWorld();
    makeBusy(gate);
    await acquireMany(gate, NOW, 1);
    expect(await waitMs(gate, IN_TIME)).toBe(3_000);
    expect(await waitMs(gate, { full: false, sendByMs: clock.now() + 1_200 })).toBe(1_200);
    clock.advance(1_200);
    expect(await waitMs(gate, { full: false, sendByMs: clock.now() })).toBe(0);
  });

  test('does not wait longer than the even spacing either', async () => {
    const { gate } = createGateWorld();
    makeBusy(gate);
    await acquireMany(gate, NOW, 1);
    expect(await waitMs(gate, { full: false, sendByMs: 10_000 })).toBe(3_000);
  });

  test('waits for the quota nevertheless', async () => {
    const { clock, gate } = createGateWorld();
    expect(await acquireMany(gate, NOW)).toBe(20);
    clock.advance(1_000);
    expect(await waitMs(gate, { full: false, sendByMs: 0 })).toBe(59_000);
  });
});

describe('a closed gate', () => {
  test('refuses every demand for as long as it was closed, and then grants them', async () => {
    const { clock, gate } = createGateWorld();
    await close(gate, 7_000);
    for (const demand of [NOW, IN_TIME, BACKGROUND]) expect(await waitMs(gate, demand)).toBe(7_000);
    clock.advance(6_999);
    expect(await waitMs(gate, NOW)).toBe(1);
    clock.advance(1);
    expect(await waitMs(gate, NOW)).toBe(0);
  });

  test('is not opened earlier by a shorter closing', async () => {
    const { gate } = createGateWorld();
    await close(gate, 7_000);
    await close(gate, 1_000);
    expect(await waitMs(gate, NOW)).toBe(7_000);
    await close(gate, 9_000);
    expect(await waitMs(gate, NOW)).toBe(9_000);
  });
});

describe('a background refresh', () => {
  test('may spend half of the quota at an even pace, and leaves the other half to operations that wait', async () => {
    const { clock, gate } = createGateWorld();
    const grantedAtMs: number[] = [];
    while (clock.now() < MINUTE_MS) {
      const ms = await waitMs(gate, BACKGROUND);
      if (ms === 0) grantedAtMs.push(clock.now());
      clock.advance(ms);
    }
    expect(grantedAtMs).toEqual(Array.from({ length: 10 }, (_, i) => i * 6_000));
    // The first of them has just left the window.
    expect(await acquireMany(gate, NOW)).toBe(11);
  });

  test('is refused once operations have spent half of the quota', async () => {
    const { gate } = createGateWorld();
    await acquireMany(gate, NOW, 10);
    expect(await waitMs(gate, BACKGROUND)).toBe(60_000);
  });

  test('gets the only call of a quota of one when no operation wants it', async () => {
    const { gate } = createGateWorld({ calls: 1, windowMs: 1_000 });
    expect(await acquireMany(gate, BACKGROUND)).toBe(1);
  });
});

describe('a refused demand', () => {
  test('is told to wait no longer than any timer can, however long the gate is closed', async () => {
    const { gate } = createGateWorld();
    makeBusy(gate);
    expect(await tryAcquire(gate, NOW)).toEqual({ granted: true, calls: 1 });
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
