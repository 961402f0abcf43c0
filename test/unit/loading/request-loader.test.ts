import type { StageTask, UserStageTasks } from '../../../src/domain/stage-task';
import type { FilterStrategy, StageTaskFilter } from '../../../src/domain/stage-task-filter';
import type { StageTaskQuery } from '../../../src/feishu/ports';
import type { LoadedStageTasks } from '../../../src/loading/loaded-stage-tasks';
import { MINUTE_MS, SECOND_MS, idsOf } from '../../support/batching-world';
import { listedSemester } from '../../support/listed-semester';
import { SERVICE, createLoadingWorld, settle } from '../../support/loading-world';

const CYCLE = listedSemester('1');
const TASKS = [
  { option: 'TODO', deadlineMs: 10 },
  { option: 'TODO', deadlineMs: 20 },
  { option: 'DONE', deadlineMs: 10 },
  { option: 'DONE', deadlineMs: 20 },
] as const;
const COUNTS = [{ option: 'DONE' as const, count: 99 }];

/** Each filter, and the tasks that it selects, by group and deadline. */
const VIEWS: readonly (readonly [StageTaskFilter, readonly string[]])[] = [
  [{}, ['TODO 10', 'TODO 20', 'DONE 10', 'DONE 20']],
  [{ options: ['TODO'] }, ['TODO 10', 'TODO 20']],
  [{ deadlineAfterMs: 10 }, ['TODO 20', 'DONE 20']],
  [{ options: ['DONE'], deadlineBeforeMs: 20 }, ['DONE 10']],
];
const FILTERS = VIEWS.map(([filter]) => filter);
const USERS = idsOf(50, 'user ');

/** This Feishu chooses by group, takes the bounds to be inclusive, and counts whatever was asked. */
function answerOf(userId: string, { filter }: StageTaskQuery): UserStageTasks {
  const { options, deadlineAfterMs = 0, deadlineBeforeMs = Infinity } = filter;
  const stageTasks = TASKS.filter(
    ({ option, deadlineMs }) =>
      (options?.some((one) => one === option) ?? true) &&
      deadlineMs >= deadlineAfterMs &&
      deadlineMs <= deadlineBeforeMs,
  ).map(({ option, deadlineMs }): StageTask => ({
    stageId: `${userId}: ${option} ${deadlineMs}`,
    name: null,
    deadline: new Date(deadlineMs),
    needTodoCount: 1,
    finishedCount: 0,
    jumpUrl: null,
    status: 'NEED_TODO',
    option,
  }));
  return { userId, counts: COUNTS, stageTasks };
}

/** An operation asks about each of these users with each of these filters. */
interface Operation {
  readonly userIds: readonly string[];
  readonly filters: readonly StageTaskFilter[];
}

function createWorld(strategy: FilterStrategy) {
  const upstream = { latencyMs: 100, knows: true };
  const world = createLoadingWorld({
    strategy,
    answerOf: (userId, call) => (upstream.knows ? answerOf(userId, call) : null),
    fateOf: () => ({ latencyMs: upstream.latencyMs }),
    semesterOf: () => CYCLE,
    listed: [CYCLE],
  });
  const { clock } = world;

  async function load({ userIds, filters }: Operation) {
    const { loader } = world.startOperation(SERVICE);
    const ask = (filter: StageTaskFilter) => (id: string) =>
      settle(() => loader.stageTasks({ id, idType: 'OPEN_ID' }, '1', filter, Infinity));
    const views = await Promise.all(filters.map((filter) => Promise.all(userIds.map(ask(filter)))));
    return { views, usage: loader.usage() };
  }

  /** What operations get that ask at the same time. */
  async function operateTogether(operations: readonly Operation[]) {
    const loads: ReturnType<typeof load>[] = [];
    clock.at(clock.now(), () => {
      loads.push(...operations.map(load));
    });
    await world.run();
    return Promise.all(loads);
  }

  async function operate(userIds: readonly string[], filters: readonly StageTaskFilter[]) {
    const [result] = await operateTogether([{ userIds, filters }]);
    if (!result) throw new Error('operations: expected one result, got none');
    return result;
  }

  return { ...world, upstream, operate, operateTogether };
}

type Views = readonly (readonly (LoadedStageTasks | null)[])[];
const idsIn = (views: Views) =>
  views.map((view) => view.map((tasks) => tasks?.stageTasks.map(({ stageId }) => stageId)));
const due = (userIds: readonly string[]) =>
  VIEWS.map(([, tasks]) => userIds.map((userId) => tasks.map((task) => `${userId}: ${task}`)));

