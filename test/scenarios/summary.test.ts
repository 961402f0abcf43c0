import { SummaryDocument, SummaryOfTasksDocument } from '../generated/operations';
import { openIds } from '../support/expected';
import { startGateway, type TestGateway } from '../support/gateway';
import { MovableClock } from '../support/movable-clock';

let gateway: TestGateway;
let clock: MovableClock;
beforeEach(async () => {
  clock = new MovableClock();
  gateway = await startGateway({
    clock,
    emulator: { now: clock.unixMs },
    env: { CACHE_FRESH_SECONDS: '60', CACHE_STALE_SECONDS: '3600' },
  });
});
afterEach(() => gateway.close());

const UNKNOWN = `ou_${'0'.repeat(32)}`;
const PATH = ['semester', 'summary'];
const people = (from: number, to: number) => openIds(gateway.emulator.people.slice(from, to));
const listCalls = () => gateway.emulator.callsOf('find_by_user_list');

async function summarize(userIds: readonly string[], filter?: object) {
  const variables = { semesterId: gateway.semesterId, userIds, ...(filter && { filter }) };
  const { data, errors, headers } = await gateway.query(SummaryDocument, variables);
  const cacheControl = headers.get('cache-control');
  return { summary: data?.semester?.summary, errors, cacheControl };
}

/** The sum of what Feishu counts of these users; those that it does not know add nothing. */
function expectedOf(userIds: readonly string[]) {
  const sums = { users: userIds.length, usersWithTodo: 0, usersUnknown: 0, todo: 0, done: 0 };
  for (const userId of userIds) {
    const { semesterId } = gateway;
    const item = gateway.emulator.expectedTasks({ semesterId, userIdType: 'open_id', userId });
    const countOf = (option: number) =>
      item?.stage_num_lists.find(({ task_option_id }) => task_option_id === option)?.stage_num ?? 0;
    if (!item) sums.usersUnknown += 1;
    if (countOf(1) > 0) sums.usersWithTodo += 1;
    sums.todo += countOf(1);
    sums.done += countOf(2);
  }
  return sums;
}

/** Every call for this user fails. */
function failFor(userId: string): void {
  gateway.emulator.script({
    api: 'find_by_user_list',
    when: ({ userIds }) => userIds?.includes(userId) ?? false,
    times: Infinity,
    answer: { status: 200, rawBody: 'not JSON' },
  });
}

test('A summary has the numbers of a whole team, and costs one call per 50 people', async () => {
  const team = people(0, 120);
  const { summary, errors, cacheControl } = await summarize(team);

  expect(errors).toEqual([]);
  expect(summary).toMatchObject({ ...expectedOf(team), usersFailed: 0, stale: false });
  expect(summary?.todo).toBeGreaterThan(100);
  expect(listCalls()).toHaveLength(3);
  expect(cacheControl).toMatch(/max-age=\d+/);
});

test('A summary shares the calls of the tasks next to it', async () => {
  const userIds = people(0, 50);
  const { data } = await gateway.query(SummaryOfTasksDocument, {
    semesterId: gateway.semesterId,
    userIds,
  });
  const counts = data?.semester?.userStageTasks.map((tasks) => tasks?.count ?? 0) ?? [];

  expect(listCalls()).toHaveLength(1);
  expect(data?.semester?.summary).toEqual({
    users: 50,
    todo: counts.reduce((sum, count) => sum + count, 0),
  });
});

test('A repeated user counts once, and a user whom Feishu does not know counts as unknown', async () => {
  const [one = '', other = ''] = people(0, 2);
  const { summary, errors } = await summarize([one, UNKNOWN, other, one]);

  expect(errors).toEqual([]);
  expect(summary).toMatchObject(expectedOf([one, UNKNOWN, other]));
  expect(summary?.usersUnknown).toBeGreaterThan(0);
});

test('With a filter, a summary counts the tasks that the filter selects', async () => {
  const team = people(0, 20);
  const { todo, usersWithTodo } = expectedOf(team);
  expect((await summarize(team, { options: ['TODO'] })).summary).toMatchObject({
    todo,
    usersWithTodo,
    done: 0,
  });
  expect((await summarize(team, { options: ['DONE'] })).summary?.usersWithTodo).toBe(0);
});

test('If a call fails, the summary says how many users are missing, and one error says why', async () => {
  const team = people(0, 120);
  failFor(team[0] ?? '');
  // The second answer comes without Apollo.
  for (let i = 0; i < 2; i += 1) {
    const { summary, errors, cacheControl } = await summarize(team);
    const failed = summary?.usersFailed ?? 0;

    expect([20, 50]).toContain(failed);
    expect(summary?.users).toBe(120);
    expect(summary?.todo).toBeGreaterThan(0);
    expect(errors).toEqual([
      {
        message: `summary: expected the tasks of 120 users, got those of ${120 - failed}: UPSTREAM_MALFORMED (${failed})`,
        locations: expect.any(Array),
        path: PATH,
        extensions: expect.objectContaining({
          code: 'UPSTREAM_MALFORMED',
          upstream: expect.anything(),
        }),
      },
    ]);
    expect(cacheControl).toBe('no-store');
  }
});

test('If no user can be loaded, there is no summary, which would look like nothing to do', async () => {
  const [one = ''] = people(0, 1);
  failFor(one);
  const { summary, errors } = await summarize([one]);

  expect(summary).toBeNull();
  expect(errors).toMatchObject([{ path: PATH, extensions: { code: 'UPSTREAM_MALFORMED' } }]);
});

test('A summary of stale answers says so, and no browser may store it', async () => {
  const team = people(0, 2);
  await summarize(team);
  clock.advance(61_000);
  const { summary, cacheControl } = await summarize(team);

  expect(summary).toMatchObject({ ...expectedOf(team), stale: true });
  expect(cacheControl).toBe('no-store');
});

test('A summary of no users is empty, and bad arguments are refused without a call', async () => {
  expect((await summarize([])).summary).toMatchObject({ users: 0, todo: 0 });
  for (const userIds of [['not an open ID'], Array.from({ length: 1_001 }, () => 'ou_a')]) {
    const { summary, errors } = await summarize(userIds);
    expect(summary).toBeNull();
    expect(errors).toMatchObject([{ path: PATH, extensions: { code: 'BAD_USER_INPUT' } }]);
  }
  expect(listCalls()).toEqual([]);
});
