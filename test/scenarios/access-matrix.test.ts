import { toUserStageTasksId } from '../../src/graphql/opaque-id';
import {
  everyClient,
  everyWayIn,
  mayReadPerson,
  PEOPLE,
  ROUTER_SECRET,
  SERVICE_TOKEN,
} from '../support/clients';
import type { TestClient } from '../support/clients';
import { startGateway, type TestGateway } from '../support/gateway';
import { ENTRY_POINTS, TASKS, tasks, type EntryPoint, type Target } from '../support/entry-points';
import { startIssuer, type TestIssuer } from '../support/issuer';

/**
 * Every entry point × every kind of client × own tasks, those of a report or of another user × cached or not: the answer, and
 * the number of upstream calls, which is 0 for every refusal.
 */

let issuer: TestIssuer;
let gateway: TestGateway;
let caching: TestGateway;
let clients: TestClient[];
let clientsOfCaching: TestClient[];
beforeAll(async () => {
  issuer = await startIssuer();
  const env = everyWayIn(issuer);
  const cache = { CACHE_FRESH_SECONDS: '600', CACHE_STALE_SECONDS: '600' };
  gateway = await startGateway({ env });
  caching = await startGateway({ env: { ...env, ...cache } });
  clients = await everyClient(gateway, issuer);
  clientsOfCaching = await everyClient(caching, issuer);
});
afterAll(async () => {
  await gateway.close();
  await caching.close();
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

/** The answer that is due. */
function expected(entry: EntryPoint, { grant }: TestClient, target: Target, index: number) {
  if (grant === 'out') {
    return { status: 401, value: undefined, codes: [['UNAUTHENTICATED', undefined]], asked: [] };
  }
  if (mayReadPerson(grant, index)) {
    const value = expect.objectContaining({ user: expect.objectContaining({ id: target.openId }) });
    return { status: 200, value, codes: [], asked: [target.openId] };
  }
  const path = entry.path.join('.');
  return { status: 200, value: null, codes: [['FORBIDDEN', path]], asked: [] };
}

describe.each(ENTRY_POINTS)('Through $name', (entry) => {
  test.each(PEOPLE)('each client gets %s, or a refusal that makes no call', async (_, index) => {
    const target = targetOf(gateway, index);
    const got: Record<string, unknown> = {};
    const due: Record<string, unknown> = {};
    for (const client of clients) {
      const answer = await ask(gateway, entry, client, target);
      got[client.name] = answer;
      due[client.name] = withAliases(entry, expected(entry, client, target, index));
    }
    expect(got).toEqual(due);
    expect(Object.keys(got)).toHaveLength(clients.length);
  });

  test.each([1, 2])(
    'each client gets a cached answer of person %i, or the same refusal',
    async (index) => {
      const target = targetOf(caching, index);
      const service = clientsOfCaching.at(-1);
      if (service) await ask(caching, entry, service, target);
      for (const client of clientsOfCaching) {
        const answer = await ask(caching, entry, client, target);
        const due = expected(entry, client, target, index);
        expect([client.name, answer]).toEqual([
          client.name,
          { ...withAliases(entry, due), asked: [] },
        ]);
      }
    },
  );
});

/** An entry point with two fields is refused twice. */
function withAliases(entry: EntryPoint, due: ReturnType<typeof expected>) {
  const [first] = due.codes;
  if (entry.name !== 'an alias' || first?.[0] !== 'FORBIDDEN') return due;
  return { ...due, codes: [['FORBIDDEN', 'a.b'], first] };
}

describe('The viewer', () => {
  const query = (semesterId: string) =>
    `{ viewer { id idType stageTasks(semesterId: "${semesterId}") { ${TASKS} } } }`;

  test('is the authenticated user; a client that is no user is forbidden', async () => {
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

test('An operation for one’s own tasks and those of others is answered in part, with a call for one user', async () => {
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

test('A manager’s operation is answered for the manager and the report, with one call for both', async () => {
  const [own, report, other] = [0, 1, 2].map((index) => targetOf(gateway, index).openId);
  const managers = clients.filter(({ grant }) => grant === 'listed');
  expect(managers).toHaveLength(3);
  for (const client of managers) {
    gateway.emulator.clearCalls();
    const { data, codes } = await gateway.readTasks(
      [other ?? '', own ?? '', report ?? ''],
      client.headers,
    );
    const read = data?.users.map(({ stageTasks }) => stageTasks?.user.id);
    const calls = gateway.emulator.callsOf('find_by_user_list').map((call) => call.userIds);

    expect([client.name, read, codes]).toEqual([
      client.name,
      [undefined, own, report],
      ['FORBIDDEN'],
    ]);
    expect(calls.map((ids) => ids?.toSorted())).toEqual([[own, report].toSorted()]);
  }
});

test('The same text as an ID of another type is another user', async () => {
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

test('A client without access to tasks may read the names of cycles and the quota', async () => {
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

test('The logs of these tests contain no token, no secret and no user ID', () => {
  for (const { log, people, from } of [
    { log: gateway.logText(), people: gateway.emulator.people, from: clients },
    { log: caching.logText(), people: caching.emulator.people, from: clientsOfCaching },
  ]) {
    const tokens = from.flatMap(({ headers }) => headers['authorization']?.split(' ')[1] ?? []);
    const ids = people.slice(0, 2).flatMap((one) => [one.openId, one.unionId, one.userId]);
    expect(tokens.length).toBeGreaterThan(10);
    expect(log).toContain('access denied');
    expect(log).toContain('credentials rejected');
    for (const secret of [...tokens, ...ids, SERVICE_TOKEN, ROUTER_SECRET, 'YTpi']) {
      expect(log).not.toContain(secret);
    }
    // Not even the part of a token that is not secret.
    expect(log).not.toMatch(/eyJ|Bearer/);
  }
});
