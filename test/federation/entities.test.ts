import { openIds } from '../support/expected';
import { startGateway, type TestGateway, type TestGatewayOptions } from '../support/gateway';

let gateway: TestGateway;
afterEach(() => gateway.close());

interface Entities {
  readonly _entities: readonly (Record<string, unknown> | null)[];
}

async function start(options?: TestGatewayOptions) {
  gateway = await startGateway(options);
}

/** What a router sends. */
function resolve(representations: readonly object[], selection: string) {
  return gateway.query<Entities, object>(
    `query($representations: [_Any!]!) { _entities(representations: $representations) { __typename ${selection} } }`,
    { representations },
  );
}

const users = (ids: readonly string[]) => ids.map((id) => ({ __typename: 'User', id }));

test('200 users of another subgraph cost four upstream calls', async () => {
  await start();
  const ids = openIds(gateway.emulator.people.slice(0, 200));
  const { data, errors } = await resolve(
    users(ids),
    `... on User { id stageTasks(semesterId: "${gateway.semesterId}") { user { id } } }`,
  );

  expect(errors).toEqual([]);
  expect(gateway.emulator.callsOf('find_by_user_list')).toHaveLength(4);
  expect(data?._entities.map((user) => user?.['id'])).toEqual(ids);
});

test('The type of an ID follows from its prefix, or else from the configuration', async () => {
  await start({ env: { ENTITY_USER_ID_TYPE: 'PEOPLE_ADMIN_ID' } });
  const { data } = await resolve(users(['ou_a', 'on_b', '6123']), '... on User { idType }');

  expect(data?._entities.map((user) => user?.['idType'])).toEqual([
    'OPEN_ID',
    'UNION_ID',
    'PEOPLE_ADMIN_ID',
  ]);
});

test('Tasks are found by their ID, with the filter of the first request', async () => {
  await start();
  const [userId = ''] = openIds(gateway.emulator.people);
  const fields = 'id user { id } semester { id } stageTasks { id option }';
  const asked = await gateway.query<Record<string, Record<string, unknown[]>>, object>(
    `{ semester(id: "${gateway.semesterId}") {
        all: userStageTasks(userIds: ["${userId}"]) { ${fields} }
        done: userStageTasks(userIds: ["${userId}"], filter: { options: [DONE] }) { ${fields} }
    } }`,
    {},
  );
  const [all] = asked.data?.['semester']?.['all'] ?? [];
  const [done] = asked.data?.['semester']?.['done'] ?? [];
  expect(all).toMatchObject({ id: expect.any(String) });
  expect(all).not.toEqual(done);

  const { data } = await resolve(
    [all, done].map((tasks) => ({
      __typename: 'UserStageTasks',
      id: (tasks as { id: string }).id,
    })),
    `... on UserStageTasks { ${fields} }`,
  );
  expect(data?._entities).toEqual(
    [all, done].map((tasks) => ({ __typename: 'UserStageTasks', ...(tasks as object) })),
  );
});

test('A cycle of another subgraph is described', async () => {
  await start();
  const { data } = await resolve(
    [{ __typename: 'Semester', id: gateway.semesterId }],
    '... on Semester { name { zhCN } type progress }',
  );

  expect(data?._entities).toEqual([
    {
      __typename: 'Semester',
      name: { zhCN: gateway.emulator.semesters.at(-1)?.name['zh-CN'] },
      type: gateway.emulator.semesters.at(-1)?.type,
      progress: 'ENABLED',
    },
  ]);
});

