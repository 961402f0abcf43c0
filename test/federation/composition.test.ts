import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { composeServices } from '@apollo/composition';
import { parse } from 'graphql';
import { openIds } from '../support/expected';
import { startGateway, type TestGateway, type TestGatewayOptions } from '../support/gateway';

let gateway: TestGateway;
afterEach(() => gateway.close());

async function start(env: NonNullable<TestGatewayOptions['env']> = {}) {
  gateway = await startGateway({ env });
}

async function servedSdl(): Promise<string> {
  const query = '{ _service { sdl } }';
  const { data } = await gateway.query<{ _service: { sdl: string } }, object>(query, {});
  return data?._service.sdl ?? '';
}

/** The composition of the subgraph with another one. */
function composeWith(sdl: string, other: string) {
  const link =
    'extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key", "@shareable"])';
  return composeServices([
    { name: 'tasks', url: 'http://tasks', typeDefs: parse(sdl) },
    { name: 'company', url: 'http://company', typeDefs: parse(`${link}\n${other}`) },
  ]);
}

const faultsOf = ({ errors = [] }: ReturnType<typeof composeServices>) =>
  errors.map(({ message }) => message);

test("The subgraph's SDL is exactly schema.graphql", async () => {
  await start();
  const committed = readFileSync(join(__dirname, '../../schema.graphql'), 'utf8');

  expect(await servedSdl()).toBe(committed);
});

describe('The subgraph composes with one', () => {
  test.each([
    [
      'that knows people by the same ID',
      'type Query { me: User } type User @key(fields: "id") { id: ID! name: String! }',
    ],
    [
      'that uses the same enums, for questions and for answers',
      `type Query { me(idType: UserIdType!, locale: Locale!): Me }
       type Me { idType: UserIdType! locale: Locale! option: TaskOption! status: StageTaskStatus! }
       enum UserIdType { OPEN_ID UNION_ID USER_ID PEOPLE_ADMIN_ID }
       enum Locale { ZH_CN EN_US }
       enum TaskOption { TODO DONE OVERDUE UNKNOWN }
       enum StageTaskStatus { NEED_TODO OVERDUE ALL_DONE STAGE_PAUSE UNKNOWN }`,
    ],
    [
      'that knows fewer states of a task, and languages only as answers',
      `type Query { me: Me } type Me { status: StageTaskStatus! }
       enum StageTaskStatus { NEED_TODO ALL_DONE }`,
    ],
    [
      'that has dates and texts as well',
      `type Query { me: Me } type Me { born: DateTime! name: LocalizedText }
       scalar DateTime
       enum Locale { ZH_CN EN_US }
       type LocalizedText @shareable { zhCN: String enUS: String text(locale: Locale): String }`,
    ],
    [
      'that specifies its dates elsewhere',
      `type Query { born: DateTime! }
       scalar DateTime @specifiedBy(url: "https://scalars.graphql.org/andimarek/date-time.html")`,
    ],
    [
      'that has cycles and tasks of its own',
      `type Query { goals: [Goal!]! }
       type Goal { semester: Semester! tasks: UserStageTasks! }
       type Semester @key(fields: "id") { id: ID! goals: [Goal!]! }
       type UserStageTasks @key(fields: "id", resolvable: false) { id: ID! }`,
    ],
  ])('%s', async (_, other) => {
    await start();

    expect(faultsOf(composeWith(await servedSdl(), other))).toEqual([]);
  });
});

