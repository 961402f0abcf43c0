import { openIds } from '../support/expected';
import { startGateway, type TestGateway } from '../support/gateway';

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startGateway();
});
afterAll(() => gateway.close());

const OPEN_ID = `ou_${'a'.repeat(32)}`;
const CYCLE = '7406841555196582732';
const many = JSON.stringify(Array.from({ length: 1_001 }, (_, i) => `ou_${i}`));

const tasks = (filter: string) =>
  `{ semester(id: "${CYCLE}") { userStageTasks(userIds: ["${OPEN_ID}"], filter: ${filter}) { id } } }`;

describe('The message about bad input names it, and no upstream call is made', () => {
  test.each([
    ['a blank ID', '{ user(id: " ") { id } }', 'id: expected an ID', 'got " "'],
    ['an over-long ID', `{ user(id: "ou_${'x'.repeat(62)}") { id } }`, 'id: expected', '65 char'],
    [
      'an open ID without its prefix',
      '{ users(ids: ["ou_a", "bega29ca"]) { id } }',
      'ids[1]: expected an ID of type OPEN_ID, which starts with "ou_"',
      'got "bega29ca"',
    ],
    [
      'a union ID without its prefix',
      '{ user(id: "ou_a", idType: UNION_ID) { id } }',
      'id: expected an ID of type UNION_ID, which starts with "on_"',
      'got "ou_a"',
    ],
    [
      'a cycle that is not digits',
      '{ semester(id: "2026-H2") { id } }',
      'id: expected the ID of a review cycle, 1 to 20 digits',
      'got "2026-H2"',
    ],
    [
      'a cycle that is not digits, further down',
      `{ user(id: "${OPEN_ID}") { stageTasks(semesterId: "") { id } } }`,
      'semesterId: expected the ID of a review cycle',
      'got ""',
    ],
    [
      'more than 1,000 users in a list',
      `{ users(ids: ${many}) { id } }`,
      'ids: expected at most 1000 IDs',
      'got 1001 IDs',
    ],
    [
      'more than 1,000 users in the other list',
      `{ semester(id: "${CYCLE}") { userStageTasks(userIds: ${many}) { id } } }`,
      'userIds: expected at most 1000 IDs',
      'got 1001 IDs',
    ],
    [
      'UNKNOWN in a filter',
      tasks('{ options: [TODO, UNKNOWN] }'),
      'filter.options: expected',
      'UNKNOWN]',
    ],
    [
      'a repeated option',
      tasks('{ options: [TODO, TODO] }'),
      'filter.options: expected',
      '[TODO, TODO]',
    ],
    [
      'more than three options',
      tasks('{ options: [TODO, DONE, OVERDUE, TODO] }'),
      'filter.options: expected 1 to 3 different ones',
      'OVERDUE, TODO]',
    ],
    [
      'a range of deadlines that holds nothing',
      tasks('{ deadlineAfter: "2026-12-01T00:00:00Z", deadlineBefore: "2026-12-01T00:00:00Z" }'),
      'filter.deadlineAfter: expected a time before deadlineBefore',
      'got 2026-12-01T00:00:00.000Z',
    ],
  ])('%s', async (_name, query, expected, got) => {
    gateway.emulator.clearCalls();
    const { errors } = await gateway.query(query, {});

    expect(errors).toHaveLength(1);
    expect(errors[0]?.extensions).toMatchObject({ code: 'BAD_USER_INPUT' });
    expect(errors[0]?.message).toContain(expected);
    expect(errors[0]?.message).toContain(got);
    expect(gateway.emulator.calls).toEqual([]);
  });
});

test.each([
  [
    'a null where the schema wants a value',
    'query($t: UserIdType) { user(id: "ou_a", idType: $t) { id } }',
    { t: null },
    '"idType"',
  ],
  ['a mutation', 'mutation { __typename }', {}, 'mutation'],
])("%s is the client's mistake, not the gateway's", async (_name, query, variables, message) => {
  const { errors } = await gateway.query(query, variables);

  expect(errors.map((error) => error.extensions.code)).toEqual(['BAD_USER_INPUT']);
  expect(errors[0]?.message).toContain(message);
  expect(gateway.logText()).not.toContain('resolver failed');
});

