import fc from 'fast-check';
import { getOperationAST, parse } from 'graphql';
import type { RecordedCall } from '../../src/emulator/call-log';
import { userOfReference } from '../../src/graphql/entities/user-key';
import { costOf } from '../../src/graphql/limits/cost';
import { buildGatewaySchema } from '../../src/graphql/schema';
import { openIds } from '../support/expected';
import { startGateway, type TestGateway } from '../support/gateway';

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startGateway();
});
afterAll(() => gateway.close());
beforeEach(() => {
  gateway.emulator.clearCalls();
});

const schema = buildGatewaySchema();
const NAMING = { key: 'id', unprefixed: 'USER_ID' } as const;

function costCalls(text: string, strategy: 'auto' | 'pushdown'): number {
  const document = parse(text);
  const operation = getOperationAST(document);
  if (!operation) throw new Error('expected one operation');
  const rules = {
    schema,
    strategy,
    userOfReference: (one: Readonly<Record<string, unknown>>) => userOfReference(NAMING, one),
  };
  return costOf(rules, document, operation, {}, { fields: Infinity, bytes: Infinity }).calls;
}

/** Operations on some of 130 people with some filters, from both sides of the schema and nested. */
function operations(people: readonly string[], semesterIds: readonly string[]) {
  const filter = fc.constantFrom(
    '',
    ', filter: { options: [TODO] }',
    ', filter: { options: [DONE] }',
  );
  const semesterId = fc.constantFrom(...semesterIds);
  const ids = fc
    .tuple(fc.nat(people.length - 1), fc.integer({ min: 1, max: 60 }))
    .map(([from, count]) => JSON.stringify(people.slice(from, from + count)));
  const { user } = fc.letrec<{ user: string; tasks: string }>((tie) => ({
    user: fc.oneof(
      { maxDepth: 2 },
      fc.constant('{ id }'),
      fc
        .tuple(semesterId, filter, tie('tasks'))
        .map(([id, given, tasks]) => `{ stageTasks(semesterId: "${id}"${given}) ${tasks} }`),
    ),
    tasks: fc.oneof(
      { maxDepth: 2 },
      fc.constant('{ id }'),
      tie('user').map((user) => `{ user ${user} }`),
      fc
        .tuple(ids, filter)
        .map(
          ([userIds, given]) =>
            `{ semester { userStageTasks(userIds: ${userIds}${given}) { id } } }`,
        ),
    ),
  }));
  const field = fc
    .tuple(ids, user)
    .map(([listed, selection]) => `users(ids: ${listed}) ${selection}`);
  return fc
    .array(field, { minLength: 1, maxLength: 4 })
    .map((fields) => `{ ${fields.map((one, i) => `f${i}: ${one}`).join(' ')} }`);
}

/**
 * Delays answers by cycle and by number of users, further apart than requests are gathered for a call, so
 * that the selections below different answers share no call.
 */
function answerApart({ emulator }: TestGateway): void {
  emulator.semesters.forEach(({ id }, i) => {
    const isOf = (rest: number) => (call: RecordedCall) =>
      call.semesterId === id && (call.userIds?.length ?? 0) % 2 === rest;
    for (const rest of [0, 1]) {
      const delayMs = 1 + (2 * i + rest) * 10;
      emulator.script({ when: isOf(rest), times: Infinity, delayMs });
    }
  });
}

/** Asks about each person in another cycle, and below that three times about all of them in one cycle. */
function fallingApart(people: readonly string[], semesterIds: readonly string[]): string {
  // An operation makes one call for the same user and filter.
  const filters = ['[DONE]', '[OVERDUE]', '[TODO, DONE]'];
  const below = filters.reduce(
    (inner, options) =>
      `user { stageTasks(semesterId: "${semesterIds[0] ?? ''}", filter: { options: ${options} }) { ${inner} } }`,
    'id',
  );
  const fields = semesterIds.map(
    (id, i) =>
      `f${i}: user(id: "${people[i] ?? ''}") { stageTasks(semesterId: "${id}") { ${below} } }`,
  );
  return `{ ${fields.join(' ')} }`;
}

test.each(['auto', 'pushdown'] as const)(
  'No operation makes more calls than its cost says, with filters that are %s',
  async (strategy) => {
    const other = await startGateway({
      env: { FILTER_STRATEGY: strategy, MAX_CALLS_PER_OPERATION: '200' },
    });
    const people = openIds(other.emulator.people.slice(0, 130));
    const semesterIds = other.emulator.semesters.map(({ id }) => id);
    answerApart(other);
    await fc.assert(
      fc.asyncProperty(operations(people, semesterIds), async (text) => {
        other.emulator.clearCalls();
        const { errors } = await other.query(text, {});
        expect(errors).toEqual([]);
        const calls = other.emulator.callsOf('find_by_user_list').length;
        expect(calls).toBeLessThanOrEqual(costCalls(text, strategy));
      }),
      { numRuns: 40, examples: [[fallingApart(people, semesterIds)]] },
    );
    await other.close();
  },
);

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