describe('A company with root fields of its own for people', () => {
  const company = `
    type Query { user(login: String!): User users: [User!]! viewer: User }
    type User @key(fields: "id") @key(fields: "openId") { id: ID! openId: ID! name: String! }`;

  test('does not compose with those of the gateway', async () => {
    await start();

    expect(faultsOf(composeWith(await servedSdl(), company))).toEqual(
      expect.arrayContaining([
        expect.stringContaining('Non-shareable field "Query.user" is resolved from multiple'),
        expect.stringContaining('Non-shareable field "Query.users" is resolved from multiple'),
        expect.stringContaining('Non-shareable field "Query.viewer" is resolved from multiple'),
      ]),
    );
  });

  test.each(['id', 'openId'])(
    'composes with a gateway that leaves its own out, and names people by %s',
    async (key) => {
      await start({ FEDERATION_USER_ROOT_FIELDS: 'off', FEDERATION_USER_KEY: key });

      expect(faultsOf(composeWith(await servedSdl(), company))).toEqual([]);
    },
  );

  test('finds none of them in the gateway, but all other fields', async () => {
    await start({ FEDERATION_USER_ROOT_FIELDS: 'off' });
    const { errors } = await gateway.query(
      '{ user(id: "ou_a") { id } users(ids: []) { id } viewer { id } }',
      {},
    );
    expect(errors.map(({ message }) => message)).toEqual(
      ['user', 'users', 'viewer'].map((name): unknown =>
        expect.stringContaining(`Cannot query field "${name}" on type "Query".`),
      ),
    );

    const [id = ''] = openIds(gateway.emulator.people);
    const found = await gateway.query<Record<string, unknown>, object>(
      `query($semesterId: ID!, $r: [_Any!]!) {
        upstreamQuota { callsPerMinute }
        semester(id: $semesterId) { id }
        _entities(representations: $r) { ... on User { stageTasks(semesterId: $semesterId) { user { id } } } }
      }`,
      { semesterId: gateway.semesterId, r: [{ __typename: 'User', id }] },
    );
    expect(found.errors).toEqual([]);
    expect(found.data).toMatchObject({
      semester: { id: gateway.semesterId },
      _entities: [{ stageTasks: { user: { id } } }],
    });
  });
});

describe("The subgraph names people by the key that the company's own User has", () => {
  test.each([
    ['openId', 'openId', 'open_id'],
    ['unionId', 'unionId', 'union_id'],
    ['userId', 'userId', 'user_id'],
  ] as const)('%s', async (key, property, userIdType) => {
    await start({ FEDERATION_USER_KEY: key });
    const company = `
      type Query { me: User }
      type User @key(fields: "id") @key(fields: "${key}") { id: ID! ${key}: ID! name: String! }`;
    expect(faultsOf(composeWith(await servedSdl(), company))).toEqual([]);
    const keyless = company.replace(`@key(fields: "${key}")`, '');
    expect(faultsOf(composeWith(await servedSdl(), keyless))).toContainEqual(
      expect.stringContaining(`User.${key}`),
    );

    const [person] = gateway.emulator.people;
    const { data, errors } = await gateway.query<{ _entities: unknown[] }, object>(
      `query($r: [_Any!]!) { _entities(representations: $r) { ... on User {
        ${key} stageTasks(semesterId: "${gateway.semesterId}") { user { ${key} } }
      } } }`,
      { r: [{ __typename: 'User', [key]: person?.[property] }] },
    );
    expect(errors).toEqual([]);
    expect(data?._entities).toEqual([
      { [key]: person?.[property], stageTasks: { user: { [key]: person?.[property] } } },
    ]);
    expect(gateway.emulator.calls.at(-1)).toMatchObject({ userIdType });
  });

  test('has no other key field, because that of the company may mean something else', async () => {
    await start({ FEDERATION_USER_KEY: 'openId' });
    const { errors } = await gateway.query('{ user(id: "ou_a") { id } }', {});

    expect(errors.map(({ message }) => message)).toEqual([
      'Cannot query field "id" on type "User".',
    ]);
  });

  test('returns an error for a user requested with an ID of another type', async () => {
    await start({ FEDERATION_USER_KEY: 'openId' });
    const { errors } = await gateway.query(
      '{ good: user(id: "ou_a") { openId } bad: user(id: "on_a", idType: UNION_ID) { openId } }',
      {},
    );

    expect(errors).toMatchObject([
      {
        path: ['bad', 'openId'],
        message: 'openId: expected a user named by an ID of type OPEN_ID, got UNION_ID',
      },
    ]);
  });

  test('refuses a reference with another key at its own place', async () => {
    await start({ FEDERATION_USER_KEY: 'openId' });
    const [good = ''] = openIds(gateway.emulator.people);
    const { data, errors } = await gateway.query<{ _entities: unknown[] }, object>(
      'query($r: [_Any!]!) { _entities(representations: $r) { ... on User { openId } } }',
      {
        r: [
          { __typename: 'User', id: good },
          { __typename: 'User', openId: 'on_a' },
          { __typename: 'User', openId: good },
        ],
      },
    );

    expect(data?._entities).toEqual([null, null, { openId: good }]);
    expect(errors.map(({ message }) => message)).toEqual([
      'representations.openId: expected a string, got nothing',
      'representations.openId: expected an ID of type OPEN_ID, which starts with "ou_", got "on_a"',
    ]);
  });
});
