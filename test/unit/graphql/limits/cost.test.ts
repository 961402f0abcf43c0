import { getOperationAST, parse, validate } from 'graphql';
import type { FilterStrategy } from '../../../../src/domain/stage-task-filter';
import type { UserKey } from '../../../../src/domain/user';
import { costOf } from '../../../../src/graphql/limits/cost';
import { planOf } from '../../../../src/graphql/limits/plan';
import { userOfReference } from '../../../../src/graphql/entities/user-key';
import { toUserStageTasksId } from '../../../../src/graphql/opaque-id';
import { buildGatewaySchema } from '../../../../src/graphql/schema';

const schema = buildGatewaySchema();
const BUDGET = { fields: 250_000, bytes: Infinity };

const NAMING = { key: 'id', unprefixed: 'USER_ID' } as const;
const RULES: Parameters<typeof costOf>[0] = {
  schema,
  strategy: 'auto',
  userOfReference: (one) => userOfReference(NAMING, one),
};

function costIn(
  text: string,
  variables: object = {},
  strategy: FilterStrategy = 'auto',
  viewer?: UserKey,
  budget = BUDGET,
) {
  const document = parse(text);
  const operation = getOperationAST(document);
  if (!operation) throw new Error('expected one operation');
  expect(validate(schema, document)).toEqual([]);
  return costOf({ ...RULES, strategy, viewer }, document, operation, { ...variables }, budget);
}

const callsOf = (...given: Parameters<typeof costIn>) => costIn(...given).calls;
const ids = (count: number, first = 0) =>
  Array.from({ length: count }, (_, i) => `ou_${first + i}`);
const OF = 'stageTasks(semesterId: 1) { id }';
/** The tasks of users in one cycle, and below them those in the next one. */
const nested = ([cycle, ...others]: readonly string[]): string =>
  cycle === undefined
    ? '{ id }'
    : `{ stageTasks(semesterId: ${cycle}) { user ${nested(others)} } }`;

