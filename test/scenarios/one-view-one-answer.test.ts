import fc from 'fast-check';
import type { EmulatorOptions } from '../../src/emulator/emulator';
import { startGateway, type TestGateway } from '../support/gateway';

/** Behaviour that Feishu's documentation does not specify. (fact 12) */
const HABITS: readonly [name: string, EmulatorOptions][] = [
  ['whose counts follow filters', { countsFollowFilters: true }],
  ['whose counts ignore filters', { countsFollowFilters: false }],
  ['with inclusive bounds', { deadlineBounds: 'inclusive' }],
  [
    'with inclusive bounds whose counts ignore filters',
    { deadlineBounds: 'inclusive', countsFollowFilters: false },
  ],
  ['that allows late submission', { lateSubmission: 'allowed' }],
];
const RUNS = 25;
const REMEMBERING = { CACHE_FRESH_SECONDS: '3600', CACHE_STALE_SECONDS: '3600' };

const gateways: TestGateway[] = [];
afterEach(() => Promise.all(gateways.splice(0).map((gateway) => gateway.close())));

async function start(emulator: EmulatorOptions, env: Record<string, string> = {}) {
  const gateway = await startGateway({ emulator, env: { ...REMEMBERING, ...env } });
  gateways.push(gateway);
  return gateway;
}

const VIEW = `{
  id
  counts { option count }
  stageTasks { id stageId option status deadline needTodoCount finishedCount }
}`;
/** The view of a filter by itself, or next to other views of the same user. */
const ALONE = `query ($cycle: ID!, $user: ID!, $filter: StageTaskFilter) {
  user(id: $user) { view: stageTasks(semesterId: $cycle, filter: $filter) ${VIEW} }
}`;
const NEXT_TO_OTHERS = `query ($cycle: ID!, $user: ID!, $filter: StageTaskFilter) {
  user(id: $user) {
    done: stageTasks(semesterId: $cycle, filter: { options: [DONE] }) { id }
    everything: stageTasks(semesterId: $cycle) { id }
    view: stageTasks(semesterId: $cycle, filter: $filter) ${VIEW}
  }
}`;

interface View {
  readonly counts: readonly { readonly option: string; readonly count: number }[];
  readonly stageTasks: readonly unknown[];
}

interface Filter {
  options?: string[];
  deadlineAfter?: string;
  deadlineBefore?: string;
}

async function view(gateway: TestGateway, operation: string, user: string, filter: Filter | null) {
  const { data, errors } = await gateway.query<{ user: { view: unknown } }, object>(operation, {
    cycle: gateway.semesterId,
    user,
    filter,
  });
  expect(errors).toEqual([]);
  return data?.user.view;
}

/** Filters whose bounds often equal the deadline of a stage. */
function filtersFor({ emulator }: TestGateway): fc.Arbitrary<Filter | null> {
  const deadlines = emulator.semesters.at(-1)?.stages.map(({ deadlineMs }) => deadlineMs) ?? [];
  const time = fc
    .tuple(fc.constantFrom(...deadlines), fc.constantFrom(-1, 0, 1))
    .map(([ms, by]) => new Date(ms + by).toISOString());
  const filter: fc.Arbitrary<Filter> = fc.record(
    {
      options: fc.subarray(['TODO', 'DONE', 'OVERDUE'], { minLength: 1 }),
      deadlineAfter: time,
      deadlineBefore: time,
    },
    { requiredKeys: [], noNullPrototype: true },
  );
  const isSatisfiable = ({ deadlineAfter = '', deadlineBefore = '9' }: Filter) =>
    deadlineAfter < deadlineBefore;
  return fc.option(filter.filter(isSatisfiable), { freq: 6 });
}

describe.each(HABITS)('Behind an upstream %s', (_, habit) => {
  test('a view is the same alone, next to other views, from the cache and pushed down', async () => {
    const alone = await start(habit);
    const merged = await start(habit);
    const pushdown = await start(habit, { FILTER_STRATEGY: 'pushdown' });
    const people = alone.emulator.people.map(({ openId }) => openId);
    let next = 0;

    await fc.assert(
      fc.asyncProperty(filtersFor(alone), async (filter) => {
        const user = people[(next += 1)] ?? '';
        const expected = await view(alone, ALONE, user, filter);
        expect(await view(merged, NEXT_TO_OTHERS, user, filter)).toEqual(expected);
        merged.emulator.clearCalls();
        expect(await view(merged, ALONE, user, filter)).toEqual(expected);
        expect(merged.emulator.callsOf('find_by_user_list')).toEqual([]);
        expect(await view(pushdown, NEXT_TO_OTHERS, user, filter)).toEqual(expected);
      }),
      { numRuns: RUNS },
    );
  });
});

test('Counts are those of Feishu without a filter, and those of the selected tasks with one', async () => {
  const gateway = await start({ countsFollowFilters: false });
  const [user = ''] = gateway.emulator.people.map(({ openId }) => openId);
  const item = gateway.emulator.expectedTasks({
    semesterId: gateway.semesterId,
    userIdType: 'open_id',
    userId: user,
  });
  const everything = (await view(gateway, ALONE, user, null)) as View;
  expect(everything.counts.map(({ count }) => count)).toEqual(
    item?.stage_num_lists.map(({ stage_num }) => stage_num),
  );
  const done = (await view(gateway, ALONE, user, { options: ['DONE'] })) as View;
  expect(done.stageTasks.length).toBeGreaterThan(0);
  expect(done.counts).toEqual([
    { option: 'TODO', count: 0 },
    { option: 'DONE', count: done.stageTasks.length },
    { option: 'OVERDUE', count: 0 },
  ]);
});

test('A filter that moves with the clock costs one call for many requests', async () => {
  const gateway = await start({});
  const [user = ''] = gateway.emulator.people.map(({ openId }) => openId);
  for (let second = 0; second < 20; second += 1) {
    await view(gateway, ALONE, user, {
      deadlineAfter: new Date(Date.UTC(2026, 10, 1, 0, 0, second)).toISOString(),
    });
  }
  expect(gateway.emulator.callsOf('find_by_user_list')).toHaveLength(1);
});
