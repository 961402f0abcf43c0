import fc from 'fast-check';
import { assignPastCalls, shareOf } from '../../../src/quota/share';

const replicaCounts = fc.integer({ min: 1, max: 12 });
const quotas = fc.integer({ min: 1, max: 40 });
const places = (replicas: number) =>
  Array.from({ length: replicas }, (_, rank) => ({ replicas, rank }));

describe('the shares of replicas that are apart', () => {
  test('are the quota together when there is a call for each', () => {
    fc.assert(
      fc.property(replicaCounts, quotas, (replicas, more) => {
        const quotaCalls = replicas + more;
        const shares = places(replicas).map((place) => shareOf(quotaCalls, place));
        expect(shares.reduce((a, b) => a + b)).toBe(quotaCalls);
        expect(Math.max(...shares) - Math.min(...shares)).toBeLessThanOrEqual(1);
      }),
    );
  });

  test('are one call each when there are more replicas than calls', () => {
    expect(places(30).map((place) => shareOf(20, place))).toEqual(Array(30).fill(1));
  });

  test('count every past call once, and no replica counts more than its share', () => {
    fc.assert(
      fc.property(replicaCounts, quotas, fc.double({ min: 0, max: 1 }), (replicas, more, used) => {
        const quotaCalls = replicas + more;
        const calls = Array.from({ length: Math.floor(quotaCalls * used) }, (_, i) => i);
        const inherited = places(replicas).map((place) => assignPastCalls(calls, place));
        expect(inherited.flat().sort((a, b) => a - b)).toEqual(calls);
        for (const place of places(replicas)) {
          expect(inherited[place.rank]?.length).toBeLessThanOrEqual(shareOf(quotaCalls, place));
        }
      }),
    );
  });

  test('count the same calls when some of the oldest are forgotten', () => {
    fc.assert(
      fc.property(replicaCounts, fc.nat(40), fc.nat(40), (replicas, length, forgotten) => {
        const calls = Array.from({ length }, (_, i) => i);
        for (const place of places(replicas)) {
          expect(assignPastCalls(calls.slice(forgotten), place)).toEqual(
            assignPastCalls(calls, place).filter((call) => call >= forgotten),
          );
        }
      }),
    );
  });
});
