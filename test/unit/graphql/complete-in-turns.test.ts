import { execute, parse, type ExecutionResult } from 'graphql';
import { GatewayError } from '../../../src/domain/errors';
import type { GraphQLContext } from '../../../src/graphql/context';
import { buildGatewaySchema } from '../../../src/graphql/schema';
import { LoadedStageTasks } from '../../../src/loading/loaded-stage-tasks';
import type { RequestLoader } from '../../../src/loading/request-loader';
import { createTurns } from '../../../src/loading/turns';

const schema = buildGatewaySchema();
const TASKS = 'stageTasks(semesterId: "1") { stale }';

const loaded = new LoadedStageTasks(
  { userId: 'ou_0', stageTasks: [], counts: [] },
  {},
  { fetchedAtMs: 0, stale: false },
);

/** Every second user may not be read. */
const loader: Pick<RequestLoader, 'stageTasks'> = {
  stageTasks: ({ id }) =>
    Number(id.slice(3)) % 2 === 0
      ? Promise.resolve(loaded)
      : Promise.reject(new GatewayError('FORBIDDEN', 'Not yours.')),
};

/** Returns the result, and how many turns of the event loop other requests had. Each reading of the clock takes 1 ms. */
async function run(
  text: string,
  count: number,
): Promise<{ result: ExecutionResult; turns: number }> {
  let nowMs = 0;
  const turnsOf = createTurns(() => (nowMs += 1));
  const context: Partial<GraphQLContext> = {
    loader: loader as RequestLoader,
    turns: turnsOf({ signal: new AbortController().signal, deadlineAtMs: Infinity }),
    toDate: (ms) => new Date(ms),
    userNaming: { key: 'id', unprefixed: 'USER_ID' },
  };
  const ids = Array.from({ length: count }, (_, i) => `ou_${i}`);
  let turns = 0;
  let immediate = setImmediate(function next() {
    turns += 1;
    immediate = setImmediate(next);
  });
  const result = await execute({
    schema,
    document: parse(text),
    variableValues: { ids, r: ids.map((id) => ({ __typename: 'User', id })) },
    contextValue: context,
  });
  clearImmediate(immediate);
  return { result, turns };
}

describe.each([
  ['a list', 'query($ids: [ID!]!) { users(ids: $ids) { id } }'],
  ['loads below a list', `query($ids: [ID!]!) { users(ids: $ids) { ${TASKS} } }`],
  [
    'a list of loads',
    'query($ids: [ID!]!) { semester(id: "1") { userStageTasks(userIds: $ids) { stale } } }',
  ],
  ['references', `query($r: [_Any!]!) { _entities(representations: $r) { ... on User { id } } }`],
])('The parts of %s', (_, text) => {
  test('are completed in one turn when they are few', async () => {
    const { turns } = await run(text, 5);
    expect(turns).toBe(0);
  });

  test('yield the event loop when they are many', async () => {
    const { turns } = await run(text, 1_000);
    // 10 parts to a group, a group to a millisecond, and 10 ms to a turn.
    expect(turns).toBeGreaterThanOrEqual(9);
  });
});

test('Errors have the paths of their users, beside the answers of others', async () => {
  const { result } = await run(`query($ids: [ID!]!) { users(ids: $ids) { ${TASKS} } }`, 100);
  const users = result.data?.['users'] as { stageTasks: unknown }[];

  expect(users.map(({ stageTasks }) => stageTasks !== null)).toEqual(
    users.map((__, i) => i % 2 === 0),
  );
  expect(result.errors?.map(({ path }) => path)).toEqual(
    Array.from({ length: 50 }, (__, i) => ['users', 2 * i + 1, 'stageTasks']),
  );
});

test('An error in a list of loads has the path of its item', async () => {
  const { result } = await run(
    'query($ids: [ID!]!) { semester(id: "1") { userStageTasks(userIds: $ids) { stale } } }',
    2,
  );
  expect(JSON.parse(JSON.stringify(result.errors))).toEqual([
    {
      message: 'Not yours.',
      locations: [{ line: 1, column: 43 }],
      path: ['semester', 'userStageTasks', 1],
      extensions: { code: 'FORBIDDEN' },
    },
  ]);
});

test('A refused argument is an error of its field', async () => {
  const { result } = await run('{ semester(id: "x") { id } }', 0);
  expect(result.data).toEqual({ semester: null });
  expect(result.errors?.[0]?.path).toEqual(['semester']);
});
