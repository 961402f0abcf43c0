import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { scopeKey, type StageTaskScope } from '../../../src/batching/scope';
import type { StageTaskFilter } from '../../../src/domain/stage-task-filter';

/** Few values for each part, so that scopes often differ in one part only, or in none. */
const timeMs = fc.constantFrom(0, 1, 1_795_000_000_000);
const filter: fc.Arbitrary<StageTaskFilter> = fc.record(
  {
    options: fc.subarray(['TODO', 'DONE', 'OVERDUE'] as const, { minLength: 1 }),
    deadlineAfterMs: timeMs,
    deadlineBeforeMs: timeMs,
  },
  { requiredKeys: [], noNullPrototype: true },
);
const scope: fc.Arbitrary<StageTaskScope> = fc.record(
  {
    semesterId: fc.constantFrom('7235911950407352321', '7235911950407352322', '1', '11'),
    idType: fc.constantFrom('OPEN_ID', 'UNION_ID', 'USER_ID', 'PEOPLE_ADMIN_ID'),
    filter,
  },
  { noNullPrototype: true },
);

const BASE: StageTaskScope = {
  semesterId: '7235911950407352321',
  idType: 'OPEN_ID',
  filter: { options: ['TODO'], deadlineAfterMs: 1, deadlineBeforeMs: 2 },
};

describe('two questions', () => {
  it.each<[string, StageTaskScope]>([
    ['review cycle', { ...BASE, semesterId: '7235911950407352322' }],
    ['kind of ID', { ...BASE, idType: 'USER_ID' }],
    ['task groups', { ...BASE, filter: { ...BASE.filter, options: ['TODO', 'DONE'] } }],
    ['lower bound', { ...BASE, filter: { ...BASE.filter, deadlineAfterMs: 0 } }],
    ['upper bound', { ...BASE, filter: { ...BASE.filter, deadlineBeforeMs: 3 } }],
    ['filter, which one lacks', { ...BASE, filter: {} }],
  ])('never share a call when they differ in their %s', (_, other) => {
    expect(scopeKey(other)).not.toBe(scopeKey(BASE));
  });

  it('share a call exactly if cycle, kind of ID and every part of the filter are the same', () => {
    fc.assert(
      fc.property(scope, scope, (one, other) => {
        expect(scopeKey(one) === scopeKey(other)).toBe(isDeepStrictEqual(one, other));
      }),
      { numRuns: 2_000 },
    );
  });

  it('share a call when one is a copy of the other, so that equal does not mean identical', () => {
    fc.assert(
      fc.property(scope, (one) => {
        expect(scopeKey(structuredClone(one))).toBe(scopeKey(one));
      }),
    );
  });

  it('never share a call when they differ in one part only', () => {
    const pairs = fc.tuple(scope, scope, fc.constantFrom('semesterId', 'idType', 'filter'));
    fc.assert(
      fc.property(pairs, ([one, other, part]) => {
        fc.pre(!isDeepStrictEqual(one[part], other[part]));
        expect(scopeKey({ ...one, [part]: other[part] })).not.toBe(scopeKey(one));
      }),
    );
  });
});