describe('the calls that an operation can cause', () => {
  test.each([
    [0, 'loads no tasks', '{ user(id: "ou_a") { id } }'],
    [1, 'loads one user', `{ user(id: "ou_a") { ${OF} } }`],
    [1, 'loads one user twice', `{ a: user(id: "ou_a") { ${OF} } b: user(id: "ou_a") { ${OF} } }`],
    [2, 'loads two cycles', `{ user(id: "ou_a") { ${OF} b: stageTasks(semesterId: 2) { id } } }`],
    [
      2,
      'names users by two ID types',
      `{ a: user(id: "ou_a") { ${OF} } b: user(id: "a", idType: USER_ID) { ${OF} } }`,
    ],
    [
      1,
      'loads through users and through a cycle',
      `{ user(id: "ou_a") { ${OF} } semester(id: 1) { userStageTasks(userIds: ["ou_b"]) { id } } }`,
    ],
    [
      10,
      'loads a user in the cycles that run now',
      '{ currentSemesters { userStageTasks(userIds: ["ou_a"]) { id } } }',
    ],
    [
      10,
      'loads a user in each of the cycles of a list that show tasks',
      '{ semesters { userStageTasks(userIds: ["ou_a"]) { id } } }',
    ],
    [
      10,
      'loads through two fields with the same list',
      `{ a: semesters(year: 2026) { userStageTasks(userIds: ["ou_a"]) { id } }
         b: semesters(year: 2026) { userStageTasks(userIds: ["ou_b"]) { id } } }`,
    ],
    [
      30,
      'loads through several lists',
      `{ a: semesters(year: 2026) { userStageTasks(userIds: ["ou_a"]) { id } }
         b: semesters(year: 2025) { userStageTasks(userIds: ["ou_a"]) { id } }
         currentSemesters { userStageTasks(userIds: ["ou_a"]) { id } } }`,
    ],
    [
      1,
      'loads through a summary and through the tasks next to it',
      '{ semester(id: 1) { summary(userIds: ["ou_a"]) { todo } userStageTasks(userIds: ["ou_b"]) { id } } }',
    ],
    [
      10,
      'loads a summary in each of the cycles of a list that show tasks',
      '{ semesters { summary(userIds: ["ou_a"]) { todo } } }',
    ],
    [0, 'reads lists of cycles', '{ semesters { id name { text } } currentSemesters { year } }'],
    [
      2,
      'loads again below a load',
      `{ user(id: "ou_a") { stageTasks(semesterId: 1) { user { ${OF} } } } }`,
    ],
    [
      2,
      'loads other users below a load',
      '{ user(id: "ou_a") { stageTasks(semesterId: 1) { semester { userStageTasks(userIds: ["ou_b"]) { id } } } } }',
    ],
    [
      6,
      'loads below three loads, whose answers arrive at different times',
      `{ ${[1, 2, 3].map((i) => `u${i}: user(id: "ou_${i}") { stageTasks(semesterId: ${i}) { user { stageTasks(semesterId: 9) { id } } } }`).join(' ')} }`,
    ],
    [
      6,
      'loads below loads that differ by their filter only',
      `{ ${['TODO', 'DONE', 'OVERDUE'].map((option, i) => `u${i}: users(ids: ${JSON.stringify(ids(60))}) { stageTasks(semesterId: 1, filter: { options: [${option}] }) { id user { stageTasks(semesterId: ${i < 2 ? 9 : 8}) @skip(if: ${i === 2}) { id } } } }`).join(' ')} }`,
    ],
    [
      5,
      'loads below users of which another load has asked for some before',
      `{ a: user(id: "ou_a") { ${OF} }
         b: users(ids: ["ou_a", "ou_b"]) { stageTasks(semesterId: 2) { user { stageTasks(semesterId: 1) { user { stageTasks(semesterId: 9) { id } } } } } } }`,
    ],
    [
      4,
      'loads a list below them: the first answer asks for all of it',
      `{ a: user(id: "ou_a") { ${OF} }
         b: users(ids: ["ou_a", "ou_b"]) { stageTasks(semesterId: 2) { user { stageTasks(semesterId: 1) { semester { userStageTasks(userIds: ["ou_c", "ou_d"]) { id } } } } } } }`,
    ],
    ...['4 3 5, 1 2 3', '1 2 3, 4 3 5'].map((both): [number, string, string] => [
      7,
      `loads below users of which another load, however deep, may have asked for some before: ${both}`,
      `{ ${both
        .split(', ')
        .map((cycles, i) => `f${i}: users(ids: ["ou_a", "ou_b"]) ${nested(cycles.split(' '))}`)
        .join(' ')} }`,
    ]),
    [
      5,
      'loads below users of which a list of everyone may have some',
      `{ semester(id: 3) { allUserStageTasks(first: 1) { nodes { id } } } users(ids: ["ou_a", "ou_b"]) ${nested(['4', '3', '5'])} }`,
    ],
    [
      4,
      'loads below users whose answers come with two calls of one load',
      `{ users(ids: ${JSON.stringify(ids(60))}) { stageTasks(semesterId: 1) { user { stageTasks(semesterId: 9) { id } } } } }`,
    ],
    [
      5,
      'loads below users of a list of everyone that another field may have loaded before',
      `{ semester(id: 2) { allUserStageTasks(first: 3) { nodes { user { stageTasks(semesterId: 1) { user { stageTasks(semesterId: 9) { id } } } } } } }
         user(id: "ou_a") { ${OF} } }`,
    ],
    [
      1,
      'loads in nested fragments',
      `{ ...A } fragment A on Query { user(id: "ou_a") { ...B } } fragment B on User { ... on User { ${OF} } }`,
    ],
    [
      0,
      'skips a load',
      `{ user(id: "ou_a") { stageTasks(semesterId: 1) @skip(if: true) { id } } }`,
    ],
    [0, 'does not include a load', `{ user(id: "ou_a") { ... @include(if: false) { ${OF} } } }`],
  ])('are %d when it %s', (calls, _, text) => {
    expect(callsOf(text)).toBe(calls);
  });

  test.each([
    [1, 50],
    [2, 51],
    [4, 200],
    [20, 1_000],
  ])('are %d for a list of %d users', (calls, users) => {
    expect(callsOf(`query($u: [ID!]!) { users(ids: $u) { ${OF} } }`, { u: ids(users) })).toBe(
      calls,
    );
    expect(
      callsOf('query($u: [ID!]!) { semester(id: 1) { userStageTasks(userIds: $u) { id } } }', {
        u: ids(users),
      }),
    ).toBe(calls);
    expect(
      callsOf(`query($r: [_Any!]!) { _entities(representations: $r) { ... on User { ${OF} } } }`, {
        r: ids(users).map((id) => ({ __typename: 'User', id })),
      }),
    ).toBe(calls);
  });

  test('depend on the variables of the operation', () => {
    const text = `query($u: [ID!]!, $yes: Boolean!) { users(ids: $u) { stageTasks(semesterId: 1) @include(if: $yes) { id } } }`;
    expect(callsOf(text, { u: ids(60), yes: true })).toBe(2);
    expect(callsOf(text, { u: ids(60), yes: false })).toBe(0);
  });

  test('are fewer when filters are merged', () => {
    const text =
      '{ user(id: "ou_a") { a: stageTasks(semesterId: 1, filter: { options: [TODO] }) { id } b: stageTasks(semesterId: 1) { id } } }';
    expect(callsOf(text)).toBe(1);
    expect(callsOf(text, {}, 'pushdown')).toBe(2);
  });

  test('are the same for any list of options that is too long', () => {
    const text = `query($a: [TaskOption!]!, $b: [TaskOption!]!) { user(id: "ou_a") {
      a: stageTasks(semesterId: 1, filter: { options: $a }) { id }
      b: stageTasks(semesterId: 1, filter: { options: $b }) { id }
    } }`;
    const words = (count: number) => Array.from({ length: count }, () => 'TODO');
    expect(callsOf(text, { a: words(2), b: words(3) }, 'pushdown')).toBe(2);
    expect(callsOf(text, { a: words(4), b: words(5) }, 'pushdown')).toBe(1);
  });

  test('include the loads of representations', () => {
    const id = (user: string) =>
      toUserStageTasksId({ user: { id: user, idType: 'OPEN_ID' }, semesterId: '1', filter: {} });
    const r = ids(60).map((user) => ({ __typename: 'UserStageTasks', id: id(user) }));
    const text = 'query($r: [_Any!]!) { _entities(representations: $r) { __typename } }';
    expect(callsOf(text, { r })).toBe(2);
    expect(callsOf(text, { r: [{ __typename: 'UserStageTasks', id: 'made-up' }] })).toBe(0);
  });

  test('are none when the operation will not be run', () => {
    expect(callsOf(`query($u: [ID!]!) { users(ids: $u) { ${OF} } }`)).toBe(0);
    expect(callsOf(`query($u: [ID!]!) { users(ids: $u) { ${OF} } }`, { u: ids(1_001) })).toBe(0);
  });
});