describe('FILTER_STRATEGY=auto', () => {
  test('merges all filters of a user into one call, which asks Feishu for everything', async () => {
    const { operate, calls } = createWorld('auto');
    const { views, usage } = await operate(USERS, FILTERS);

    expect(calls.map(({ filter }) => filter)).toEqual([{}]);
    expect(idsIn(views)).toEqual(due(USERS));
    expect(usage).toMatchObject({ calls: 1, usersFetched: 50, usersFromCache: 0 });
  });

  test('seats users under different filters in one call', async () => {
    const { operateTogether, calls } = createWorld('auto');
    await operateTogether([
      { userIds: ['user 1'], filters: [{ options: ['TODO'] }] },
      { userIds: ['user 2'], filters: [{ deadlineAfterMs: 10 }] },
    ]);

    expect(calls).toMatchObject([{ userIds: ['user 1', 'user 2'], filter: {} }]);
  });

  test('answers any filter from the one answer that is remembered', async () => {
    const { operate, calls } = createWorld('auto');
    await operate(['user 1'], [{ options: ['DONE'] }]);
    const { views, usage } = await operate(['user 1'], FILTERS);

    expect(calls).toHaveLength(1);
    expect(idsIn(views)).toEqual(due(['user 1']));
    expect(usage).toMatchObject({ calls: 0, usersFetched: 0, usersFromCache: 1 });
  });
});

describe('FILTER_STRATEGY=pushdown', () => {
  test('asks Feishu with each filter in a call of its own', async () => {
    const { operate, calls } = createWorld('pushdown');
    const { views, usage } = await operate(USERS, FILTERS);

    expect(calls.map(({ filter }) => filter)).toEqual(FILTERS);
    expect(idsIn(views)).toEqual(due(USERS));
    expect(usage).toMatchObject({ calls: 4, usersFetched: 200 });
  });

  test('remembers the answer to each filter for that filter only', async () => {
    const { operate, calls } = createWorld('pushdown');
    await operate(['user 1'], [{}]);
    await operate(['user 1'], [{ options: ['DONE'] }]);
    const { usage } = await operate(['user 1'], [{}, { options: ['DONE'] }]);

    expect(calls.map(({ filter }) => filter)).toEqual([{}, { options: ['DONE'] }]);
    expect(usage).toMatchObject({ calls: 0, usersFetched: 0, usersFromCache: 2 });
  });
});

describe.each<FilterStrategy>(['auto', 'pushdown'])('under FILTER_STRATEGY=%s', (strategy) => {
  test('counts are Feishu’s own without a filter, and those of the tasks shown with one', async () => {
    const { operate } = createWorld(strategy);
    const { views } = await operate(['user 1'], FILTERS);

    const rows = (...numbers: number[]) =>
      (['TODO', 'DONE', 'OVERDUE'] as const).map((option, i) => ({ option, count: numbers[i] }));
    expect(views.map(([tasks]) => tasks?.counts)).toEqual([
      COUNTS,
      rows(2, 0, 0),
      rows(1, 1, 0),
      rows(0, 1, 0),
    ]);
  });
});

describe('a stale answer', () => {
  test('is returned at once, and refreshed in the background', async () => {
    const { clock, run, operate, calls } = createWorld('auto');
    await operate(['user 1'], [{}]);
    clock.at(clock.now() + 2 * MINUTE_MS, () => undefined);
    await run();
    const { views, usage } = await operate(['user 1'], [{}]);
    expect(views).toMatchObject([[{ stale: true }]]);
    expect(usage).toMatchObject({ calls: 0, usersStale: 1, usersFromCache: 1 });
    expect(calls.map(({ userIds }) => userIds)).toEqual([['user 1'], ['user 1']]);

    const { views: refreshed } = await operate(['user 1'], [{}]);
    expect(refreshed).toMatchObject([[{ stale: false }]]);
  });
});

describe('a user that Feishu did not know an hour ago', () => {
  test('delays an answer from memory by a few seconds at most, even when Feishu is slow', async () => {
    const { clock, run, upstream, operate } = createWorld('auto');
    upstream.knows = false;
    await operate(['user 1'], [{}]);
    clock.at(clock.now() + 58 * MINUTE_MS, () => {
      upstream.latencyMs = 12 * SECOND_MS;
    });
    await run();

    const { views, usage } = await operate(['user 1'], [{}]);
    expect(views).toEqual([[null]]);
    expect(usage).toMatchObject({ usersFromCache: 1, usersStale: 1, usersFetched: 0 });
  });
});
