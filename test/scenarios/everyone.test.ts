import { everyClient, everyWayIn } from '../support/clients';
import { startGateway, type TestGateway } from '../support/gateway';
import { startIssuer } from '../support/issuer';
import { participantsOf } from '../support/participants';

interface Connection {
  readonly edges: readonly {
    readonly cursor: string;
    readonly node: {
      readonly user: { readonly id: string };
      readonly stageTasks: unknown[];
    } | null;
  }[];
  readonly pageInfo: {
    readonly hasNextPage: boolean;
    readonly hasPreviousPage: boolean;
    readonly startCursor: string | null;
    readonly endCursor: string | null;
  };
}
interface Read {
  readonly semester: { readonly allUserStageTasks: Connection } | null;
}

const EVERYONE = `query (
  $semesterId: ID!, $first: Int, $after: String, $userIdType: UserIdType! = OPEN_ID, $filter: StageTaskFilter
) {
  semester(id: $semesterId) {
    allUserStageTasks(first: $first, after: $after, userIdType: $userIdType, filter: $filter) {
      edges { cursor node { user { id } stageTasks { id option } } }
      pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
    }
  }
}`;

const FRESH = { CACHE_FRESH_SECONDS: '600', CACHE_STALE_SECONDS: '600' };

let gateway: TestGateway;
afterEach(() => gateway.close());

async function start(env: Record<string, string> = FRESH) {
  gateway = await startGateway({ env });
}

const read = (variables: object, headers?: Record<string, string>) =>
  gateway.query<Read, object>(EVERYONE, { semesterId: gateway.semesterId, ...variables }, headers);

const pageCalls = () => gateway.emulator.callsOf('find_by_page');
const listCalls = () => gateway.emulator.callsOf('find_by_user_list');

async function readPart(variables: object): Promise<Connection> {
  const { data, errors } = await read(variables);
  expect(errors).toEqual([]);
  if (!data?.semester) throw new Error('a part of the cycle: expected one, got none');
  return data.semester.allUserStageTasks;
}

/** Reads on until the end. */
async function readAll(variables: object): Promise<Connection[]> {
  const parts: Connection[] = [];
  for (let after: string | null = null, more = true; more;) {
    const part: Connection = await readPart({ ...variables, after });
    parts.push(part);
    after = part.pageInfo.endCursor;
    more = part.pageInfo.hasNextPage;
  }
  return parts;
}

const idsOf = (parts: readonly Connection[]) =>
  parts.flatMap(({ edges }) => edges.map(({ node }) => node?.user.id));

test('A client reads a whole cycle with one call for 50 users, and then each of them without a call', async () => {
  await start();
  const participants = participantsOf(gateway).map(({ openId }) => openId);
  expect(participants.length).toBeGreaterThan(1_900);

  const parts = await readAll({ first: 50 });
  expect(idsOf(parts)).toEqual(participants);
  expect(pageCalls()).toHaveLength(Math.ceil(participants.length / 50));

  for (let i = 0; i < participants.length; i += 500) {
    const { errors, data } = await gateway.readTasks(participants.slice(i, i + 500));
    expect(errors).toEqual([]);
    expect(data?.users.every(({ stageTasks }) => stageTasks !== null)).toBe(true);
  }
  expect(listCalls()).toEqual([]);
  expect(gateway.emulator.callsOf('semesters')).toEqual([]);
});

test('Parts of any size go on exactly where the last one stopped, and reread no page', async () => {
  await start();
  const participants = participantsOf(gateway).map(({ openId }) => openId);
  const first = await readPart({ first: 30 });
  expect(first.pageInfo).toMatchObject({
    hasPreviousPage: false,
    startCursor: first.edges[0]?.cursor,
    endCursor: first.edges[29]?.cursor,
  });
  const second = await readPart({ first: 200, after: first.pageInfo.endCursor });
  const third = await readPart({ first: 1, after: second.pageInfo.endCursor });
  expect(third.pageInfo.hasPreviousPage).toBe(true);
  expect(idsOf([first, second, third])).toEqual(participants.slice(0, 231));
  expect(pageCalls()).toHaveLength(5);

  const [, , third3] = first.edges;
  const after = await readPart({ first: 2, after: third3?.cursor });
  expect(idsOf([after])).toEqual(participants.slice(3, 5));
  expect(pageCalls()).toHaveLength(5);
});

test('The last part says that it is the last, and has a cursor after which there is nothing', async () => {
  await start();
  const last = (await readAll({ first: 200 })).at(-1);
  expect(last?.pageInfo).toMatchObject({
    hasNextPage: false,
    endCursor: last?.edges.at(-1)?.cursor,
  });
  expect(await readPart({ after: last?.pageInfo.endCursor })).toEqual({
    edges: [],
    pageInfo: {
      hasNextPage: false,
      hasPreviousPage: true,
      startCursor: null,
      endCursor: last?.pageInfo.endCursor,
    },
  });
});

