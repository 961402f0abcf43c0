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

test('A second request for the same users makes no call', async () => {
  await start();
  const userIds = people(50);
  const first = await ask(userIds);
  const second = await ask(userIds);

  expect(listCalls()).toHaveLength(1);
  expect(second.tasks).toEqual(first.tasks);
  expectOwnTasks(gateway, userIds, second.tasks);
});

test('Pages of cached users make no call, whichever users a page combines', async () => {
  await start();
  const everyone = people(1_000);
  await ask(everyone);
  gateway.emulator.clearCalls();
  for (let page = 0; page < 20; page += 1) {
    const userIds = everyone.filter((_, i) => (i * 7 + page) % 20 === 0);
    expect(userIds).toHaveLength(50);
    expectOwnTasks(gateway, userIds, (await ask(userIds)).tasks);
  }

  expect(listCalls()).toEqual([]);
});

test('With the quota used up, cached users are still answered', async () => {
  await start({}, { quotaCalls: 2, quotaWindowSeconds: 60 });
  const userIds = people(100);
  await ask(userIds);
  expect((await ask(people(1, 200))).errors[0]?.extensions.code).toBe('UPSTREAM_RATE_LIMITED');

  const { tasks, errors } = await ask(userIds);
  expect(errors).toEqual([]);
  expectOwnTasks(gateway, userIds, tasks);
  expect(listCalls()).toHaveLength(2);
});

test('A cached answer without a filter serves requests with a filter', async () => {
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

test('A stale answer is served at once and marked, and refreshed in the background', async () => {
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

test('With Feishu down for ten minutes, every cached user is answered', async () => {
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

test('A client can refuse cached answers above an age', async () => {
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
  'A wall clock that is set by %d ms changes neither the age of an answer nor its fetchedAt',
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

test('An answer that is older than allowed is not served', async () => {
  await start({ CACHE_STALE_SECONDS: '120' });
  const [userId = ''] = people(1);
  await ask([userId]);
  await gateway.emulator.close();
  clock.advance(121_000);

  expect((await ask([userId])).errors[0]?.extensions.code).toBe('UPSTREAM_UNAVAILABLE');
});

test('The cache keeps that Feishu does not know a user', async () => {
  await start();
  const unknown = `ou_${'0'.repeat(32)}`;
  expect((await ask([unknown])).tasks).toEqual([null]);
  expect((await ask([unknown])).tasks).toEqual([null]);
  expect(listCalls()).toHaveLength(1);
});

test('A cycle is cached, so that its name makes no second call', async () => {
  await start();
  const { semesterId } = gateway;
  await gateway.query(SemesterAloneDocument, { id: semesterId });
  const { data } = await gateway.query(SemesterAloneDocument, { id: semesterId });

  expect(data?.semester?.name?.zhCN).toBeTruthy();
  expect(gateway.emulator.callsOf('semesters')).toHaveLength(1);
});

test('The extensions of an answer show its calls, and a field shows the quota that is left', async () => {
  await start({}, { quotaCalls: 20 });
  const userIds = people(60);
  await ask(userIds.slice(0, 10));
  const { extensions } = await ask(userIds);
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
