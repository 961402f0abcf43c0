import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { filterKey, type StageTaskFilter } from '../../../src/domain/stage-task-filter';

/** Few different times, so that many pairs of filters are equal or differ in one part. */
const timeMs = fc.constantFrom(0, 1, 1_795_000_000_000);
const filters: fc.Arbitrary<StageTaskFilter> = fc.record(
  {
    options: fc.subarray(['TODO', 'DONE', 'OVERDUE'] as const, { minLength: 1 }),
    deadlineAfterMs: timeMs,
    deadlineBeforeMs: timeMs,
  },
  { requiredKeys: [], noNullPrototype: true },
);

describe('two filters', () => {
  test('have the same key exactly if they are equal', () => {
    fc.assert(
      fc.property(filters, filters, (one, other) => {
        expect(filterKey(one) === filterKey(other)).toBe(isDeepStrictEqual(one, other));
      }),
      { numRuns: 2_000 },
    );
  });

  test('have the same key in any order of their parts', () => {
    fc.assert(
      fc.property(filters, (filter) => {
        const reversed = Object.fromEntries(Object.entries(filter).reverse()) as StageTaskFilter;
        expect(filterKey(reversed)).toBe(filterKey(filter));
      }),
    );
  });

  test('have different keys when one’s lower bound is the other’s upper bound', () => {
    expect(filterKey({ deadlineAfterMs: 5 })).not.toBe(filterKey({ deadlineBeforeMs: 5 }));
  });
});