describe('the fields of an answer', () => {
  test('grow with the length of lists', () => {
    const text = 'query($u: [ID!]!) { users(ids: $u) { id idType } }';
    const [ten, hundred] = [10, 100].map((n) => costIn(text, { u: ids(n) }).fields);
    expect((hundred ?? 0) - (ten ?? 0)).toBe(90 * 3);
  });

  test('of a list of cycles are those of 50 cycles', () => {
    expect(costIn('{ semesters { id } }').fields).toBe(1 + 50 + 50);
    expect(costIn('{ currentSemesters { id } }').fields).toBe(1 + 10 + 10);
  });

  test('of 1,000 users with all fields are within the limit', () => {
    const text = `query($u: [ID!]!) { users(ids: $u) { stageTasks(semesterId: 1) {
      id user { id idType } semester { id } counts { option count }
      stageTasks { id stageId name { zhCN enUS } deadline needTodoCount finishedCount jumpUrl status option }
      fetchedAt stale
    } } }`;
    expect(costIn(text, { u: ids(1_000) }).fields).toBeLessThan(BUDGET.fields);
  });

  test('include the values of their arguments', () => {
    const text = (options: string) =>
      `query($u: [ID!]!) { users(ids: $u) { stageTasks(semesterId: 1, filter: { options: [${options}] }) { id } } }`;
    const [one, three] = ['TODO', 'TODO DONE OVERDUE'].map(
      (options) => costIn(text(options), { u: ids(100) }).fields,
    );
    expect((three ?? 0) - (one ?? 0)).toBe(100 * 2);
  });

  test('are counted only a little beyond the limit', () => {
    const aliases = Array.from({ length: 1_000 }, (_, i) => `a${i}: users(ids: $u) { id }`);
    const { fields } = costIn(`query($u: [ID!]!) { ${aliases.join(' ')} }`, { u: ids(1_000) });
    expect(fields).toBeGreaterThan(BUDGET.fields);
    expect(fields).toBeLessThan(BUDGET.fields + 3_000);
  });
});

