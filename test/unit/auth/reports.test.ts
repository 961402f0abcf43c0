import fc from 'fast-check';
import { mayRead } from '../../../src/auth/policy';
import { MAX_REPORTS, toPersonOutcome, type SentReports } from '../../../src/auth/reports';
import type { Policy } from '../../../src/domain/principal';
import { USER_ID_PREFIX, UserIdType, type UserKey } from '../../../src/domain/user';

const OWN: UserKey = { id: 'ou_own', idType: 'OPEN_ID' };
const ID_TYPES = Object.values(UserIdType);

function outcomeOf(list: unknown, sent: Partial<SentReports> = {}, policy: Policy = 'self') {
  return toPersonOutcome(OWN, policy, { list, idType: undefined, unprefixed: 'USER_ID', ...sent });
}

/** The principal of a list that is accepted. */
function principalOf(...given: Parameters<typeof outcomeOf>) {
  const outcome = outcomeOf(...given);
  if (outcome.kind !== 'authenticated') throw new Error(`list: got ${JSON.stringify(outcome)}`);
  return outcome.principal;
}

function reads(given: Parameters<typeof outcomeOf>, id: string, idType: UserIdType): boolean {
  return mayRead(principalOf(...given), { id, idType });
}

test.each<[string, unknown]>([
  ['a list', ['ou_a', 'on_b', '61c', 'PEOPLE_ADMIN_ID:42']],
  ['a text', 'ou_a on_b 61c PEOPLE_ADMIN_ID:42'],
  ['a text with several spaces', 'ou_a  on_b   61c PEOPLE_ADMIN_ID:42'],
  ['a list of typed IDs', ['OPEN_ID:ou_a', 'UNION_ID:on_b', 'USER_ID:61c', 'PEOPLE_ADMIN_ID:42']],
])('%s names each report by ID and type', (_, list) => {
  expect(principalOf(list)).toMatchObject({ kind: 'user', policy: 'listed', ids: [OWN] });
  expect(reads([list], 'ou_a', 'OPEN_ID')).toBe(true);
  expect(reads([list], 'on_b', 'UNION_ID')).toBe(true);
  expect(reads([list], '61c', 'USER_ID')).toBe(true);
  expect(reads([list], '42', 'PEOPLE_ADMIN_ID')).toBe(true);
  expect(reads([list], 'ou_own', 'OPEN_ID')).toBe(true);
  expect(reads([list], '42', 'USER_ID')).toBe(false);
});

test('An ID without a type has the type of the person’s own ID where that is stated', () => {
  expect(reads(['42', { idType: 'PEOPLE_ADMIN_ID' }], '42', 'PEOPLE_ADMIN_ID')).toBe(true);
  expect(reads(['USER_ID:42', { idType: 'PEOPLE_ADMIN_ID' }], '42', 'USER_ID')).toBe(true);
  expect(reads(['42', { unprefixed: 'PEOPLE_ADMIN_ID' }], '42', 'PEOPLE_ADMIN_ID')).toBe(true);
});

test.each<[string, unknown]>([
  ['no list', undefined],
  ['an empty list', []],
  ['an empty text', ''],
])('With %s, a person reads only their own tasks', (_, list) => {
  expect(principalOf(list)).toMatchObject({ policy: 'self', ids: [OWN] });
  expect(principalOf(list)).not.toHaveProperty('reports');
});

test.each<[string, unknown]>([
  ['null', null],
  ['a number', 42],
  ['an object', { id: 'ou_a' }],
  ['a list with a number', ['ou_a', 42]],
  ['a list in a list', [['ou_a']]],
  ['an empty entry', ['ou_a', '']],
  ['an outer space', ' ou_a'],
  ['a space in an ID', ['ou_a b']],
  ['headers that a proxy has joined', 'ou_a, ou_b'],
  ['a comma in an ID', ['ou_a,ou_b']],
  ['an unknown type', 'EMAIL:a@b'],
  ['a type in lower case', 'open_id:ou_a'],
  ['a type without an ID', 'OPEN_ID:'],
  ['two types', 'OPEN_ID:UNION_ID:on_a'],
  ['the prefix of another type', 'OPEN_ID:on_a'],
  ['an ID that is too long', ['x'.repeat(65)]],
  ['a character that headers cannot carry', ['ü']],
  ['a tab', 'ou_a\tou_b'],
])('%s rejects the whole list', (_, list) => {
  expect(outcomeOf(list)).toEqual({ kind: 'rejected', reason: 'unusable-reports' });
});

test('The bound counts entries, and a longer list is rejected rather than cut', () => {
  const ids = (count: number) => Array.from({ length: count }, (_, i) => `ou_${i}`);
  for (const shape of [(list: string[]) => list, (list: string[]) => list.join(' ')]) {
    const list = shape(ids(MAX_REPORTS));
    expect(reads([list], `ou_${MAX_REPORTS - 1}`, 'OPEN_ID')).toBe(true);
    const tooLong = { kind: 'rejected', reason: 'too-many-reports' };
    expect(outcomeOf(shape(ids(MAX_REPORTS + 1)))).toEqual(tooLong);
    expect(outcomeOf(shape(Array<string>(MAX_REPORTS + 1).fill('ou_a')))).toEqual(tooLong);
  }
});

test('With policy `all`, the list is not read', () => {
  for (const list of [null, ['ou_a'], 'a,b']) {
    expect(principalOf(list, {}, 'all')).toMatchObject({ policy: 'all' });
  }
});

const users: fc.Arbitrary<UserKey> = fc
  .record({ text: fc.stringMatching(/^[\w.@-]{1,6}$/), idType: fc.constantFrom(...ID_TYPES) })
  .map(({ text, idType }) => ({ id: `${USER_ID_PREFIX[idType] ?? ''}${text}`, idType }));

test('A manager may read exactly the listed users and itself', () => {
  fc.assert(
    fc.property(
      fc.array(users, { maxLength: MAX_REPORTS }),
      fc.array(users, { minLength: 1, maxLength: 20 }),
      fc.boolean(),
      (reports, others, asText) => {
        const entries = reports.map(({ id, idType }) => `${idType}:${id}`);
        const principal = principalOf(asText ? entries.join(' ') : entries);
        const keyOf = ({ id, idType }: UserKey) => JSON.stringify([idType, id]);
        const readable = new Set([OWN, ...reports].map(keyOf));
        for (const user of [OWN, ...reports, ...others]) {
          const twins = ID_TYPES.map((idType) => ({ ...user, idType }));
          for (const one of twins) expect(mayRead(principal, one)).toBe(readable.has(keyOf(one)));
        }
      },
    ),
  );
});
