import fc from 'fast-check';
import { freshnessOf, type Freshness, type Lifetimes } from '../../../src/cache/freshness';

const USUAL: Lifetimes = { freshMs: 60_000, staleMs: 600_000 };
const OFF: Lifetimes = { freshMs: 0, staleMs: 0 };
const NEVER_FRESH: Lifetimes = { freshMs: 0, staleMs: 600_000 };
const NEVER_STALE: Lifetimes = { freshMs: 60_000, staleMs: 60_000 };
const STALE_BELOW_FRESH: Lifetimes = { freshMs: 60_000, staleMs: 0 };

describe('a remembered answer', () => {
  test.each<[string, number, Lifetimes, Freshness]>([
    ['is fresh when it has just been fetched', 0, USUAL, 'fresh'],
    ['is fresh until the last millisecond of its time', 59_999, USUAL, 'fresh'],
    ['is stale from then on', 60_000, USUAL, 'stale'],
    ['is stale until the last millisecond of that time', 599_999, USUAL, 'stale'],
    ['is expired after that', 600_000, USUAL, 'expired'],
    ['is expired at once when the cache is off', 0, OFF, 'expired'],
    ['is never fresh when only stale answers are kept', 0, NEVER_FRESH, 'stale'],
    ['is fresh to the end when stale answers are not allowed', 59_999, NEVER_STALE, 'fresh'],
    [
      'expires with its freshness when stale answers are not allowed',
      60_000,
      NEVER_STALE,
      'expired',
    ],
    ['keeps its freshness when no stale time is set', 59_999, STALE_BELOW_FRESH, 'fresh'],
    ['expires with its freshness when no stale time is set', 60_000, STALE_BELOW_FRESH, 'expired'],
    ['is fresh when another machine’s clock is ahead', -5, USUAL, 'fresh'],
  ])('%s', (_, ageMs, lifetimes, expected) => {
    expect(freshnessOf(ageMs, lifetimes)).toBe(expected);
  });
});

describe('a client that sets maxAgeSeconds', () => {
  test.each<[string, number, number, Freshness]>([
    ['takes an answer that is just as old', 10_000, 10_000, 'fresh'],
    ['refuses one that is a millisecond older, fresh or not', 10_001, 10_000, 'expired'],
    ['takes a stale one that is young enough', 300_000, 300_000, 'stale'],
    ['refuses a stale one that is not', 300_001, 300_000, 'expired'],
    ['gets no answer that is expired, whatever age it accepts', 600_000, Infinity, 'expired'],
    ['to 0 refuses an answer of the last millisecond', 1, 0, 'expired'],
    ['to 0 takes an answer of this millisecond', 0, 0, 'fresh'],
  ])('%s', (_, ageMs, maxAgeMs, expected) => {
    expect(freshnessOf(ageMs, USUAL, maxAgeMs)).toBe(expected);
  });

  test('gets no answer from a cache that is off', () => {
    expect(freshnessOf(0, OFF, Infinity)).toBe('expired');
    expect(freshnessOf(0, OFF, 0)).toBe('expired');
  });

  test('never gets a fresher answer than without it, and no answer gets fresher with age', () => {
    const ms = fc.nat({ max: 20 });
    const rank = { fresh: 0, stale: 1, expired: 2 };
    fc.assert(
      fc.property(ms, ms, ms, ms, (ageMs, freshMs, staleMs, maxAgeMs) => {
        const lifetimes = { freshMs, staleMs };
        const now = rank[freshnessOf(ageMs, lifetimes, maxAgeMs)];
        expect(now).toBeGreaterThanOrEqual(rank[freshnessOf(ageMs, lifetimes)]);
        expect(rank[freshnessOf(ageMs + 1, lifetimes, maxAgeMs)]).toBeGreaterThanOrEqual(now);
      }),
      { numRuns: 2_000 },
    );
  });
});
