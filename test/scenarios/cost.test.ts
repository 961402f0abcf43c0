import { checkCallsWithinCost } from '../support/cost-property';
import { openIds } from '../support/expected';
import { startGateway, type TestGateway } from '../support/gateway';
import { participantsOf } from '../support/participants';

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startGateway();
});
afterAll(() => gateway.close());
beforeEach(() => {
  gateway.emulator.clearCalls();
});

test.each(['auto', 'pushdown'] as const)(
  'No operation makes more calls than its cost says, with filters that are %s',
  (strategy) => checkCallsWithinCost(strategy, 20),
);

test('The cost counts a user apart that another field has asked for before', async () => {
  const cycles = gateway.emulator.semesters.slice(-3).map(({ id }) => id);
  const [first, second, third] = cycles;
  const [one, two] = openIds(participantsOf(gateway, cycles));
  gateway.emulator.script({
    when: ({ semesterId, userIds }) => semesterId === first && userIds?.join() === two,
    delayMs: 200,
  });
  const query = `{
    a: user(id: "${one}") { stageTasks(semesterId: "${first}") { id } }
    b: users(ids: ["${one}", "${two}"]) { stageTasks(semesterId: "${second}") {
      user { stageTasks(semesterId: "${first}") { user { stageTasks(semesterId: "${third}") { id } } } }
    } }
  }`;
  expect((await gateway.query(query, {})).errors).toEqual([]);
  const users = gateway.emulator.callsOf('find_by_user_list').map(({ userIds }) => userIds);
  expect(users.map((ids) => ids?.length).sort()).toEqual([1, 1, 1, 1, 2]);

  const other = await startGateway({ env: { MAX_CALLS_PER_OPERATION: '4' } });
  const { errors } = await other.query(query, {});
  await other.close();
  expect(errors).toMatchObject([
    { message: 'operation: expected at most 4 upstream calls, got 5' },
  ]);
});

test('The operator configures the highest cost of one operation', async () => {
  const other = await startGateway({ env: { MAX_CALLS_PER_OPERATION: '2' } });
  const read = (count: number) => other.readTasks(openIds(other.emulator.people.slice(0, count)));

  expect((await read(100)).errors).toEqual([]);
  const { status, errors } = await read(101);
  await other.close();
  expect(status).toBe(400);
  expect(errors).toEqual([
    {
      message: 'operation: expected at most 2 upstream calls, got 3',
      extensions: { code: 'OPERATION_TOO_EXPENSIVE' },
    },
  ]);
});

/** Expects that the gateway refuses the operation in a few words, and makes no call for it. */
async function expectRefusal(query: string, variables: object, expected: string) {
  const response = await fetch(`${gateway.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query, variables }),
  });
  const text = await response.text();

  expect(response.status).toBe(400);
  expect(text.length).toBeLessThan(1_000);
  const { errors } = JSON.parse(text) as { errors: unknown[] };
  expect(errors).toMatchObject([
    { message: expected, extensions: { code: 'OPERATION_TOO_EXPENSIVE' } },
  ]);
  expect(gateway.emulator.calls).toEqual([]);
}

const times = (count: number, field: (i: number) => string) =>
  Array.from({ length: count }, (_, i) => field(i)).join(' ');
const ids = Array.from({ length: 1_000 }, (_, i) => `ou_${i}`);

test('1,000 users under an alias of 200 KB are refused with a short message', () =>
  expectRefusal(
    `query($ids: [ID!]!) { users(ids: $ids) { ${'a'.repeat(200_000)}: id } }`,
    { ids },
    'operation: expected at most 128 characters in an alias or the name of a field, got 200000',
  ));

test('1,000 users under many aliases of a legal length are refused because of the size of the answer', () =>
  expectRefusal(
    `query($ids: [ID!]!) { users(ids: $ids) { ${times(30, (i) => `${'a'.repeat(126)}${i}: id`)} } }`,
    { ids },
    'operation: expected at most 4 MB of an answer, got about 4.8 MB or more',
  ));

test('21 views of one user in one cycle are refused, 20 are answered', async () => {
  const views = (count: number) =>
    `{ user(id: "ou_a") { ${times(count, (i) => `a${i}: stageTasks(semesterId: "1") { id }`)} } }`;
  await expectRefusal(
    views(21),
    {},
    'operation: expected at most 20 views of one user in one cycle, got 21',
  );
  expect((await gateway.query(views(20), {})).status).toBe(200);
});

describe('An error message is short even if names and values of the operation are long', () => {
  const long = 'x'.repeat(100_000);
  test.each([
    ['a fragment', `{ ...${long} }`, {}],
    ['an argument', `{ user(id: "ou_a", ${long}: "a") { id } }`, {}],
    ['a directive', `{ __typename @${long} }`, {}],
    ['a value', `{ user(id: "ou_a", idType: ${long}) { id } }`, {}],
    [
      'a variable',
      'query($type: UserIdType!) { user(id: "ou_a", idType: $type) { id } }',
      { type: long },
    ],
    ['an unsafe number', '{ __typename }', { [long]: 2 ** 60 }],
  ])('%s', async (_, query, variables) => {
    const { status, errors } = await gateway.query<unknown, object>(query, variables);
    expect(status).toBe(400);
    expect(errors).toHaveLength(1);
    expect(JSON.stringify(errors).length).toBeLessThan(1_000);
  });
});

describe('A condition that is null is refused before the operation runs', () => {
  test.each([
    ['@skip', 'query($a: Boolean = false) { __typename @skip(if: $a) }'],
    ['@include', 'query($a: Boolean = false) { ... @include(if: $a) { __typename } }'],
    [
      'a condition in a fragment',
      'query($a: Boolean = false) { ...F } fragment F on Query { user(id: "ou_a") { id @skip(if: $a) } }',
    ],
  ])('%s, by a variable with a default', async (_, query) => {
    const { status, errors } = await gateway.query<unknown, object>(query, { a: null });
    expect(status).toBe(400);
    expect(errors).toEqual([
      {
        message: 'variables.a: expected Boolean! for the argument "if", got null',
        extensions: { code: 'BAD_USER_INPUT', argument: 'variables.a' },
      },
    ]);
  });

  test.each([['@skip(if: null)'], ['@include(if: null)']])('%s', async (directive) => {
    const { status, errors } = await gateway.query(`{ __typename ${directive} }`, {});
    expect(status).toBe(400);
    expect(errors).toMatchObject([
      {
        message: 'Expected value of type "Boolean!", found null.',
        extensions: { code: 'GRAPHQL_VALIDATION_FAILED' },
      },
    ]);
  });
});
