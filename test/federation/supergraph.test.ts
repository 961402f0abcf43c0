import { createHash } from 'node:crypto';
import { composeSupergraph } from '../../examples/supergraph/compose';
import { startDirectory } from '../../examples/supergraph/directory';
import type { ReadHeader } from '../../examples/supergraph/forwarded-headers';
import { nameUser } from '../../examples/supergraph/name-user';
import type { RunningServer } from '../../examples/supergraph/running-server';
import { ROUTERS, type RouterName } from '../../examples/supergraph/supergraph';
import { expectOwnTasks, openIds, type AnsweredTasks } from '../support/expected';
import { startGateway, type GraphQLAnswerError, type TestGateway } from '../support/gateway';
import { startRecordingProxy, type RecordingProxy } from './recording-proxy';

interface Member {
  readonly id: string;
  readonly name: string;
  readonly stageTasks: AnsweredTasks;
}

let gateway: TestGateway;
let proxy: RecordingProxy;
let directory: RunningServer;
let router: RunningServer;

const TOKEN = 'of-a-dashboard-that-may-read-all-users';
const ALLOWED = { authorization: `Bearer ${TOKEN}` };

async function start(
  name: RouterName,
  env: Record<string, string> = {},
  identify?: (read: ReadHeader) => Readonly<Record<string, string>>,
) {
  const sha256 = createHash('sha256').update(TOKEN).digest('hex');
  gateway = await startGateway({
    env: {
      AUTH_ANONYMOUS: '',
      AUTH_SERVICE_TOKENS: `dashboard:${sha256}`,
      FEDERATION_USER_ROOT_FIELDS: 'off',
      ...env,
    },
  });
  proxy = await startRecordingProxy(`${gateway.url}/graphql`);
  directory = await startDirectory(
    gateway.emulator.people.map(({ openId, name }) => ({ id: openId, name: name['en-US'] })),
  );
  router = await ROUTERS[name](
    await composeSupergraph([
      { name: 'tasks', url: proxy.url, headers: ALLOWED },
      { name: 'directory', url: directory.url },
    ]),
    identify,
  );
}

async function stop() {
  await router.close();
  await directory.close();
  proxy.close();
  await gateway.close();
}

/** The selection for each person: the directory knows the name, and the gateway the tasks. */
const PERSON = `
  id
  name
  stageTasks(semesterId: $semesterId) {
    user { id }
    stageTasks { stageId name { zhCN text } deadline needTodoCount jumpUrl }
  }`;

interface Answer {
  readonly team?: { readonly members: readonly Member[] };
  readonly user?: Member;
}

async function ask(query: string, variables: object, headers: Record<string, string>) {
  const response = await fetch(router.url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ query, variables: { semesterId: gateway.semesterId, ...variables } }),
  });
  const { data, errors = [] } = (await response.json()) as {
    data?: Answer;
    errors?: GraphQLAnswerError[];
  };
  return { data, errors };
}

async function askTeam(headers: Record<string, string> = ALLOWED) {
  const { data, errors } = await ask(
    `query Team($semesterId: ID!) { team { members { ${PERSON} } } }`,
    {},
    headers,
  );
  return { members: data?.team?.members ?? [], errors };
}

const team = () => gateway.emulator.people.slice(0, 200);