test('A cycle without users has no cursor', async () => {
  await start();
  const data = { items: [], has_more: false };
  gateway.emulator.script({ api: 'find_by_page', answer: { status: 200, data } });
  expect(await readPart({})).toEqual({
    edges: [],
    pageInfo: { hasNextPage: false, hasPreviousPage: false, startCursor: null, endCursor: null },
  });
});

test('A filter leaves out users without a matching task, and reads on all the same', async () => {
  await start();
  const filter = { options: ['OVERDUE'] };
  const overdue = participantsOf(gateway).filter(({ openId }) =>
    gateway.emulator
      .expectedTasks({
        semesterId: gateway.semesterId,
        userIdType: 'open_id',
        userId: openId,
      })
      ?.stage_task_info_lists.some(({ task_option_id }) => task_option_id === 3),
  );
  const parts = await readAll({ first: 50, filter });
  expect(idsOf(parts)).toEqual(overdue.map(({ openId }) => openId));
  expect(parts.some(({ edges }) => edges.length < 50)).toBe(true);
  expect(parts.slice(0, -1).every(({ pageInfo }) => pageInfo.endCursor !== null)).toBe(true);
});

test('The answer counts its calls, and remembered pages cost none', async () => {
  await start();
  const upstream = (calls: number, usersFromCache: number) => ({
    upstream: expect.objectContaining({
      calls,
      usersFromCache,
      usersFetched: 100 - usersFromCache,
    }),
  });
  expect((await read({ first: 100 })).extensions).toEqual(upstream(2, 0));
  const { extensions, headers } = await read({ first: 100 });
  expect(extensions).toEqual(upstream(0, 100));
  expect(headers.get('cache-control')).toMatch(/^private, max-age=5\d\d$/);
  expect(
    await gateway.metric(
      'gateway_upstream_attempt_duration_seconds_count{api="find_by_page",outcome="ok"}',
    ),
  ).toBe(2);
});

test('One operation reads a page once, and takes the users below it and the name of the cycle from it', async () => {
  await start({});
  const query = `query ($semesterId: ID!) {
    semester(id: $semesterId) {
      name { zhCN }
      allUserStageTasks(first: 2) {
        nodes { user { id stageTasks(semesterId: $semesterId) { fetchedAt } } fetchedAt }
      }
      again: allUserStageTasks(first: 2) { edges { node { fetchedAt } } }
    }
  }`;
  const { data, errors } = await gateway.query<
    { semester: { name: unknown; allUserStageTasks: { nodes: unknown[] } } },
    object
  >(query, { semesterId: gateway.semesterId });
  expect(errors).toEqual([]);
  expect(data?.semester.name).not.toBeNull();
  expect(data?.semester.allUserStageTasks.nodes).toHaveLength(2);
  expect(pageCalls()).toHaveLength(1);
  expect(listCalls()).toEqual([]);
  expect(gateway.emulator.callsOf('semesters')).toEqual([]);
});

describe('An argument that cannot be is refused without a call', () => {
  test.each([
    ['first', { first: 0 }, 'first: expected a whole number from 1 to 200, got 0'],
    ['first', { first: -1 }, 'first: expected a whole number from 1 to 200, got -1'],
    ['first', { first: 201 }, 'first: expected a whole number from 1 to 200, got 201'],
    [
      'after',
      { after: 'abc' },
      'after: expected a cursor from an earlier response with the same cycle, userIdType and filter, got another text',
    ],
    [
      'filter.options',
      { filter: { options: [] } },
      'filter.options: expected 1 to 3 different ones of TODO, DONE, OVERDUE, got []',
    ],
  ])('%s %j', async (argument, variables, message) => {
    await start();
    const { data, errors } = await read(variables);
    expect(data).toEqual({ semester: null });
    expect(errors).toMatchObject([
      {
        message,
        path: ['semester', 'allUserStageTasks'],
        extensions: { code: 'BAD_USER_INPUT', argument },
      },
    ]);
    expect(gateway.emulator.calls).toEqual([]);
  });

  test('the cursor of another cycle, ID type or filter', async () => {
    await start();
    const { endCursor } = (await readPart({ first: 1 })).pageInfo;
    const other = gateway.emulator.semesters[0]?.id;
    for (const variables of [
      { semesterId: other },
      { userIdType: 'UNION_ID' },
      { filter: { options: ['TODO'] } },
    ]) {
      const { codes } = await read({ ...variables, after: endCursor });
      expect(codes).toEqual(['BAD_USER_INPUT']);
    }
    expect(pageCalls()).toHaveLength(1);
  });
});

