import { SemesterAloneDocument, SemesterTasksDocument } from '../generated/operations';
import { expectOwnTasks, openIds } from '../support/expected';
import { startGateway, type TestGateway } from '../support/gateway';
import { MovableClock } from '../support/movable-clock';
import { until } from '../support/until';

let gateway: TestGateway;
afterEach(() => gateway.close());

let clock: MovableClock;

async function start(env: Record<string, string> = {}, emulator = {}) {
  clock = new MovableClock();
  gateway = await startGateway({
    clock,
    emulator: { ...emulator, now: clock.unixMs },
    env: { CACHE_FRESH_SECONDS: '60', CACHE_STALE_SECONDS: '3600', ...env },
  });
}

const people = (count: number, from = 0) =>
  openIds(gateway.emulator.people.slice(from, from + count));
const listCalls = () => gateway.emulator.callsOf('find_by_user_list');

async function ask(userIds: readonly string[], more: { maxAgeSeconds?: number } = {}) {
  const { semesterId } = gateway;
  const answer = await gateway.query(SemesterTasksDocument, { semesterId, userIds, ...more });
  return { ...answer, tasks: answer.data?.semester?.userStageTasks ?? [] };
}

test('A user who was answered a moment ago is answered again without a call', async () => {
  await start();
  const userIds = people(50);
  const first = await ask(userIds);
  const second = await ask(userIds);

  expect(listCalls()).toHaveLength(1);
  expect(second.tasks).toEqual(first.tasks);
  expectOwnTasks(gateway, userIds, second.tasks);
});

test('Pages that overlap cost no call once their users are known, however they are put together', async () => {
  await start();
  const everybody = people(1_000);
  await ask(everybody);
  gateway.emulator.clearCalls();
  for (let page = 0; page < 20; page += 1) {
    const userIds = everybody.filter((_, i) => (i * 7 + page) % 20 === 0);
    expect(userIds).toHaveLength(50);
    expectOwnTasks(gateway, userIds, (await ask(userIds)).tasks);
  }

  expect(listCalls()).toEqual([]);
});

test('With the quota burnt, users answered a moment ago are still answered', async () => {
  await start({}, { quotaCalls: 2, quotaWindowSeconds: 60 });
  const userIds = people(100);
  await ask(userIds);
  expect((await ask(people(1, 200))).errors[0]?.extensions.code).toBe('UPSTREAM_RATE_LIMITED');

  const { tasks, errors } = await ask(userIds);
  expect(errors).toEqual([]);
  expectOwnTasks(gateway, userIds, tasks);
  expect(listCalls()).toHaveLength(2);
});

test('An answer without a filter answers filtered questions too', async () => {
  await start();
  const userIds = people(50);
  await ask(userIds);
  const { semesterId } = gateway;
  const filter = { options: ['DONE'] as const };
  const { data } = await gateway.query(SemesterTasksDocument, { semesterId, userIds, filter });

  expect(listCalls()).toHaveLength(1);
  const options = data?.semester?.userStageTasks.flatMap((tasks) =>
    (tasks?.stageTasks ?? []).map((task) => task.option),
  );
  expect(new Set(options)).toEqual(new Set(['DONE']));
});

test('A stale answer is given at once and says so; a newer one is fetched behind it', async () => {
  await start();
  const [userId = ''] = people(1);
  const first = await ask([userId]);
  clock.advance(61_000);
  const stale = await ask([userId]);
  expect(stale.tasks[0]).toMatchObject({ stale: true, fetchedAt: first.tasks[0]?.fetchedAt });

  await until(() => listCalls().length === 2 && listCalls()[1]?.status === 200);
  const renewed = await ask([userId]);
  expect(renewed.tasks[0]?.stale).toBe(false);
  expect(Date.parse(renewed.tasks[0]?.fetchedAt ?? '')).toBeGreaterThan(
    Date.parse(first.tasks[0]?.fetchedAt ?? ''),
  );
});

test('With Feishu down for ten minutes, every user known before is answered', async () => {
  await start();
  const userIds = people(120);
  const before = await ask(userIds);
  await gateway.emulator.close();
  clock.advance(10 * 60_000);
  const { tasks, errors } = await ask(userIds);

  expect(errors).toEqual([]);
  expect(tasks.map((one) => one?.fetchedAt)).toEqual(before.tasks.map((one) => one?.fetchedAt));
  expect(tasks.filter((one) => one?.stale === false)).toEqual([]);
  expectOwnTasks(gateway, userIds, tasks);
});

test('A client can refuse answers that are too old for it', async () => {
  await start();
  const [userId = ''] = people(1);
  await ask([userId]);
  clock.advance(30_000);
  expect((await ask([userId], { maxAgeSeconds: 40 })).errors).toEqual([]);
  expect(listCalls()).toHaveLength(1);

  await ask([userId], { maxAgeSeconds: 20 });
  expect(listCalls()).toHaveLength(2);
});

test.each([-1_800_000, -60_000, 3_600_000])(
  'A wall clock set by %d ms makes no answer younger or older, nor the time that it shows',
  async (stepMs) => {
    await start();
    const [userId = ''] = people(1);
    await ask([userId]);
    clock.advance(30_000);
    clock.stepWall(stepMs);
    const recalled = await ask([userId], { maxAgeSeconds: 40 });
    expect(listCalls()).toHaveLength(1);
    expect(recalled.tasks[0]?.stale).toBe(false);
    const ageMs = clock.unixMs() - Date.parse(recalled.tasks[0]?.fetchedAt ?? '');
    expect(Math.round(ageMs / 10_000)).toBe(3);

    await ask([userId], { maxAgeSeconds: 10 });
    expect(listCalls()).toHaveLength(2);
  },
);

