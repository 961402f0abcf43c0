import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { filterKey, type StageTaskFilter } from '../../../src/domain/stage-task-filter';

/** Few different times, so that equal filters come up as well as filters that differ in one part. */
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
  test('count as one exactly if they select the same tasks', () => {
    fc.assert(
      fc.property(filters, filters, (one, other) => {
        expect(filterKey(one) === filterKey(other)).toBe(isDeepStrictEqual(one, other));
      }),
      { numRuns: 2_000 },
    );
  });

  test('count as one however their parts were put together', () => {
    fc.assert(
      fc.property(filters, (filter) => {
        const reversed = Object.fromEntries(Object.entries(filter).reverse()) as StageTaskFilter;
        expect(filterKey(reversed)).toBe(filterKey(filter));
      }),
    );
  });

  test('are told apart when the same time is the lower bound of one and the upper bound of the other', () => {
    expect(filterKey({ deadlineAfterMs: 5 })).not.toBe(filterKey({ deadlineBeforeMs: 5 }));
  });
});
