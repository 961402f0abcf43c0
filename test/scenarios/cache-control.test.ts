import { SemesterTasksDocument } from '../generated/operations';
import { openIds } from '../support/expected';
import { startGateway, type TestGateway } from '../support/gateway';
import { MovableClock } from '../support/movable-clock';
import { itemOf, scriptItems } from '../support/scripted-answer';

let gateway: TestGateway;
afterEach(() => gateway.close());

let clock: MovableClock;

async function start(env: Record<string, string> = {}) {
  clock = new MovableClock();
  gateway = await startGateway({
    clock,
    emulator: { now: clock.unixMs },
    env: { CACHE_FRESH_SECONDS: '60', CACHE_STALE_SECONDS: '3600', ...env },
  });
}

const header = async (query: string) =>
  (await gateway.query(query, {})).headers.get('cache-control');
const tasks = (count: number, more = '') => {
  const ids = JSON.stringify(openIds(gateway.emulator.people.slice(0, count)));
  return `semester(id: "${gateway.semesterId}") { userStageTasks(userIds: ${ids}${more}) { id } }`;
};

/** Expects this lifetime in a browser, less the time that the test itself takes. */
function expectSeconds(got: string | null, seconds: number): void {
  expect(got).toMatch(/^private, max-age=\d+$/);
  const maxAge = Number(got?.split('=')[1]);
  expect(maxAge).toBeLessThanOrEqual(seconds);
  expect(maxAge).toBeGreaterThan(seconds - 10);
}

test('A browser may store an answer until the first of its parts is no longer fresh', async () => {
  await start();
  expectSeconds(await header(`{ ${tasks(1)} }`), 60);
  clock.advance(40_000);
  expectSeconds(await header(`{ ${tasks(1)} }`), 20);
  // The first of the two is 40 seconds old, the other one is new.
  expectSeconds(await header(`{ ${tasks(2)} }`), 20);
});

test('A browser may store that Feishu does not know a user', async () => {
  await start();
  const unknown = `ou_${'0'.repeat(32)}`;
  const query = `{ user(id: "${unknown}") { stageTasks(semesterId: "${gateway.semesterId}") { id } } }`;

  expect(await gateway.query(query, {})).toMatchObject({ data: { user: { stageTasks: null } } });
  expectSeconds(await header(query), 60);
});

test('A browser may not store an answer for longer than the requested maximum age', async () => {
  await start();
  expectSeconds(await header(`{ ${tasks(1, ', maxAgeSeconds: 30')} }`), 30);
  expect(await header(`{ ${tasks(1, ', maxAgeSeconds: 0')} }`)).toBe('no-store');
});

test('A browser may not store a stale answer', async () => {
  await start();
  await header(`{ ${tasks(1)} }`);
  clock.advance(61_000);
  expect(await header(`{ ${tasks(1)} }`)).toBe('no-store');
});

test('A browser may not store an answer with an error, with the quota, or without data', async () => {
  await start();
  expect(await header(`{ ${tasks(1)} bad: semester(id: "x") { id } }`)).toBe('no-store');
  expect(await header(`{ ${tasks(1)} upstreamQuota { callsLeft } }`)).toBe('no-store');
  expect(await header('{ user(id: "ou_a") { id } }')).toBe('no-store');
  expect(await header('{ __typename')).toBe('no-store');
});

test('A browser may store the list of cycles until the gateway would fetch a newer one', async () => {
  await start({ CACHE_FRESH_SECONDS: '300' });
  expectSeconds(await header('{ semesters { id } }'), 60);
  clock.advance(40_000);
  expectSeconds(await header(`{ semester(id: "${gateway.semesterId}") { name { zhCN } } }`), 20);
  expectSeconds(await header(`{ ${tasks(1)} semesters { id } }`), 20);
  clock.advance(30_000);
  gateway.emulator.script({ api: 'semesters', answer: { status: 400, code: 99991672 } });
  // The last list is still used, and too old to store.
  expect(await header('{ semesters { id } }')).toBe('no-store');
});

test('A browser may store the current cycles until one of them begins or ends', async () => {
  await start();
  const startsMs = clock.unixMs() + 30_000;
  const item = { id: '1', start_time: String(startsMs), end_time: String(startsMs + 60_000) };
  const answer = { status: 200, code: 0, data: { items: [item] } };
  gateway.emulator.script({ api: 'semesters', answer });

  expectSeconds(await header('{ currentSemesters { id } }'), 30);
  expectSeconds(await header('{ semesters { id } }'), 60);
});

test('A browser may store what depends on a deadline until this deadline', async () => {
  await start();
  const { openId } = gateway.person(0);
  const task = { stage_id: '1', task_option_id: 1, stage_task_status: 'need_todo' };
  const due = (seconds: number, task_option_id = 1) => ({
    ...task,
    task_option_id,
    deadline: String(clock.unixMs() + seconds * 1_000),
  });
  const tasksDue = [due(30), due(50), due(10, 2)];
  scriptItems(gateway, [{ ...itemOf(gateway, openId), stage_task_info_lists: tasksDue }]);
  const selecting = (selection: string) =>
    header(
      `{ semester(id: "${gateway.semesterId}") { userStageTasks(userIds: ["${openId}"]) { ${selection} } } }`,
    );
  const ofMoment = ['nextDeadline', 'stageTasks { isOverdue }'];

  expectSeconds(await selecting('id'), 60);
  // The text of the second request is that of the first.
  for (const selection of [...ofMoment, ...ofMoment]) {
    expectSeconds(await selecting(selection), 30);
  }
  clock.advance(31_000);
  for (const selection of ofMoment) expectSeconds(await selecting(selection), 19);
  clock.advance(20_000);
  expectSeconds(await selecting('nextDeadline'), 9);
});

test('A browser may not store anything if the gateway caches nothing', async () => {
  await start({ CACHE_FRESH_SECONDS: '0', CACHE_STALE_SECONDS: '0' });
  expect(await header(`{ ${tasks(1)} }`)).toBe('no-store');
  expect(await header('{ semesters { id } }')).toBe('no-store');
});

test('A stored answer varies by credentials, language and origin', async () => {
  await start({ CORS_ORIGINS: 'https://app.example.com' });
  const { headers } = await gateway.query(
    SemesterTasksDocument,
    { semesterId: gateway.semesterId, userIds: [] },
    { origin: 'https://app.example.com' },
  );

  expect(headers.get('vary')?.toLowerCase().split(/, */)).toEqual(
    expect.arrayContaining(['authorization', 'accept-language', 'origin']),
  );
});