test('A reference that cannot be resolved is an error at its own place only', async () => {
  await start();
  const [good = ''] = openIds(gateway.emulator.people);
  const { data, errors } = await resolve(
    [
      { __typename: 'User', id: good },
      { __typename: 'User', id: '' },
      { __typename: 'User', id: 42 },
      { __typename: 'User' },
      { __typename: 'Semester', id: 'not-digits' },
      { __typename: 'UserStageTasks', id: 'made-up' },
      { __typename: 'User', id: good },
    ],
    '... on User { id }',
  );

  expect(data?._entities).toEqual([
    { __typename: 'User', id: good },
    null,
    null,
    null,
    null,
    null,
    { __typename: 'User', id: good },
  ]);
  expect(errors.map((error) => error.path)).toEqual([1, 2, 3, 4, 5].map((i) => ['_entities', i]));
  expect(new Set(errors.map((error) => error.extensions.code))).toEqual(
    new Set(['BAD_USER_INPUT']),
  );
  expect(gateway.emulator.calls).toEqual([]);
});

describe('The error of a reference without its key names the expected key and the value', () => {
  test.each([
    ['User', 'id', null, 'null'],
    ['User', 'id', undefined, 'nothing'],
    ['User', 'id', 42, 'a number'],
    ['User', 'id', { in: 'ou_a' }, 'an object'],
    ['User', 'id', ['ou_a'], 'a list'],
    ['Semester', 'id', null, 'null'],
    ['Semester', 'id', undefined, 'nothing'],
    ['UserStageTasks', 'id', null, 'null'],
    ['UserStageTasks', 'id', undefined, 'nothing'],
  ])('%s with %s %j: got %s', async (__typename, key, value, got) => {
    await start();
    const { data, errors } = await resolve([{ __typename, [key]: value }], '');

    expect(data?._entities).toEqual([null]);
    expect(errors).toMatchObject([
      {
        path: ['_entities', 0],
        message: `representations.${key}: expected a string, got ${got}`,
        extensions: { code: 'BAD_USER_INPUT', argument: `representations.${key}` },
      },
    ]);
  });

  test('with a key other than the ID, too', async () => {
    await start({ env: { FEDERATION_USER_KEY: 'openId' } });
    const { data, errors } = await resolve(
      [
        { __typename: 'User', openId: null },
        { __typename: 'User', id: 'ou_a' },
      ],
      '',
    );

    expect(data?._entities).toEqual([null, null]);
    expect(errors.map(({ message }) => message)).toEqual([
      'representations.openId: expected a string, got null',
      'representations.openId: expected a string, got nothing',
    ]);
  });
});

test('An invalid reference fails at its own place only', async () => {
  await start();
  const [good = ''] = openIds(gateway.emulator.people);
  const { data, errors } = await resolve(
    [
      { __typename: 'User', id: good },
      { __typename: 'StageTask', id: 'x' },
      { __typename: 'Unknown', id: 'x' },
      {},
      [[]],
      { __typename: 'User', id: good },
    ],
    '... on User { id }',
  );

  expect(data?._entities.map((entity) => entity?.['id'])).toEqual([
    good,
    undefined,
    undefined,
    undefined,
    undefined,
    good,
  ]);
  expect(errors.map((error) => error.extensions.code)).toEqual(
    [1, 2, 3, 4].map(() => 'BAD_USER_INPUT'),
  );
});

test('More than 1,000 references are refused like more than 1,000 users', async () => {
  await start();
  const { errors } = await resolve(
    users(Array.from({ length: 1_001 }, (_, i) => `ou_${i}`)),
    `... on User { stageTasks(semesterId: "${gateway.semesterId}") { id } }`,
  );

  expect(errors.map((error) => error.message)).toEqual([
    'representations: expected at most 1000 representations, got 1001 representations',
  ]);
  expect(gateway.emulator.calls).toEqual([]);
});

test('The subgraph returns its schema for composition', async () => {
  await start();
  const { data } = await gateway.query<{ _service: { sdl: string } }, object>(
    '{ _service { sdl } }',
    {},
  );

  expect(data?._service.sdl).toContain('@link(url: "https://specs.apollo.dev/federation/v2.3"');
  expect(data?._service.sdl).toMatch(/type Semester\s+@key\(fields: "id"\)/);
});
