import { VirtualClock } from '../../support/virtual-clock';
import { createBatcher } from '../../../src/batching/batcher';
import { createKnownSemesters } from '../../../src/semesters/known-semesters';
import { createAnswerCache } from '../../../src/loading/answer-cache';
import { createRefreshAhead } from '../../../src/loading/refresh-ahead';
import { createRequestLoader, type LoadedStageTasks } from '../../../src/loading/request-loader';
import { createSemesterDirectory } from '../../../src/semesters/semester-directory';
import { userOfKey } from '../../../src/batching/scope';
import { createMemoryCache } from '../../../src/cache/memory.cache';
import { createCachePolicy } from '../../../src/domain/cache-policy';
import type { StageTask } from '../../../src/domain/stage-task';
import type { FilterStrategy, StageTaskFilter } from '../../../src/domain/stage-task-filter';
import type { SemesterSource, StageTaskQuery, StageTaskSource } from '../../../src/feishu/ports';
import { createMemoryLedger } from '../../../src/quota/memory.ledger';
import { createQuotaGate } from '../../../src/quota/quota-gate';
import { createEndlessTurns } from '../../support/turns';

const QUOTA = { calls: 20, windowMs: 60_000 };
const CYCLE = { id: '1', name: null, startTime: null, endTime: null };
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

/** This Feishu chooses by group, takes the bounds to be inclusive, and counts whatever was asked. */
function tasksOf({ filter }: StageTaskQuery, userId: string): StageTask[] {
  const { options, deadlineAfterMs = 0, deadlineBeforeMs = Infinity } = filter;
  return TASKS.filter(
    ({ option, deadlineMs }) =>
      (options?.some((one) => one === option) ?? true) &&
      deadlineMs >= deadlineAfterMs &&
      deadlineMs <= deadlineBeforeMs,
  ).map(({ option, deadlineMs }) => ({
    stageId: `${userId}: ${option} ${deadlineMs}`,
    name: null,
    deadline: new Date(deadlineMs),
    needTodoCount: 1,
    finishedCount: 0,
    jumpUrl: null,
    status: 'NEED_TODO',
    option,
  }));
}

/** It asks about each of these users with each of these filters. */
interface Operation {
  readonly userIds: readonly string[];
  readonly filters: readonly StageTaskFilter[];
}

/** The gateway from the request loader to the gate, in front of a model of Feishu. */
function createWorld(strategy: FilterStrategy) {
  const clock = new VirtualClock();
  const queries: StageTaskQuery[] = [];
  const upstream = { latencyMs: 100, knows: true };
  const source: StageTaskSource & SemesterSource = {
    ready: () => Promise.resolve(),
    async findByUserList(query) {
      queries.push(query);
      await clock.sleep(upstream.latencyMs);
      const answerFor = (userId: string) => ({
        userId,
        counts: COUNTS,
        stageTasks: tasksOf(query, userId),
      });
      const users = new Map(
        query.userIds.map((userId) => [userId, upstream.knows ? answerFor(userId) : null]),
      );
      return { semester: CYCLE, users, isComplete: true, fetchedAtMs: clock.now() };
    },
    listSemesters: () => Promise.resolve({ semesters: [CYCLE], isComplete: true }),
  };
  const createGate = () =>
    createQuotaGate({
      quota: QUOTA,
      ledger: createMemoryLedger(QUOTA, clock.now),
      nowMs: clock.now,
    });
  const lifetimes = { freshMs: 60_000, staleMs: 3_600_000 };
  const cache = createMemoryCache({ maxUsers: 1_000, userOf: userOfKey });
  const refreshAhead = createRefreshAhead({ freshMs: lifetimes.freshMs, nowMs: clock.now });
  const directory = createSemesterDirectory({ source, gate: createGate(), clock });
  const batcher = createBatcher({
    source,
    gate: createGate(),
    semesters: createKnownSemesters({ nowMs: clock.now, directory }),
    spareSeats: refreshAhead,
    remember: (entries) => void cache.setMany(entries),
    clock,
    onDefect: (error) => {
      throw error;
    },
  });
  const answers = createAnswerCache({ batcher, cache, refreshAhead, lifetimes, clock });

  const createLoader = () =>
    createRequestLoader({
      answers,
      directory,
      authorize: () => ({ kind: 'app' }),
      strategy,
      freshMs: lifetimes.freshMs,
      cachePolicy: createCachePolicy(),
      leavesReserve: false,
      turns: createEndlessTurns(),
      beforeFetch: () => Promise.resolve(() => undefined),
      charge: () => undefined,
      signal: new AbortController().signal,
      deadlineAtMs: clock.now() + 15_000,
    });

  function load({ userIds, filters }: Operation) {
    const loader = createLoader();
    const views = filters.map((filter) =>
      Promise.all(
        userIds.map((id) => loader.stageTasks({ id, idType: 'OPEN_ID' }, '1', filter, Infinity)),
      ),
    );
    return Promise.all(views).then((loaded) => ({ views: loaded, usage: loader.usage() }));
  }

  /** What operations get that ask at the same time. */
  async function operateTogether(operations: readonly Operation[]) {
    const loads: ReturnType<typeof load>[] = [];
    clock.at(clock.now(), () => {
      loads.push(...operations.map(load));
    });
    await clock.run();
    return Promise.all(loads);
  }

  async function operate(userIds: readonly string[], filters: readonly StageTaskFilter[]) {
    const [result] = await operateTogether([{ userIds, filters }]);
    if (!result) throw new Error('the operation has no result');
    return result;
  }
  return { clock, upstream, operate, operateTogether, queries };
}

