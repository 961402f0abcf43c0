import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { scopeKey, viewKey, type BatchScope } from '../../../src/batching/scope';
import { Secret } from '../../../src/domain/secret';
import type { StageTaskFilter } from '../../../src/domain/stage-task-filter';

/** Everything that an answer depends on, but for the user. */
interface Question extends BatchScope {
  readonly filter: StageTaskFilter;
}

const keyOf = ({ filter, ...scope }: Question) => viewKey(scope, filter);
const userNamed = (token: string) => ({ kind: 'user' as const, accessToken: new Secret(token) });
const APP = { kind: 'app' as const };

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
const scope: fc.Arbitrary<Question> = fc.record(
  {
    identity: fc.constant(APP),
    semesterId: fc.constantFrom('7235911950407352321', '7235911950407352322', '1', '11'),
    idType: fc.constantFrom('OPEN_ID', 'UNION_ID', 'USER_ID', 'PEOPLE_ADMIN_ID'),
    filter,
  },
  { noNullPrototype: true },
);

const BASE: Question = {
  identity: APP,
  semesterId: '7235911950407352321',
  idType: 'OPEN_ID',
  filter: { options: ['TODO'], deadlineAfterMs: 1, deadlineBeforeMs: 2 },
};

describe('two questions', () => {
  it.each<[string, Question]>([
    ['identity', { ...BASE, identity: userNamed('u-1') }],
    ['review cycle', { ...BASE, semesterId: '7235911950407352322' }],
    ['kind of ID', { ...BASE, idType: 'USER_ID' }],
    ['task groups', { ...BASE, filter: { ...BASE.filter, options: ['TODO', 'DONE'] } }],
    ['lower bound', { ...BASE, filter: { ...BASE.filter, deadlineAfterMs: 0 } }],
    ['upper bound', { ...BASE, filter: { ...BASE.filter, deadlineBeforeMs: 3 } }],
    ['filter, which one lacks', { ...BASE, filter: {} }],
  ])('never share a call when they differ in their %s', (_, other) => {
    expect(keyOf(other)).not.toBe(keyOf(BASE));
  });

  it('share a call exactly if cycle, kind of ID and every part of the filter are the same', () => {
    fc.assert(
      fc.property(scope, scope, (one, other) => {
        expect(keyOf(one) === keyOf(other)).toBe(isDeepStrictEqual(one, other));
      }),
      { numRuns: 2_000 },
    );
  });

  it('share a call when one is a copy of the other, so that equal does not mean identical', () => {
    fc.assert(
      fc.property(scope, (one) => {
        expect(keyOf(structuredClone(one))).toBe(keyOf(one));
      }),
    );
  });

  it('never share a call when they differ in one part only', () => {
    const pairs = fc.tuple(scope, scope, fc.constantFrom('semesterId', 'idType', 'filter'));
    fc.assert(
      fc.property(pairs, ([one, other, part]) => {
        fc.pre(!isDeepStrictEqual(one[part], other[part]));
        expect(keyOf({ ...one, [part]: other[part] })).not.toBe(keyOf(one));
      }),
    );
  });

  it('of two users are never merged, and no token stands in a key', () => {
    const [one, other] = [userNamed('u-one'), userNamed('u-other')];
    expect(scopeKey({ ...BASE, identity: one })).not.toBe(scopeKey({ ...BASE, identity: other }));
    expect(scopeKey({ ...BASE, identity: one })).toBe(
      scopeKey({ ...BASE, identity: userNamed('u-one') }),
    );
    expect(scopeKey({ ...BASE, identity: one })).not.toContain('u-one');
  });

  it('that differ in their filter only may share a call', () => {
    expect(scopeKey({ ...BASE, filter: {} } as BatchScope)).toBe(scopeKey(BASE));
  });
});
