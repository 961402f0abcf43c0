import fc from 'fast-check';
import {
  nextSendAtMs,
  requestsRemembered,
  type PacingInput,
  type Quota,
} from '../../../src/quota/pacing';

const QUOTA: Quota = { calls: 20, windowMs: 60_000 };
const EVEN_MS = 3_000;
const NOW_MS = 1_000_000;

const ago = (...agesMs: number[]) => agesMs.map((ageMs) => NOW_MS - ageMs);
const times = (count: number, ageMs: number) => ago(...Array<number>(count).fill(ageMs));
/** Enough requests of this moment to be as busy as possible. */
const BUSY = times(requestsRemembered(QUOTA), 0);

/** How long until the next call is sent; 0 if it is sent at once. */
function waitMs(input: Partial<PacingInput>, quota = QUOTA): number {
  const base = { callTimesMs: [], requestTimesMs: [], full: false, nowMs: NOW_MS };
  return Math.max(0, nextSendAtMs(quota, { ...base, ...input }) - NOW_MS);
}

function inWindow(timesMs: readonly number[], nowMs: number, { windowMs }: Quota): number[] {
  return timesMs.filter((timeMs) => timeMs > nowMs - windowMs);
}

/** The most calls that any window of this length holds. */
function mostInAnyWindow(callTimesMs: readonly number[], quota: Quota): number {
  return Math.max(
    0,
    ...callTimesMs.map(
      (endMs) =>
        inWindow(
          callTimesMs.filter((ms) => ms <= endMs),
          endMs,
          quota,
        ).length,
    ),
  );
}

/** Sends calls as early as allowed, one after the other, while users always wait. */
function dispatcher(
  first: readonly number[],
  count: number,
  full: boolean,
  quota = QUOTA,
): number[] {
  const callTimesMs = [...first];
  let nowMs = first.at(-1) ?? 0;
  for (let i = 0; i < count; i += 1) {
    // New requests arrive all the time.
    const requestTimesMs = Array<number>(requestsRemembered(quota)).fill(nowMs);
    const recent = inWindow(callTimesMs, nowMs, quota);
    nowMs = Math.max(
      nowMs,
      nextSendAtMs(quota, { callTimesMs: recent, requestTimesMs, full, nowMs }),
    );
    callTimesMs.push(nowMs);
  }
  return callTimesMs;
}

const gaps = (timesMs: readonly number[]) =>
  timesMs.slice(1).map((ms, i) => ms - (timesMs[i] ?? 0));

interface Step {
  readonly afterMs: number;
  readonly requests: number;
  readonly full: boolean;
}

const quotas: fc.Arbitrary<Quota> = fc.record({
  calls: fc.integer({ min: 1, max: 6 }),
  windowMs: fc.integer({ min: 100, max: 300 }),
});
const schedules: fc.Arbitrary<Step[]> = fc.array(
  fc.record({ afterMs: fc.nat(80), requests: fc.nat(3), full: fc.boolean() }),
  { maxLength: 60 },
);

describe('the calls of any minute', () => {
  test('are never more than the quota, for any requests and calls', () => {
    fc.assert(
      fc.property(quotas, schedules, (quota, schedule) => {
        const callTimesMs: number[] = [];
        const requestTimesMs: number[] = [];
        let nowMs = 0;
        for (const { afterMs, requests, full } of schedule) {
          nowMs += afterMs;
          requestTimesMs.push(...Array<number>(requests).fill(nowMs));
          const recent = inWindow(callTimesMs, nowMs, quota);
          const atMs = nextSendAtMs(quota, { callTimesMs: recent, requestTimesMs, full, nowMs });
          if (atMs <= nowMs) callTimesMs.push(nowMs);
        }
        expect(mostInAnyWindow(callTimesMs, quota)).toBeLessThanOrEqual(quota.calls);
      }),
      { numRuns: 3_000 },
    );
  });

  test('are as many as the quota when that many are needed', () => {
    const even = fc.tuple(fc.integer({ min: 1, max: 6 }), fc.integer({ min: 10, max: 50 }));
    fc.assert(
      fc.property(even, fc.boolean(), ([calls, spacingMs], full) => {
        const quota = { calls, windowMs: calls * spacingMs };
        const callTimesMs = dispatcher([], 5 * calls, full, quota);
        expect(mostInAnyWindow(callTimesMs, quota)).toBe(calls);
      }),
    );
  });

  test('may be sent again exactly when the call a whole quota earlier has left the window', () => {
    const spent = { callTimesMs: [...times(1, 60_000), ...times(19, 5)], full: true };
    expect(waitMs(spent)).toBe(0);
    expect(waitMs({ ...spent, callTimesMs: [...times(1, 59_999), ...times(19, 5)] })).toBe(1);
  });
});