describe.each(Object.keys(ROUTERS) as RouterName[])('Behind %s', (name) => {
  beforeAll(() => start(name));
  afterAll(stop);
  beforeEach(() => {
    gateway.emulator.clearCalls();
  });

  test('the tasks of a team of 200 cost four upstream calls, and each user gets their own', async () => {
    const { members, errors } = await askTeam();

    expect(errors).toEqual([]);
    expect(members.map(({ name }) => name)).toEqual(team().map(({ name }) => name['en-US']));
    expectOwnTasks(
      gateway,
      openIds(team()),
      members.map(({ stageTasks }) => stageTasks),
    );
    expect(gateway.emulator.callsOf('find_by_user_list')).toHaveLength(4);
  });

  test("the company's own Query.user leads to the tasks of that person", async () => {
    const [person] = gateway.emulator.people;
    const { data, errors } = await ask(
      `query Person($id: ID!, $semesterId: ID!) { user(id: $id) { ${PERSON} } }`,
      { id: person?.openId },
      ALLOWED,
    );

    expect(errors).toEqual([]);
    expect(data?.user?.name).toBe(person?.name['en-US']);
    expectOwnTasks(gateway, openIds(team().slice(0, 1)), [data?.user?.stageTasks]);
    expect(gateway.emulator.callsOf('find_by_user_list')).toHaveLength(1);
  });

  test.each([
    ['the request has no credentials', {}],
    ['the token is wrong', { authorization: 'Bearer wrong' }],
  ])('people are shown without their tasks, at no upstream call, when %s', async (_, headers) => {
    const { members, errors } = await askTeam(headers);

    expect(members.map(({ name }) => name)).toEqual(team().map(({ name }) => name['en-US']));
    expect(members.filter(({ stageTasks }) => stageTasks !== null)).toEqual([]);
    expect(errors.length).toBeGreaterThan(0);
    expect(gateway.emulator.calls).toEqual([]);
  });

  test('a failed call leaves out the tasks of its own 50 users only', async () => {
    const [unlucky = ''] = openIds(team());
    gateway.emulator.script({
      api: 'find_by_user_list',
      when: ({ userIds = [] }) => userIds.includes(unlucky),
      answer: { status: 400, code: 4242 },
    });
    const { members, errors } = await askTeam();
    const failed = gateway.emulator
      .callsOf('find_by_user_list')
      .find(({ userIds = [] }) => userIds.includes(unlucky));
    const served = members.filter(({ id }) => !failed?.userIds?.includes(id));

    expect(failed?.userIds).toHaveLength(50);
    expect(served).toHaveLength(150);
    expectOwnTasks(
      gateway,
      served.map(({ id }) => id),
      served.map(({ stageTasks }) => stageTasks),
    );
    expect(members.map(({ name }) => name)).toEqual(team().map(({ name }) => name['en-US']));
    const empty = members.filter(({ stageTasks }) => !stageTasks).map(({ id }) => id);
    expect(empty).toEqual(expect.arrayContaining([...(failed?.userIds ?? [])]));
    expect(errors).toHaveLength(50);
    expect(new Set(errors.map(({ extensions }) => extensions.code))).toEqual(
      new Set(['UPSTREAM_REJECTED']),
    );
  });

  test('the subgraph receives the credentials, the language and the request ID', async () => {
    const headers = {
      ...ALLOWED,
      'accept-language': 'en-GB',
      'x-request-id': 'trace-42',
    };
    const { members } = await askTeam(headers);

    expect(proxy.requests.at(-1)).toMatchObject(headers);
    expect(gateway.logs().map((line) => line['requestId'])).toContain('trace-42');
    const texts = members.flatMap(({ stageTasks }) => stageTasks?.stageTasks ?? []);
    expect(JSON.stringify(texts)).toContain('"text":"360° review"');
  });
});

describe.each(Object.keys(ROUTERS) as RouterName[])(
  'Behind %s, which speaks for its users',
  (name) => {
    const ROUTER_SECRET = 'a-router-secret-of-more-than-32-characters';
    const SESSIONS: Readonly<Record<string, { user: number; reports: readonly number[] }>> = {
      'session-of-the-first': { user: 0, reports: [] },
      'session-of-a-manager': { user: 1, reports: [0, 2, 3] },
    };
    const idOf = (index: number) => gateway.person(index).openId;

    /** The router identifies its users by their session, and tells the gateway the user. */
    function identify(read: ReadHeader): Readonly<Record<string, string>> {
      const session = SESSIONS[read('x-session') ?? ''];
      const user = session && { openId: idOf(session.user), reports: session.reports.map(idOf) };
      return nameUser(user, ROUTER_SECRET);
    }

    beforeAll(() =>
      start(
        name,
        {
          AUTH_ROUTER_SECRET: ROUTER_SECRET,
          AUTH_ROUTER_ALL_SCOPE: 'all',
          AUTH_ROUTER_REPORTS_HEADER: 'x-user-reports',
        },
        identify,
      ),
    );
    afterAll(stop);
    beforeEach(() => {
      gateway.emulator.clearCalls();
    });

    test('each user sees only their own tasks in the team', async () => {
      const { members, errors } = await askTeam({ 'x-session': 'session-of-the-first' });
      const seen = members.filter(({ stageTasks }) => stageTasks !== null);

      expect(seen.map(({ id }) => id)).toEqual([team()[0]?.openId]);
      expect(errors).toHaveLength(199);
      expect(new Set(errors.map(({ extensions }) => extensions.code))).toEqual(
        new Set(['FORBIDDEN']),
      );
      expect(gateway.emulator.callsOf('find_by_user_list').map(({ userIds }) => userIds)).toEqual([
        [team()[0]?.openId],
      ]);
    });

    test('a manager sees the tasks of its reports, too, with one call', async () => {
      const { members, errors } = await askTeam({ 'x-session': 'session-of-a-manager' });
      const seen = members.filter(({ stageTasks }) => stageTasks !== null);

      expect(seen.map(({ id }) => id)).toEqual([0, 1, 2, 3].map(idOf));
      expect(errors).toHaveLength(196);
      expect(gateway.emulator.callsOf('find_by_user_list')).toHaveLength(1);
    });

    test('a client cannot send an identity, a list, a scope or the secret itself', async () => {
      const { members } = await askTeam({
        'x-router-secret': ROUTER_SECRET,
        'x-user-id': team()[1]?.openId ?? '',
        'x-user-scopes': 'all',
        'x-user-reports': idOf(2),
      });

      expect(members.filter(({ stageTasks }) => stageTasks !== null)).toEqual([]);
      expect(gateway.emulator.callsOf('find_by_user_list')).toEqual([]);
    });
  },
);
