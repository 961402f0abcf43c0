import { callsFor, formatDuration, leastMs, remainingMs } from '../../../src/cli/warm/estimate';

const QUOTA = { calls: 20, windowMs: 60_000 };

describe('the estimate of warm', () => {
  test('counts a call for each 50 users', () => {
    expect([0, 1, 50, 51, 2_000].map(callsFor)).toEqual([0, 1, 1, 2, 40]);
  });

  test('spaces calls evenly over the quota', () => {
    expect([0, 1, 2, 40].map((calls) => leastMs(calls, QUOTA))).toEqual([0, 0, 3_000, 117_000]);
  });

  test('follows the calls so far when clients use the quota too', () => {
    expect(remainingMs(10, { calls: 10, sinceMs: 60_000 }, QUOTA)).toBe(60_000);
  });

  test('is never shorter than the quota allows', () => {
    expect(remainingMs(10, { calls: 10, sinceMs: 100 }, QUOTA)).toBe(30_000);
    expect(remainingMs(10, { calls: 0, sinceMs: 0 }, QUOTA)).toBe(30_000);
    expect(remainingMs(0, { calls: 10, sinceMs: 60_000 }, QUOTA)).toBe(0);
  });

  test.each([
    [1, '1 s'],
    [59_400, '1 min 0 s'],
    [117_000, '1 min 57 s'],
    [7_500_000, '2 h 5 min'],
  ])('writes %d ms as %s', (ms, text) => {
    expect(formatDuration(ms)).toBe(text);
  });
});
