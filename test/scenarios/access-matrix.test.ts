import { toUserStageTasksId } from '../../src/graphql/opaque-id';
import { everyClient, everyWayIn, ROUTER_SECRET, SERVICE_TOKEN } from '../support/clients';
import type { Grant, TestClient } from '../support/clients';
import { startGateway, type TestGateway } from '../support/gateway';
import { startIssuer, type TestIssuer } from '../support/issuer';

/**
 * Every entry point × every kind of client × whose tasks are asked for × whether they are remembered:
 * what comes back, and how many upstream calls it costs. None, for every refusal.
 */

/** What an entry point needs to name a user. */
interface Target {
  readonly openId: string;
  readonly semesterId: string;
  /** The ID of the user's `UserStageTasks`. */
  readonly opaqueId: string;
}

interface EntryPoint {
  readonly name: string;
  readonly query: (target: Target) => string;
  readonly representation?: (target: Target) => object;
  /** Where in the answer the tasks stand. */
  readonly path: readonly (string | number)[];
}

const TASKS = 'user { id } stageTasks { stageId name { text } }';
const tasks = (target: Target, selection = TASKS) =>
  `stageTasks(semesterId: "${target.semesterId}") { ${selection} }`;
const ENTITIES = 'query($representation: _Any!) { _entities(representations: [$representation])';

const ENTRY_POINTS: readonly EntryPoint[] = [
  {
    name: 'user.stageTasks',
    query: (target) => `{ user(id: "${target.openId}") { ${tasks(target)} } }`,
    path: ['user', 'stageTasks'],
  },
  {
    name: 'users.stageTasks',
    query: (target) => `{ users(ids: ["${target.openId}"]) { ${tasks(target)} } }`,
    path: ['users', 0, 'stageTasks'],
  },
  {
    name: 'semester.userStageTasks',
    query: ({ semesterId, openId }) =>
      `{ semester(id: "${semesterId}") { userStageTasks(userIds: ["${openId}"]) { ${TASKS} } } }`,
    path: ['semester', 'userStageTasks', 0],
  },
  {
    name: 'an alias',
    query: (target) =>
      `{ a: user(id: "${target.openId}") { b: ${tasks(target)} c: ${tasks(target)} } }`,
    path: ['a', 'c'],
  },
  {
    name: 'a named fragment in another',
    query: (target) =>
      `query { ...Outer } fragment Outer on Query { user(id: "${target.openId}") { ...Inner } } ` +
      `fragment Inner on User { ${tasks(target)} }`,
    path: ['user', 'stageTasks'],
  },
  {
    name: 'an inline fragment',
    query: (target) =>
      `{ ... on Query { user(id: "${target.openId}") { ... on User { ${tasks(target)} } } } }`,
    path: ['user', 'stageTasks'],
  },
  {
    name: 'the user nested in its tasks',
    query: (target) =>
      `{ user(id: "${target.openId}") { ${tasks(target, `user { id ${tasks(target)} }`)} } }`,
    path: ['user', 'stageTasks'],
  },
  {
    name: 'a filtered view',
    query: ({ semesterId, openId }) =>
      `{ user(id: "${openId}") { stageTasks(semesterId: "${semesterId}", filter: { options: [TODO] }) { ${TASKS} } } }`,
    path: ['user', 'stageTasks'],
  },
  {
    name: '_entities of User',
    query: (target) => `${ENTITIES} { ... on User { ${tasks(target)} } } }`,
    representation: ({ openId }) => ({ __typename: 'User', id: openId }),
    path: ['_entities', 0, 'stageTasks'],
  },
  {
    name: '_entities of UserStageTasks, by opaque ID',
    query: () => `${ENTITIES} { ... on UserStageTasks { ${TASKS} } } }`,
    representation: ({ opaqueId }) => ({ __typename: 'UserStageTasks', id: opaqueId }),
    path: ['_entities', 0],
  },
  {
    name: '_entities of Semester',
    query: ({ openId }) =>
      `${ENTITIES} { ... on Semester { userStageTasks(userIds: ["${openId}"]) { ${TASKS} } } } }`,
    representation: ({ semesterId }) => ({ __typename: 'Semester', id: semesterId }),
    path: ['_entities', 0, 'userStageTasks', 0],
  },
];