describe('a summary', () => {
  const costOfSummary = (userIds: readonly string[], times = 1) => {
    const fields = Array.from({ length: times }, (_, i) => `s${i}: summary(userIds: $u) { todo }`);
    return costIn(`query($u: [ID!]!) { semester(id: 1) { ${fields.join(' ')} } }`, { u: userIds });
  };

  test('costs the calls, the loads and the views of its users', () => {
    expect(costOfSummary(ids(50)).calls).toBe(1);
    expect(costOfSummary(ids(51)).calls).toBe(2);
    expect(costOfSummary(ids(51), 3)).toMatchObject({ calls: 2, views: 3 });
    const fieldsPerUser = (costOfSummary(ids(41)).fields - costOfSummary(ids(1)).fields) / 40;
    expect(fieldsPerUser).toBeGreaterThanOrEqual(25);
  });

  test('answers with as many bytes for one user as for a thousand', () => {
    expect(costOfSummary(ids(1_000)).bytes).toBe(costOfSummary(ids(1)).bytes);
  });
});

describe('the viewer', () => {
  const text = `{ viewer { ${OF} } user(id: "ou_a") { ${OF} } }`;
  const asViewer = (viewer?: UserKey) => callsOf(text, {}, 'auto', viewer);

  test('shares calls with users of the same ID type only', () => {
    expect(asViewer({ id: 'ou_b', idType: 'OPEN_ID' })).toBe(1);
    expect(asViewer({ id: 'b', idType: 'USER_ID' })).toBe(2);
  });

  test('costs nothing when the principal is no user', () => {
    expect(asViewer(undefined)).toBe(1);
    expect(callsOf(`{ viewer { ${OF} } }`)).toBe(0);
  });
});

describe('the plan of a document', () => {
  test('is reused for the same document with any variables', () => {
    const document = parse(
      `query($u: [ID!]!, $no: Boolean!) { users(ids: $u) { ${OF} id @skip(if: $no) } }`,
    );
    const operation = getOperationAST(document);
    if (!operation) throw new Error('expected one operation');
    const costFor = (count: number, no: boolean) =>
      costOf(RULES, document, operation, { u: ids(count), no }, BUDGET);

    expect(planOf(schema, document, operation)).toBe(planOf(schema, document, operation));
    expect([costFor(51, true).calls, costFor(50, true).calls]).toEqual([2, 1]);
    expect(costFor(50, false).fields - costFor(50, true).fields).toBe(50);
  });

  test('exists for each operation of a document', () => {
    const document = parse(`query A { user(id: "ou_a") { ${OF} } } query B { __typename }`);
    const callsIn = (name: string) => {
      const operation = getOperationAST(document, name);
      if (!operation) throw new Error(`expected an operation ${name}`);
      return costOf(RULES, document, operation, {}, BUDGET).calls;
    };
    expect([callsIn('A'), callsIn('B')]).toEqual([1, 0]);
  });
});