test('What is older than allowed is forgotten rather than shown', async () => {
  await start({ CACHE_STALE_SECONDS: '120' });
  const [userId = ''] = people(1);
  await ask([userId]);
  await gateway.emulator.close();
  clock.advance(121_000);

  expect((await ask([userId])).errors[0]?.extensions.code).toBe('UPSTREAM_UNAVAILABLE');
});

test('That upstream knows nothing of a user is remembered too', async () => {
  await start();
  const nobody = `ou_${'0'.repeat(32)}`;
  expect((await ask([nobody])).tasks).toEqual([null]);
  expect((await ask([nobody])).tasks).toEqual([null]);
  expect(listCalls()).toHaveLength(1);
});

describe('A user whom Feishu did not know an hour ago', () => {
  const unknown = `ou_${'0'.repeat(32)}`;
  const askOf = async (userIds: readonly string[]) => {
    const response = await fetch(`${gateway.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        query: `query ($ids: [ID!]!) {
          semester(id: "${gateway.semesterId}") { userStageTasks(userIds: $ids) { id } }
        }`,
        variables: { ids: userIds },
      }),
    });
    const { data, errors, extensions } = (await response.json()) as {
      data: { semester: { userStageTasks: (object | null)[] } };
      errors?: unknown;
      extensions: { upstream: { usersStale: number } };
    };
    return {
      tasks: data.semester.userStageTasks,
      errors,
      usersStale: extensions.upstream.usersStale,
      cacheControl: response.headers.get('cache-control'),
    };
  };

  test('is asked for again before the answer says so, in one call with what else is stale', async () => {
    await start();
    const userIds = [unknown, ...people(49)];
    const known = (await ask(userIds)).tasks.filter((tasks) => tasks !== null);
    clock.advance(58 * 60_000);
    gateway.emulator.clearCalls();

    const { tasks, usersStale } = await askOf(userIds);
    expect(tasks[0]).toBeNull();
    expect(usersStale).toBe(known.length);
    await until(() => listCalls().length > 0);
    expect(listCalls().map((call) => [...(call.userIds ?? [])].sort())).toEqual([
      [...userIds].sort(),
    ]);
  });

  test('is answered from memory, marked as old, where no call can be had', async () => {
    await start();
    const [known = ''] = people(1);
    await ask([unknown, known]);
    await gateway.emulator.close();
    clock.advance(58 * 60_000);

    expect(await askOf([unknown])).toEqual({
      tasks: [null],
      errors: undefined,
      usersStale: 1,
      cacheControl: 'no-store',
    });
    expect(await askOf([unknown, known])).toMatchObject({ usersStale: 2 });
  });

  test('has tasks as soon as Feishu knows of any', async () => {
    await start();
    const [newcomer = ''] = people(1);
    gateway.emulator.script({
      api: 'find_by_user_list',
      answer: { status: 200, rawBody: '{"code":0,"msg":"","data":{"items":[]}}' },
    });
    expect((await ask([newcomer])).tasks).toEqual([null]);
    clock.advance(58 * 60_000);
    expectOwnTasks(gateway, [newcomer], (await ask([newcomer])).tasks);
  });

  test('is an error like any other where Feishu now refuses the question', async () => {
    await start();
    await ask([unknown]);
    gateway.emulator.script({
      api: 'find_by_user_list',
      answer: { status: 400, code: 99991672 },
      times: Infinity,
    });
    clock.advance(58 * 60_000);
    const { errors } = await ask([unknown]);
    expect(errors[0]?.extensions.code).toBe('UPSTREAM_PERMISSION_DENIED');
  });
});

test('A cycle is remembered with the tasks, so that its name costs nothing either', async () => {
  await start();
  const { semesterId } = gateway;
  await gateway.query(SemesterAloneDocument, { id: semesterId });
  const { data } = await gateway.query(SemesterAloneDocument, { id: semesterId });

  expect(data?.semester?.name?.zhCN).toBeTruthy();
  expect(gateway.emulator.callsOf('semesters')).toHaveLength(1);
});

test('What an operation cost is said in its extensions, and how much is left is a field', async () => {
  await start({}, { quotaCalls: 20 });
  const userIds = people(60);
  await ask(userIds.slice(0, 10));
  const response = await fetch(`${gateway.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      query: `query($ids: [ID!]!) {
        semester(id: "${gateway.semesterId}") { userStageTasks(userIds: $ids) { id } }
      }`,
      variables: { ids: userIds },
    }),
  });
  const { extensions } = (await response.json()) as { extensions: unknown };
  expect(extensions).toEqual({
    upstream: {
      calls: 1,
      usersFromCache: 10,
      usersStale: 0,
      usersFetched: 50,
      waitedMs: expect.any(Number),
    },
  });

  const { data } = await gateway.query(
    '{ upstreamQuota { callsPerMinute callsLeft nextCallAt waitingUsers closedUntil } }',
    {},
  );
  expect(data).toEqual({
    upstreamQuota: {
      callsPerMinute: 20,
      callsLeft: 18,
      nextCallAt: null,
      waitingUsers: 0,
      closedUntil: null,
    },
  });
});