let issuer: TestIssuer;
let gateway: TestGateway;
let remembering: TestGateway;
let clients: TestClient[];
let strangers: TestClient[];
beforeAll(async () => {
  issuer = await startIssuer();
  const env = everyWayIn(issuer);
  const cache = { CACHE_FRESH_SECONDS: '600', CACHE_STALE_SECONDS: '600' };
  gateway = await startGateway({ env });
  remembering = await startGateway({ env: { ...env, ...cache } });
  clients = await everyClient(gateway, issuer);
  strangers = await everyClient(remembering, issuer);
});
afterAll(async () => {
  await gateway.close();
  await remembering.close();
  await issuer.close();
});

function targetOf({ emulator, semesterId }: TestGateway, index: number): Target {
  const openId = emulator.people[index]?.openId ?? '';
  const user = { id: openId, idType: 'OPEN_ID' as const };
  return { openId, semesterId, opaqueId: toUserStageTasksId({ user, semesterId, filter: {} }) };
}

function valueAt(data: unknown, path: readonly (string | number)[]): unknown {
  return path.reduce<unknown>(
    (value, key) => (value as Record<string | number, unknown> | null)?.[key],
    data,
  );
}

async function ask(at: TestGateway, entry: EntryPoint, client: TestClient, target: Target) {
  at.emulator.clearCalls();
  const representation = entry.representation?.(target);
  const { status, data, errors } = await at.query(
    entry.query(target),
    { representation },
    client.headers,
  );
  const calls = at.emulator.callsOf('find_by_user_list');
  const asked = calls.flatMap(({ userIds }) => userIds ?? []);
  const codes = errors.map(({ extensions, path }) => [extensions.code, path?.join('.')]);
  return { status, value: valueAt(data, entry.path), codes, asked };
}

/** What has to come of it. */
function expected(entry: EntryPoint, grant: Grant, target: Target, isSelf: boolean) {
  if (grant === 'out') {
    return { status: 401, value: undefined, codes: [['UNAUTHENTICATED', undefined]], asked: [] };
  }
  if (grant === 'all' || (grant === 'self' && isSelf)) {
    const value = expect.objectContaining({ user: expect.objectContaining({ id: target.openId }) });
    return { status: 200, value, codes: [], asked: [target.openId] };
  }
  const path = entry.path.join('.');
  return { status: 200, value: null, codes: [['FORBIDDEN', path]], asked: [] };
}

describe.each(ENTRY_POINTS)('through $name', (entry) => {
  test.each([
    ['their own tasks', 0],
    ['the tasks of somebody else', 1],
  ])('each client gets %s or a refusal, which costs no call', async (_, index) => {
    const target = targetOf(gateway, index);
    const got: Record<string, unknown> = {};
    const due: Record<string, unknown> = {};
    for (const client of clients) {
      const answer = await ask(gateway, entry, client, target);
      got[client.name] = answer;
      due[client.name] = withAliases(entry, expected(entry, client.grant, target, index === 0));
    }
    expect(got).toEqual(due);
    expect(Object.keys(got)).toHaveLength(clients.length);
  });

  test('a remembered answer is no more anybody’s than a new one', async () => {
    const target = targetOf(remembering, 1);
    const service = strangers.at(-1);
    if (service) await ask(remembering, entry, service, target);
    for (const client of strangers) {
      const answer = await ask(remembering, entry, client, target);
      const due = expected(entry, client.grant, target, false);
      expect([client.name, answer]).toEqual([
        client.name,
        { ...withAliases(entry, due), asked: [] },
      ]);
    }
  });
});

/** An entry point that asks twice is refused twice. */
function withAliases(entry: EntryPoint, due: ReturnType<typeof expected>) {
  const [first] = due.codes;
  if (entry.name !== 'an alias' || first?.[0] !== 'FORBIDDEN') return due;
  return { ...due, codes: [['FORBIDDEN', 'a.b'], first] };
}

