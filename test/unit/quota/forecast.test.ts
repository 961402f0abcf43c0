import fc from 'fast-check';
import type { LedgerReading } from '../../../src/quota/call-ledger';
import { OPEN, type Closing } from '../../../src/quota/closing';
import { createForecast, type Forecast } from '../../../src/quota/forecast';
import { createMemoryLedger } from '../../../src/quota/memory.ledger';
import type { Quota } from '../../../src/quota/pacing';
import { createQuotaGate } from '../../../src/quota/quota-gate';
import { ManualClock } from '../../support/manual-clock';

const MINUTE_MS = 60_000;
const QUOTA: Quota = { calls: 20, windowMs: MINUTE_MS };
const NOW_MS = 1_000_000;

function readingOf(over: Partial<LedgerReading> = {}): LedgerReading {
  return {
    nowMs: NOW_MS,
    callTimesMs: [],
    foreignCallTimesMs: [],
    callsWaitingElsewhere: [],
    version: '0',
    closing: OPEN,
    notBeforeMs: -Infinity,
    quotaCalls: QUOTA.calls,
    ...over,
  };
}

/** Calls with a second between them, the last one a second ago. */
const secondsAgo = (count: number) =>
  Array.from({ length: count }, (_, i) => NOW_MS - (count - i) * 1_000);

interface Case {
  readonly quota: Quota;
  readonly reading: LedgerReading;
}

/** Small quotas, of which this process may have a share, and ledgers in any state. */
const cases: fc.Arbitrary<Case> = fc
  .record({ calls: fc.integer({ min: 1, max: 12 }), windowMs: fc.integer({ min: 50, max: 300 }) })
  .chain((quota) => {
    const closing: fc.Arbitrary<Closing> = fc.record({
      untilMs: fc.integer({ min: -100, max: 500 }).map((ms) => NOW_MS + ms),
      reason: fc.constantFrom('rate-limited', 'quota-exhausted', 'probing'),
    });
    const ages = fc.array(fc.integer({ min: 0, max: quota.windowMs - 1 }), {
      maxLength: quota.calls,
    });
    return fc.record({
      quota: fc.constant(quota),
      reading: fc.record({
        callTimesMs: ages.map((all) => all.map((ms) => NOW_MS - ms).sort((a, b) => a - b)),
        closing: fc.option(closing, { nil: OPEN, freq: 2 }),
        notBeforeMs: fc.constantFrom(-Infinity, NOW_MS - 10, NOW_MS + 40),
        quotaCalls: fc.integer({ min: 1, max: quota.calls }),
        callsWaitingElsewhere: fc.array(fc.nat(5), { maxLength: 3 }),
      }),
    });
  })
  .map(({ quota, reading }) => ({ quota, reading: readingOf(reading) }));

/** When each of the next calls is sent, one after the other, as early as the limits allow. */
function simulate({ quota, reading }: Case, count: number): number[] {
  const { closing, notBeforeMs, quotaCalls } = reading;
  // The answer of a probe, which is on its way, is expected to open the gate.
  const closedUntilMs = closing.reason === 'probing' ? -Infinity : closing.untilMs;
  const made = [...reading.callTimesMs];
  const leftAtMs: number[] = [];
  for (let atMs = Math.max(NOW_MS, closedUntilMs, notBeforeMs); leftAtMs.length < count;) {
    const inWindow = made.filter((ms) => ms > atMs - quota.windowMs);
    const oldestMs = inWindow.at(-quotaCalls);
    if (oldestMs !== undefined) {
      atMs = oldestMs + quota.windowMs;
      continue;
    }
    made.push(atMs);
    leftAtMs.push(atMs);
  }
  return leftAtMs;
}

const waitsMs = (forecast: Forecast, count: number) =>
  Array.from({ length: count }, (_, i) => forecast.waitMs(i + 1));

