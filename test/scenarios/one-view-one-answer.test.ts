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
const RUNS = 5;
const USERS_PER_RUN = 5;
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
/** Other views of the same user, which share its call or its cached answer. */
const OTHER_VIEWS = `
  done: stageTasks(semesterId: $cycle, filter: { options: [DONE] }) { id }
  everything: stageTasks(semesterId: $cycle) { id }`;

interface View {
  readonly counts: readonly { readonly option: string; readonly count: number }[];
  readonly stageTasks: readonly unknown[];
}

interface Wanted {
  readonly user: string;
  readonly filter: Filter | null;
}

interface Filter {
  options?: string[];
  deadlineAfter?: string;
  deadlineBefore?: string;
}

/** The view of each of these users with its filter, in one operation. */
async function views(
  gateway: TestGateway,
  wanted: readonly Wanted[],
  otherViews = '',
): Promise<(View | null)[]> {
  const variables = wanted.map((_, i) => `$filter${i}: StageTaskFilter`);
  const fields = wanted.map(
    ({ user }, i) => `u${i}: user(id: "${user}") {
      ${otherViews} view: stageTasks(semesterId: $cycle, filter: $filter${i}) ${VIEW}
    }`,
  );
  const filters = wanted.map(({ filter }, i): [string, unknown] => [`filter${i}`, filter]);
  const { data, errors } = await gateway.query<Record<string, { view: View | null }>, object>(
    `query ($cycle: ID!, ${variables.join(', ')}) { ${fields.join(' ')} }`,
    { cycle: gateway.semesterId, ...Object.fromEntries(filters) },
  );
  expect(errors).toEqual([]);
  return wanted.map((_, i) => data?.[`u${i}`]?.view ?? null);
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

    const page = fc.array(filtersFor(alone), {
      minLength: USERS_PER_RUN,
      maxLength: USERS_PER_RUN,
    });
    await fc.assert(
      fc.asyncProperty(page, async (filters) => {
        const wanted = filters.map((filter) => ({ user: people[(next += 1)] ?? '', filter }));
        const expected: (View | null)[] = [];
        for (const one of wanted) expected.push(...(await views(alone, [one])));
        expect(await views(merged, wanted, OTHER_VIEWS)).toEqual(expected);
        merged.emulator.clearCalls();
        expect(await views(merged, wanted)).toEqual(expected);
        expect(merged.emulator.callsOf('find_by_user_list')).toEqual([]);
        expect(await views(pushdown, wanted, OTHER_VIEWS)).toEqual(expected);
      }),
      { numRuns: RUNS },
    );
  });
});

test('Counts are those of Feishu without a filter, and those of the selected tasks with one', async () => {
  const gateway = await start({ countsFollowFilters: false });
  const { openId: user } = gateway.person(0);
  const item = gateway.emulator.expectedTasks({
    semesterId: gateway.semesterId,
    userIdType: 'open_id',
    userId: user,
  });
  const [everything] = await views(gateway, [{ user, filter: null }]);
  expect(everything?.counts.map(({ count }) => count)).toEqual(
    item?.stage_num_lists.map(({ stage_num }) => stage_num),
  );
  const [done] = await views(gateway, [{ user, filter: { options: ['DONE'] } }]);
  expect(done?.stageTasks.length).toBeGreaterThan(0);
  expect(done?.counts).toEqual([
    { option: 'TODO', count: 0 },
    { option: 'DONE', count: done?.stageTasks.length },
    { option: 'OVERDUE', count: 0 },
  ]);
});

test('A filter that moves with the clock costs one call for many requests', async () => {
  const gateway = await start({});
  const { openId: user } = gateway.person(0);
  for (let second = 0; second < 20; second += 1) {
    const deadlineAfter = new Date(Date.UTC(2026, 10, 1, 0, 0, second)).toISOString();
    await views(gateway, [{ user, filter: { deadlineAfter } }]);
  }
  expect(gateway.emulator.callsOf('find_by_user_list')).toHaveLength(1);
});