describe('viewer', () => {
  const query = (semesterId: string) =>
    `{ viewer { id idType stageTasks(semesterId: "${semesterId}") { ${TASKS} } } }`;

  test('is whoever asks, and anybody else is told that they are nobody', async () => {
    const { openId, semesterId } = targetOf(gateway, 0);
    for (const client of clients) {
      gateway.emulator.clearCalls();
      const { status, data, errors } = await gateway.query(query(semesterId), {}, client.headers);
      const calls = gateway.emulator.callsOf('find_by_user_list').length;
      const codes = errors.map(({ extensions }) => extensions.code);
      const viewer = (data as { viewer?: unknown } | null | undefined)?.viewer;
      const due = client.isPerson
        ? [200, [], 1, { id: openId, idType: 'OPEN_ID', stageTasks: { user: { id: openId } } }]
        : [client.grant === 'out' ? 401 : 200, [codeFor(client)], 0, undefined];
      expect([client.name, status, codes, calls, viewer]).toMatchObject([client.name, ...due]);
    }
  });

  const codeFor = ({ grant }: TestClient) => (grant === 'out' ? 'UNAUTHENTICATED' : 'FORBIDDEN');
});

test('One operation about oneself and others is answered for oneself, in a call with nobody else', async () => {
  const own = targetOf(gateway, 0);
  const other = targetOf(gateway, 1);
  for (const client of clients.filter(({ grant }) => grant === 'self')) {
    gateway.emulator.clearCalls();
    const { data, errors } = await gateway.query(
      `{ semester(id: "${own.semesterId}") {
          list: userStageTasks(userIds: ["${other.openId}", "${own.openId}", "${other.openId}"]) { user { id } }
      } own: user(id: "${own.openId}") { ${tasks(own)} } other: user(id: "${other.openId}") { ${tasks(own)} } }`,
      {},
      client.headers,
    );

    expect(data).toMatchObject({
      semester: { list: [null, { user: { id: own.openId } }, null] },
      own: { stageTasks: { user: { id: own.openId } } },
      other: { stageTasks: null },
    });
    expect(errors.map(({ path, extensions }) => [path?.join('.'), extensions.code])).toEqual(
      expect.arrayContaining([
        ['semester.list.0', 'FORBIDDEN'],
        ['semester.list.2', 'FORBIDDEN'],
        ['other.stageTasks', 'FORBIDDEN'],
      ]),
    );
    expect(errors).toHaveLength(3);
    expect(gateway.emulator.callsOf('find_by_user_list').map((call) => call.userIds)).toEqual([
      [own.openId],
    ]);
  }
});

test('The same text as an ID of another type is somebody else', async () => {
  const { semesterId } = gateway;
  const userId = gateway.emulator.people[0]?.userId ?? '';
  const token = await issuer.sign({ sub: userId });
  gateway.emulator.clearCalls();
  const { errors } = await gateway.query(
    `{ users(ids: ["${userId}"], idType: PEOPLE_ADMIN_ID) { stageTasks(semesterId: "${semesterId}") { id } } }`,
    {},
    { authorization: `Bearer ${token}` },
  );

  expect(errors.map(({ extensions }) => extensions.code)).toEqual(['FORBIDDEN']);
  expect(gateway.emulator.callsOf('find_by_user_list')).toEqual([]);
});

test('Whoever may read nobody may still ask what a cycle is called, and how much quota is left', async () => {
  const router = clients.find(({ grant }) => grant === 'none');
  const { data, errors } = await gateway.query(
    `{ semester(id: "${gateway.semesterId}") { name { zhCN } } upstreamQuota { callsLeft } }`,
    {},
    router?.headers,
  );

  expect(errors).toEqual([]);
  expect(data).toMatchObject({
    semester: { name: { zhCN: expect.any(String) } },
    upstreamQuota: { callsLeft: expect.any(Number) },
  });
});

test('After all of this the log has not seen a token, a secret, or anybody’s ID', () => {
  for (const { log, people, from } of [
    { log: gateway.logText(), people: gateway.emulator.people, from: clients },
    { log: remembering.logText(), people: remembering.emulator.people, from: strangers },
  ]) {
    const tokens = from.flatMap(({ headers }) => headers['authorization']?.split(' ')[1] ?? []);
    const ids = people.slice(0, 2).flatMap((one) => [one.openId, one.unionId, one.userId]);
    expect(tokens.length).toBeGreaterThan(10);
    expect(log).toContain('access denied');
    expect(log).toContain('credentials refused');
    for (const secret of [...tokens, ...ids, SERVICE_TOKEN, ROUTER_SECRET, 'YTpi']) {
      expect(log).not.toContain(secret);
    }
    // Nor the part of a token that can be read by anybody.
    expect(log).not.toMatch(/eyJ|Bearer/);
  }
});