describe('the wait for the n-th next call', () => {
  test('is the time until it is sent when all calls are sent as early as possible', () => {
    fc.assert(
      fc.property(cases, fc.integer({ min: 1, max: 30 }), ({ quota, reading }, count) => {
        const alone = { ...reading, callsWaitingElsewhere: [] };
        const expected = simulate({ quota, reading: alone }, count).map((ms) => ms - NOW_MS);
        expect(waitsMs(createForecast(quota, alone, []), count)).toEqual(expected);
      }),
      { numRuns: 2_000 },
    );
  });

  test('includes as many calls of each other process as of this one', () => {
    fc.assert(
      fc.property(cases, fc.integer({ min: 1, max: 12 }), ({ quota, reading }, count) => {
        const leftAtMs = simulate({ quota, reading }, count * 4);
        const expected = Array.from({ length: count }, (_, i) => {
          const elsewhere = reading.callsWaitingElsewhere.map((waiting) =>
            Math.min(waiting, i + 1),
          );
          const nth = elsewhere.reduce((sum, calls) => sum + calls, i + 1);
          return (leftAtMs[nth - 1] ?? NaN) - NOW_MS;
        });
        expect(waitsMs(createForecast(quota, reading, []), count)).toEqual(expected);
      }),
      { numRuns: 1_000 },
    );
  });

  test('comes true at the gate', async () => {
    const times = fc.array(fc.nat(60), { maxLength: 15 });
    await fc.assert(
      fc.asyncProperty(times, fc.integer({ min: 1, max: 12 }), async (afterMs, count) => {
        const quota = { calls: 4, windowMs: 100 };
        const clock = new ManualClock(undefined, 0);
        const ledger = createMemoryLedger(quota, clock.now);
        const gate = createQuotaGate({ quota, ledger, nowMs: clock.now });
        const tryNow = async () => gate.tryAcquire(await gate.look(), { full: true });
        for (const ms of afterMs) {
          clock.advance(ms);
          await tryNow();
        }
        const startMs = clock.now();
        const expected = waitsMs((await gate.look()).forecast, count);
        const leftMs: number[] = [];
        while (leftMs.length < count) {
          const permit = await tryNow();
          if (permit.granted) leftMs.push(clock.now() - startMs);
          else clock.advance(permit.waitMs);
        }
        expect(leftMs).toEqual(expected);
      }),
      { numRuns: 300 },
    );
  });

  test('for the first one is the time in which no process may send a call', () => {
    fc.assert(
      fc.property(cases, ({ quota, reading }) => {
        const [firstAtMs = NaN] = simulate({ quota, reading }, 1);
        expect(createForecast(quota, reading, []).blockedMs).toBe(firstAtMs - NOW_MS);
      }),
    );
  });
});

describe('the wait of a call that leaves a reserve', () => {
  test('is never shorter than that of another call, or of the call before', () => {
    fc.assert(
      fc.property(cases, fc.integer({ min: 1, max: 40 }), ({ quota, reading }, nthCall) => {
        const forecast = createForecast(quota, reading, []);
        const waitMs = forecast.waitWithReserveMs(nthCall);
        expect(waitMs).toBeGreaterThanOrEqual(forecast.waitMs(nthCall));
        expect(forecast.waitWithReserveMs(nthCall + 1)).toBeGreaterThanOrEqual(waitMs);
      }),
      { numRuns: 2_000 },
    );
  });

  test('is 0 for the first three quarters of an unspent quota, and a window for the rest', () => {
    const forecast = createForecast(QUOTA, readingOf(), []);
    const waits = Array.from({ length: 21 }, (_, i) => forecast.waitWithReserveMs(i + 1));
    expect(waits.slice(0, 15)).toEqual(Array(15).fill(0));
    expect(waits.slice(15)).toEqual(Array(6).fill(MINUTE_MS));
  });

  test('is the even spacing for the next call when only the reserve is left', () => {
    const forecast = createForecast(
      QUOTA,
      readingOf({ callTimesMs: Array<number>(15).fill(NOW_MS) }),
      [],
    );
    expect(forecast.isReserveReached).toBe(true);
    expect(forecast.waitWithReserveMs(1)).toBe(10_000);
    expect(forecast.waitWithReserveMs(2)).toBe(MINUTE_MS);
  });
});

