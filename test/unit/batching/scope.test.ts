import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { scopeKey, userKey, type BatchScope } from '../../../src/batching/scope';
import { Secret } from '../../../src/domain/secret';
import type { StageTaskFilter } from '../../../src/domain/stage-task-filter';

const userNamed = (token: string) => ({ kind: 'user' as const, accessToken: new Secret(token) });
const APP = { kind: 'app' as const };

/** Few values for each part, so that scopes often differ in one part or in none. */
const timeMs = fc.constantFrom(0, 1, 1_795_000_000_000);
const filter: fc.Arbitrary<StageTaskFilter> = fc.record(
  {
    options: fc.subarray(['TODO', 'DONE', 'OVERDUE'] as const, { minLength: 1 }),
    deadlineAfterMs: timeMs,
    deadlineBeforeMs: timeMs,
  },
  { requiredKeys: [], noNullPrototype: true },
);
const scope: fc.Arbitrary<BatchScope> = fc.record(
  {
    identity: fc.constant(APP),
    semesterId: fc.constantFrom('7235911950407352321', '7235911950407352322', '1', '11'),
    idType: fc.constantFrom('OPEN_ID', 'UNION_ID', 'USER_ID', 'PEOPLE_ADMIN_ID'),
    filter,
  },
  { noNullPrototype: true },
);

const BASE: BatchScope = {
  identity: APP,
  semesterId: '7235911950407352321',
  idType: 'OPEN_ID',
  filter: { options: ['TODO'], deadlineAfterMs: 1, deadlineBeforeMs: 2 },
};

/** All parts but the identity, whose token cannot be compared; a part that is new does not compile. */
const PARTS = { semesterId: true, idType: true, filter: true } satisfies Record<
  Exclude<keyof BatchScope, 'identity'>,
  true
>;
type Part = keyof typeof PARTS;

describe('two scopes', () => {
  test.each<[string, BatchScope]>([
    ['identity', { ...BASE, identity: userNamed('u-1') }],
    ['review cycle', { ...BASE, semesterId: '7235911950407352322' }],
    ['ID type', { ...BASE, idType: 'USER_ID' }],
    ['task groups', { ...BASE, filter: { ...BASE.filter, options: ['TODO', 'DONE'] } }],
    ['lower bound', { ...BASE, filter: { ...BASE.filter, deadlineAfterMs: 0 } }],
    ['upper bound', { ...BASE, filter: { ...BASE.filter, deadlineBeforeMs: 3 } }],
    ['filter, which one lacks', { ...BASE, filter: {} }],
  ])('never share a call when they differ in their %s', (_, other) => {
    expect(scopeKey(other)).not.toBe(scopeKey(BASE));
  });

  test('share a call exactly if cycle, ID type and filter are equal', () => {
    fc.assert(
      fc.property(scope, scope, (one, other) => {
        expect(scopeKey(one) === scopeKey(other)).toBe(isDeepStrictEqual(one, other));
      }),
      { numRuns: 2_000 },
    );
  });

  test('share a call when one is a copy of the other', () => {
    fc.assert(
      fc.property(scope, (one) => {
        expect(scopeKey(structuredClone(one))).toBe(scopeKey(one));
      }),
    );
  });

  test('never share a call when they differ in one part only', () => {
    const part = fc.constantFrom(...(Object.keys(PARTS) as Part[]));
    const pairs = fc.tuple(scope, scope, part);
    fc.assert(
      fc.property(pairs, ([one, other, differs]) => {
        fc.pre(!isDeepStrictEqual(one[differs], other[differs]));
        expect(scopeKey({ ...one, [differs]: other[differs] })).not.toBe(scopeKey(one));
      }),
    );
  });

  test('of two users never share a call, and their keys hold no token', () => {
    const [one, other] = [userNamed('u-one'), userNamed('u-other')];
    expect(scopeKey({ ...BASE, identity: one })).not.toBe(scopeKey({ ...BASE, identity: other }));
    expect(scopeKey({ ...BASE, identity: one })).toBe(
      scopeKey({ ...BASE, identity: userNamed('u-one') }),
    );
    expect(scopeKey({ ...BASE, identity: one })).not.toContain('u-one');
  });
});

describe('the key of a user in a scope', () => {
  test('is equal exactly if the user and the scope are', () => {
    const userIds = fc.constantFrom('a', 'a ', 'a"', '"a', 'a","b', '["a"]', '');
    fc.assert(
      fc.property(scope, scope, userIds, userIds, (one, other, userId, otherId) => {
        expect(userKey(one, userId) === userKey(other, otherId)).toBe(
          userId === otherId && isDeepStrictEqual(one, other),
        );
        expect(userKey(one, userId) === userKey(one, otherId)).toBe(userId === otherId);
      }),
      { numRuns: 2_000 },
    );
  });
});