test.each([
  ['a variable', `{"s": ${CYCLE}}`, 'variables.s'],
  ['a list', `{"s": ["1", [${CYCLE}]]}`, 'variables.s.1.0'],
  ['an object', `{"s": {"cycles": [{"id": ${CYCLE}}]}}`, 'variables.s.cycles.0.id'],
])(
  'A 19-digit ID as a number in %s, which JSON parsers round, is refused',
  async (_name, variables, path) => {
    const response = await fetch(`${gateway.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: `{"query": "query($s: ID!) { semester(id: $s) { id } }", "variables": ${variables}}`,
    });

    expect(response.status).toBe(400);
    expect(await response.text()).toContain(`${path}: expected a string`);
  },
);

test('Fragments that double each other are refused before they are expanded', async () => {
  const levels = Array.from({ length: 25 }, (_, i) => {
    const next = `stageTasks(semesterId: "${CYCLE}") { user { ...F${i + 1} } }`;
    return `fragment F${i} on User { a: ${next} b: ${next} }`;
  });
  const { status, errors } = await gateway.query(
    `{ user(id: "${OPEN_ID}") { ...F0 } } ${levels.join(' ')} fragment F25 on User { id }`,
    {},
  );

  expect(status).toBe(400);
  expect(errors.map((error) => error.extensions.code)).toEqual(['OPERATION_TOO_EXPENSIVE']);
});

test('An operation that would load too much is refused, and the gateway stays ready', async () => {
  const ids = JSON.stringify(Array.from({ length: 1_000 }, (_, i) => `ou_${i}`));
  const fields = Array.from(
    { length: 150 },
    (_, i) =>
      `f${i}: userStageTasks(userIds: $u, filter: { deadlineAfter: "2026-11-20T00:00:00.${String(i).padStart(3, '0')}Z" }) { id }`,
  );
  const { errors } = await gateway.query(
    `query($u: [ID!]!) { semester(id: "${gateway.semesterId}") { ${fields.join(' ')} } }`,
    { u: JSON.parse(ids) as string[] },
  );

  expect(errors.map((error) => error.extensions.code)).toContain('OPERATION_TOO_EXPENSIVE');
  expect((await fetch(`${gateway.url}/readyz`)).status).toBe(200);
});

test('An operation that fails because of an invalid ID makes no call for its other fields', async () => {
  gateway.emulator.clearCalls();
  const fields = openIds(gateway.emulator.people.slice(0, 60)).map(
    (id, i) =>
      `u${i}: user(id: "${id}") { stageTasks(semesterId: "${gateway.semesterId}") { id } }`,
  );
  const { data } = await gateway.query(`{ ${fields.join(' ')} bad: user(id: "nope") { id } }`, {});
  expect(data).toBeNull();
  // Users still queued by the operation before would be sent before this one.
  await gateway.query(
    `{ user(id: "${openIds(gateway.emulator.people)[99] ?? ''}") { stageTasks(semesterId: "${gateway.semesterId}") { id } } }`,
    {},
  );

  expect(gateway.emulator.callsOf('find_by_user_list').map((call) => call.userIds?.length)).toEqual(
    [1],
  );
});

test('A bad field of an operation does not affect the others', async () => {
  const [good = ''] = openIds(gateway.emulator.people);
  const { data, errors } = await gateway.query<Record<string, unknown>, object>(
    `{
      good: semester(id: "${gateway.semesterId}") { userStageTasks(userIds: ["${good}"]) { user { id } } }
      bad: semester(id: "${gateway.semesterId}") { id userStageTasks(userIds: ["invalid"]) { id } }
      worse: semester(id: "x") { id }
    }`,
    {},
  );

  expect(data?.['good']).toEqual({ userStageTasks: [{ user: { id: good } }] });
  expect(errors.map((error) => error.path)).toEqual([['worse'], ['bad', 'userStageTasks']]);
});

test('The message about an unknown field suggests the right one', async () => {
  const { status, errors } = await gateway.query('{ semester(id: "1") { nmae } }', {});

  expect(status).toBe(400);
  expect(errors[0]).toMatchObject({
    message: expect.stringContaining('Did you mean "name"'),
    extensions: { code: 'GRAPHQL_VALIDATION_FAILED' },
  });
});