describe('while it is quiet, a call', () => {
  test.each([
    ['is sent at once when it is the first request of all', { requestTimesMs: times(1, 0) }, 0],
    [
      'is sent at once right after another one',
      { callTimesMs: times(1, 0), requestTimesMs: times(2, 0) },
      0,
    ],
    [
      'is sent at once for the twelfth request of a minute',
      { callTimesMs: times(11, 5_000), requestTimesMs: [...times(11, 5_000), ...times(1, 0)] },
      0,
    ],
    [
      'waits its turn for the thirteenth',
      { callTimesMs: times(1, 100), requestTimesMs: [...times(12, 5_000), ...times(1, 0)] },
      EVEN_MS - 100,
    ],
    [
      'waits its turn for the third request of three seconds',
      { callTimesMs: times(1, 100), requestTimesMs: times(3, 0) },
      EVEN_MS - 100,
    ],
    [
      'forgets requests of more than a minute ago',
      { callTimesMs: times(1, 100), requestTimesMs: [...times(12, 60_000), ...times(1, 0)] },
      0,
    ],
    [
      'still waits when the quota is spent',
      { callTimesMs: times(20, 20_000), requestTimesMs: times(1, 0) },
      40_000,
    ],
  ])('%s', (_, input, expectedMs) => {
    expect(waitMs(input)).toBe(expectedMs);
  });
});

describe('while it is busy, a call', () => {
  test('is sent at once when no call was sent in the last minute', () => {
    expect(waitMs({ requestTimesMs: BUSY })).toBe(0);
  });

  test('is sent three seconds after the last one unless there was a burst', () => {
    expect(waitMs({ requestTimesMs: BUSY, callTimesMs: ago(7_000, 4_000, 1_000) })).toBe(2_000);
    expect(gaps(dispatcher([0], 100, false))).toEqual(Array(100).fill(EVEN_MS));
  });

  test.each([1, 2, 10, 15, 19, 20])(
    'is sent at slowly growing intervals after a burst of %i',
    (size) => {
      const after = gaps(dispatcher(Array<number>(size).fill(0), 60, false)).slice(size - 1);
      const firstMs = after[0] ?? 0;
      expect(firstMs).toBeCloseTo(Math.max(EVEN_MS, 60_000 / (21 - size)));
      for (const gapMs of after) {
        expect(gapMs).toBeGreaterThanOrEqual(EVEN_MS);
        expect(gapMs).toBeLessThanOrEqual(firstMs + 1e-6);
      }
    },
  );

  test('is never sent sooner than an even share of the minute after the last one, or than the quota allows', () => {
    const ages = fc.array(fc.nat(QUOTA.windowMs - 1), { minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(ages, (agesMs) => {
        const callTimesMs = ago(...agesMs.sort((a, b) => b - a));
        const input = { callTimesMs, requestTimesMs: BUSY, nowMs: NOW_MS };
        const pacedAtMs = nextSendAtMs(QUOTA, { ...input, full: false });
        expect(pacedAtMs - (callTimesMs.at(-1) ?? 0)).toBeGreaterThanOrEqual(EVEN_MS);
        expect(pacedAtMs).toBeGreaterThanOrEqual(nextSendAtMs(QUOTA, { ...input, full: true }));
      }),
      { numRuns: 2_000 },
    );
  });

  test('is sent at once when it is full, within the quota', () => {
    const full = { requestTimesMs: BUSY, full: true };
    expect(waitMs({ ...full, callTimesMs: times(19, 0) })).toBe(0);
    expect(waitMs({ ...full, callTimesMs: times(20, 1_000) })).toBe(59_000);
  });

  test('waits for a quota that has shrunk below the calls of the window', () => {
    const shrunk = { calls: 5, windowMs: 60_000 };
    const spent = { callTimesMs: times(20, 10_000), requestTimesMs: BUSY };
    expect(waitMs({ ...spent, full: true }, shrunk)).toBe(50_000);
    expect(waitMs({ ...spent, full: false }, shrunk)).toBe(50_000);
  });
});

test('remembered requests suffice to tell quiet from busy', () => {
  fc.assert(
    fc.property(
      quotas,
      fc.array(fc.nat(200), { maxLength: 30 }),
      fc.boolean(),
      (quota, agesMs, full) => {
        const requestTimesMs = ago(...agesMs.sort((a, b) => b - a));
        const input = { callTimesMs: ago(1), full, nowMs: NOW_MS };
        const remembered = requestTimesMs.slice(-requestsRemembered(quota));
        expect(nextSendAtMs(quota, { ...input, requestTimesMs: remembered })).toBe(
          nextSendAtMs(quota, { ...input, requestTimesMs }),
        );
      },
    ),
    { numRuns: 2_000 },
  );
});