describe('Only principals that may read all users read everyone', () => {
  test('each other client is refused without a call', async () => {
    const issuer = await startIssuer();
    gateway = await startGateway({ env: { ...everyWayIn(issuer), ...FRESH } });
    const clients = await everyClient(gateway, issuer);
    for (const client of clients) {
      gateway.emulator.clearCalls();
      const { status, data, codes } = await read({ first: 1 }, client.headers);
      const got = [client.name, status, codes, data?.semester?.allUserStageTasks.edges.length];
      if (client.grant === 'out')
        expect(got).toEqual([client.name, 401, ['UNAUTHENTICATED'], undefined]);
      else if (client.grant === 'all') expect(got).toEqual([client.name, 200, [], 1]);
      else {
        expect(got).toEqual([client.name, 200, ['FORBIDDEN'], undefined]);
        expect(pageCalls()).toEqual([]);
      }
    }
    await issuer.close();
  });

  test('a gateway that asks with each principal’s own token refuses everyone', async () => {
    await start({ UPSTREAM_IDENTITY: 'caller', AUTH_FEISHU_USERS: 'on', AUTH_ANONYMOUS: 'all' });
    const { data, errors } = await read({ first: 1 });
    expect(data).toEqual({ semester: null });
    expect(errors).toMatchObject([
      {
        message: expect.stringContaining('ask for users by their IDs'),
        extensions: { code: 'FORBIDDEN' },
      },
    ]);
    expect(gateway.emulator.calls).toEqual([]);
  });
});

describe('If Feishu', () => {
  test('cannot tell who an item is about, its edge has an error, and the others have their tasks', async () => {
    await start();
    const data = {
      items: [{ user_id: 'ou_a', stage_num_lists: [], stage_task_info_lists: [] }, {}],
    };
    gateway.emulator.script({ api: 'find_by_page', answer: { status: 200, data } });
    const answer = await read({});
    expect(answer.data?.semester?.allUserStageTasks.edges.map(({ node }) => node?.user.id)).toEqual(
      ['ou_a', undefined],
    );
    expect(answer.errors).toMatchObject([
      {
        path: ['semester', 'allUserStageTasks', 'edges', 1, 'node'],
        extensions: { code: 'UPSTREAM_MALFORMED' },
      },
    ]);
  });

  test('accepts a token no more, the error says how to go on', async () => {
    await start();
    const { pageInfo } = await readPart({ first: 50 });
    gateway.emulator.script({ api: 'find_by_page', answer: { status: 400, code: 1580102 } });
    const { data, errors } = await read({ after: pageInfo.endCursor });
    expect(data).toEqual({ semester: null });
    expect(errors).toMatchObject([
      {
        message: expect.stringContaining('without `after`'),
        extensions: { code: 'UPSTREAM_REJECTED', upstream: { code: 1580102 } },
      },
    ]);
    expect((await readPart({ first: 50 })).edges).toHaveLength(50);
  });

  test('does not know the cycle, the error says so', async () => {
    await start();
    const { errors } = await read({ semesterId: '1' });
    expect(errors).toMatchObject([
      {
        message: 'Feishu lists no review cycle with the ID 1.',
        extensions: { code: 'UPSTREAM_REJECTED' },
      },
    ]);
  });

  test('allows no further page in time, the client is told when, and single users are still answered', async () => {
    gateway = await startGateway({ emulator: { quotaCalls: 2 }, env: FRESH });
    await readPart({ first: 100 });
    const { data, errors } = await read({ first: 50, userIdType: 'UNION_ID' });
    expect(data).toEqual({ semester: null });
    expect(errors).toMatchObject([{ extensions: { code: 'UPSTREAM_RATE_LIMITED' } }]);
    expect(errors[0]?.extensions.retryAfterMs).toBeGreaterThan(30_000);
    const stranger = await gateway.readTasks([gateway.emulator.people.at(-1)?.openId ?? '']);
    expect(stranger.errors).toEqual([]);
    expect([pageCalls().length, listCalls().length]).toEqual([2, 1]);
  });
});

test('An operation counts its pages as calls', async () => {
  await start({ MAX_CALLS_PER_OPERATION: '4' });
  expect((await readPart({ first: 200 })).edges).toHaveLength(200);
  const { endCursor } = (await readPart({ first: 1 })).pageInfo;
  const { status, errors } = await read({ first: 200, after: endCursor });
  expect(status).toBe(400);
  expect(errors).toMatchObject([
    { message: 'operation: expected at most 4 upstream calls, got 5' },
  ]);
});