describe('the reserve', () => {
  const isReachedAfter = (callTimesMs: readonly number[]) =>
    createForecast(QUOTA, readingOf({ callTimesMs }), []).isReserveReached;

  test('is reached with the 15th of 20 calls, until the first call has left the window', () => {
    expect(isReachedAfter(secondsAgo(14))).toBe(false);
    expect(isReachedAfter(secondsAgo(15))).toBe(true);
    expect(isReachedAfter(secondsAgo(20))).toBe(true);
    const [, ...others] = secondsAgo(15);
    expect(isReachedAfter([NOW_MS - MINUTE_MS, ...others])).toBe(false);
    expect(isReachedAfter([NOW_MS - MINUTE_MS + 1, ...others])).toBe(true);
  });

  test('is a part of the process’s share of the quota', () => {
    const isReached = (calls: number, quotaCalls: number) =>
      createForecast(QUOTA, readingOf({ callTimesMs: secondsAgo(calls), quotaCalls }), [])
        .isReserveReached;
    expect([isReached(6, 10), isReached(7, 10)]).toEqual([false, true]);
    // A single call is not reserved, since a service would never be answered.
    expect([isReached(0, 1), isReached(1, 1)]).toEqual([false, true]);
  });
});

describe('the wait for the next call of a search', () => {
  const searchWaitMs = (searchTimesMs: readonly number[], callTimesMs: readonly number[] = []) =>
    createForecast(QUOTA, readingOf({ callTimesMs }), searchTimesMs).searchBlockedMs;

  test('is 0 until searches have spent half of the quota, then the time until the first call has left the window', () => {
    expect(searchWaitMs([])).toBe(0);
    expect(searchWaitMs(secondsAgo(9))).toBe(0);
    expect(searchWaitMs(secondsAgo(10))).toBe(MINUTE_MS - 10_000);
    expect(searchWaitMs([NOW_MS - 2 * MINUTE_MS, ...secondsAgo(9)])).toBe(0);
  });

  test('is the same as that of any call while the quota is used up or the gate is closed', () => {
    expect(searchWaitMs(secondsAgo(2), secondsAgo(20))).toBe(MINUTE_MS - 20_000);
    const closing: Closing = { untilMs: NOW_MS + 7_000, reason: 'rate-limited' };
    expect(createForecast(QUOTA, readingOf({ closing }), []).searchBlockedMs).toBe(7_000);
  });

  test('allows searches half of the quota in any window, and at least one call', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 12 }),
        fc.array(fc.nat(40), { minLength: 1, maxLength: 60 }),
        (calls, afterMs) => {
          const quota = { calls, windowMs: 100 };
          const searchTimesMs: number[] = [];
          let nowMs = 0;
          for (const ms of afterMs) {
            nowMs += ms;
            const reading = readingOf({ nowMs, quotaCalls: calls });
            const { searchBlockedMs } = createForecast(quota, reading, searchTimesMs);
            if (searchBlockedMs <= 0) searchTimesMs.push(nowMs);
          }
          const inWindow = searchTimesMs.map(
            (endMs) => searchTimesMs.filter((ms) => ms > endMs - 100 && ms <= endMs).length,
          );
          expect(searchTimesMs.length).toBeGreaterThan(0);
          expect(Math.max(...inWindow)).toBeLessThanOrEqual(Math.max(1, Math.floor(calls / 2)));
        },
      ),
    );
  });
});

describe('the reason why no call is sent', () => {
  test('is given while it lasts', () => {
    const reasonOf = (closing: Closing) => createForecast(QUOTA, readingOf({ closing }), []).reason;
    expect(reasonOf(OPEN)).toBe('none');
    expect(reasonOf({ untilMs: NOW_MS + 1, reason: 'rate-limited' })).toBe('rate-limited');
    expect(reasonOf({ untilMs: NOW_MS, reason: 'rate-limited' })).toBe('none');
  });

  test('is no wait while a probe is in flight, whose answer opens or closes the gate', () => {
    const closing: Closing = { untilMs: NOW_MS + MINUTE_MS, reason: 'probing' };
    const forecast = createForecast(QUOTA, readingOf({ closing }), []);
    expect(forecast).toMatchObject({ reason: 'probing', blockedMs: 0 });
    expect(forecast.waitMs(1)).toBe(0);
  });
});