const crowd = (size: number) => Array.from({ length: size }, (_, i) => `user ${i + 1}`);
const idsOf = (tasks: LoadedStageTasks | null | undefined) =>
  tasks?.stageTasks.map(({ stageId }) => stageId);
const due = (userIds: readonly string[]) =>
  VIEWS.map(([, tasks]) => userIds.map((userId) => tasks.map((task) => `${userId}: ${task}`)));

describe('FILTER_STRATEGY=auto', () => {
  test('makes one question of all filters about a user, which asks Feishu for everything', async () => {
    const { operate, queries } = createWorld('auto');
    const { views, usage } = await operate(crowd(50), FILTERS);

    expect(queries.map(({ filter }) => filter)).toEqual([{}]);
    expect(views.map((view) => view.map(idsOf))).toEqual(due(crowd(50)));
    expect(usage).toMatchObject({ calls: 1, usersFetched: 50, usersFromCache: 0 });
  });

  test('seats users under different filters in one call', async () => {
    const { operateTogether, queries } = createWorld('auto');
    await operateTogether([
      { userIds: ['user 1'], filters: [{ options: ['TODO'] }] },
      { userIds: ['user 2'], filters: [{ deadlineAfterMs: 10 }] },
    ]);

    expect(queries).toMatchObject([{ userIds: ['user 1', 'user 2'], filter: {} }]);
  });

  test('answers any filter from the one answer that is remembered', async () => {
    const { operate, queries } = createWorld('auto');
    await operate(crowd(1), [{ options: ['DONE'] }]);
    const { views, usage } = await operate(crowd(1), FILTERS);

    expect(queries).toHaveLength(1);
    expect(views.map((view) => view.map(idsOf))).toEqual(due(crowd(1)));
    expect(usage).toMatchObject({ calls: 0, usersFetched: 0, usersFromCache: 1 });
  });
});

describe('FILTER_STRATEGY=pushdown', () => {
  test('asks Feishu with each filter in a call of its own', async () => {
    const { operate, queries } = createWorld('pushdown');
    const { views, usage } = await operate(crowd(50), FILTERS);

    expect(queries.map(({ filter }) => filter)).toEqual(FILTERS);
    expect(views.map((view) => view.map(idsOf))).toEqual(due(crowd(50)));
    expect(usage).toMatchObject({ calls: 4, usersFetched: 200 });
  });

  test('remembers the answer to each filter for that filter only', async () => {
    const { operate, queries } = createWorld('pushdown');
    await operate(crowd(1), [{}]);
    await operate(crowd(1), [{ options: ['DONE'] }]);
    const { usage } = await operate(crowd(1), [{}, { options: ['DONE'] }]);

    expect(queries.map(({ filter }) => filter)).toEqual([{}, { options: ['DONE'] }]);
    expect(usage).toMatchObject({ calls: 0, usersFetched: 0, usersFromCache: 2 });
  });
});

it.each<FilterStrategy>(['auto', 'pushdown'])(
  'Under FILTER_STRATEGY=%s counts are Feishu’s own without a filter, else of the tasks shown',
  async (strategy) => {
    const { operate } = createWorld(strategy);
    const { views } = await operate(crowd(1), FILTERS);

    const rows = (...numbers: number[]) =>
      (['TODO', 'DONE', 'OVERDUE'] as const).map((option, i) => ({ option, count: numbers[i] }));
    expect(views.map(([tasks]) => tasks?.counts)).toEqual([
      COUNTS,
      rows(2, 0, 0),
      rows(1, 1, 0),
      rows(0, 1, 0),
    ]);
  },
);

describe('a user whom Feishu did not know an hour ago', () => {
  test('holds up an answer from memory for a few seconds at most, though Feishu is slow', async () => {
    const { clock, upstream, operate } = createWorld('auto');
    upstream.knows = false;
    await operate(['user 1'], [{}]);
    clock.at(clock.now() + 58 * 60_000, () => {
      upstream.latencyMs = 12_000;
    });
    await clock.run();

    const { views, usage } = await operate(['user 1'], [{}]);
    expect(views).toEqual([[null]]);
    expect(usage).toMatchObject({ usersFromCache: 1, usersStale: 1, usersFetched: 0 });
  });
});
