import type { GatewayError } from '../../../src/domain/errors';
import { FIRST_POSITION } from '../../../src/domain/page-position';
import type { Principal } from '../../../src/domain/principal';
import type { StageTask } from '../../../src/domain/stage-task';
import type { EveryoneQuery, PartOfCycle } from '../../../src/loading/page-loader';
import type { RequestLoader } from '../../../src/loading/request-loader';
import { MINUTE_MS, mostInAnyWindow, QUOTA } from '../../support/batching-world';
import {
  createLoadingWorld,
  SERVICE,
  settle,
  type LoadingOptions,
} from '../../support/loading-world';

const LIFETIMES = { freshMs: 30 * MINUTE_MS, staleMs: 30 * MINUTE_MS };
const idOf = (i: number) => `ou_${i + 1}`;

/** Tasks that say when Feishu was asked. */
function tasksAt(userId: string, atMs: number) {
  const task: StageTask = {
    stageId: String(atMs),
    name: null,
    deadline: null,
    needTodoCount: 1,
    finishedCount: null,
    jumpUrl: null,
    status: 'NEED_TODO',
    option: 'TODO',
  };
  return { userId, counts: [], stageTasks: [task] };
}

function start(people: number, options: LoadingOptions = {}) {
  return createLoadingWorld({
    lifetimes: LIFETIMES,
    maxUsers: 10_000,
    everyoneIn: ({ atMs }) => Array.from({ length: people }, (_, i) => tasksAt(idOf(i), atMs)),
    answerOf: (userId, { atMs }) => tasksAt(userId, atMs),
    ...options,
  });
}

type World = ReturnType<typeof start>;

const queryOf = (query: Partial<EveryoneQuery> = {}): EveryoneQuery => ({
  semesterId: '1',
  idType: 'OPEN_ID',
  filter: {},
  first: 50,
  after: FIRST_POSITION,
  ...query,
});

const single = (loader: RequestLoader, id: string) =>
  settle(() => loader.stageTasks({ id, idType: 'OPEN_ID' }, '1', {}, Infinity));

/** Runs an operation at a moment, and returns what it returns. */
async function operate<T>(
  world: World,
  run: (loader: RequestLoader) => Promise<T>,
  principal: Principal = SERVICE,
): Promise<T> {
  const results: Promise<T>[] = [];
  world.clock.at(world.clock.now(), () => {
    const result = run(world.startOperation(principal).loader);
    result.catch(() => undefined);
    results.push(result);
  });
  await world.run();
  const [result] = await Promise.all(results);
  return result as T;
}

const stagesOf = ({ users }: PartOfCycle) =>
  users.map(({ tasks }) => (tasks instanceof Error ? tasks : tasks.stageTasks[0]?.stageId));

/** Reads a part as a client does that waits as long as the gateway says. */
async function readPatiently(world: World, query: EveryoneQuery): Promise<PartOfCycle> {
  for (;;) {
    try {
      return await operate(world, (loader) => loader.everyone(query));
    } catch (error) {
      const { retryAfterMs } = (error as GatewayError).details;
      if (!retryAfterMs) throw error;
      world.clock.at(world.clock.now() + retryAfterMs, () => undefined);
      await world.run();
    }
  }
}

test('a cycle of 2,000 users takes 40 calls within the quota of pages, and then 2,000 questions take none', async () => {
  const world = start(2_000);
  const ids: (string | undefined)[] = [];
  for (let after = FIRST_POSITION, more = true; more;) {
    const part = await readPatiently(world, queryOf({ after }));
    ids.push(...part.users.map(({ tasks }) => (tasks instanceof Error ? '' : tasks.userId)));
    after = part.end;
    more = part.hasMore;
  }
  expect(ids).toEqual(Array.from({ length: 2_000 }, (_, i) => idOf(i)));
  expect(world.pageCalls).toHaveLength(40);
  const times = world.pageCalls.map(({ atMs }) => atMs);
  expect(mostInAnyWindow(times, QUOTA)).toBeLessThanOrEqual(QUOTA.calls);
  expect(world.clock.now()).toBeLessThan(LIFETIMES.freshMs);

  const answers: Promise<string | undefined>[] = [];
  world.clock.at(world.clock.now(), () => {
    for (const id of ids) {
      const { loader } = world.startOperation(SERVICE);
      answers.push(single(loader, id ?? '').then((tasks) => tasks?.userId));
    }
  });
  await world.run();
  expect(await Promise.all(answers)).toEqual(ids);
  expect(world.calls).toEqual([]);
  expect(world.pageCalls).toHaveLength(40);
});

test('two clients that read a cycle at the same time share each of its calls', async () => {
  const world = start(150);
  const query = queryOf({ first: 150 });
  const parts = await Promise.all([
    operate(world, (loader) => loader.everyone(query)),
    operate(world, (loader) => loader.everyone(query)),
  ]);
  expect(parts.map(({ users }) => users.length)).toEqual([150, 150]);
  expect(world.pageCalls).toHaveLength(3);
});

test('pages that are not full end a part early, without more calls than its cost', async () => {
  const full = Array.from({ length: 75 }, (_, i) => tasksAt(idOf(i), 0));
  const world = start(0, { everyoneIn: () => full });
  const part = await operate(world, (loader) =>
    loader.everyone(queryOf({ first: 50, after: { pageToken: '50', skip: 0 } })),
  );
  expect([part.users.length, part.hasMore]).toEqual([25, false]);
  expect(world.pageCalls).toHaveLength(1);
});

test('a page shows the newer answer that a question about one user has fetched since', async () => {
  const world = start(3, { lifetimes: { freshMs: MINUTE_MS, staleMs: MINUTE_MS } });
  await operate(world, (loader) => single(loader, idOf(0)));
  world.clock.at(MINUTE_MS - 1_000, () => undefined);
  await world.run();
  const first = await operate(world, (loader) => loader.everyone(queryOf()));
  expect(stagesOf(first)).toEqual(Array(3).fill(String(MINUTE_MS - 1_000)));

  // With a maximum age, the user is asked for again although the page is fresh.
  world.clock.at(world.clock.now() + 30_000, () => undefined);
  await world.run();
  const newer = await operate(world, (loader) =>
    settle(() => loader.stageTasks({ id: idOf(1), idType: 'OPEN_ID' }, '1', {}, 0)),
  );
  const second = await operate(world, (loader) => loader.everyone(queryOf()));
  expect(stagesOf(second)[1]).toBe(newer?.stageTasks[0]?.stageId);
  expect(stagesOf(second)[0]).toBe(String(MINUTE_MS - 1_000));
  expect(world.pageCalls).toHaveLength(1);
});

test('all fields of one operation show the same answer about a user', async () => {
  const world = start(3);
  await operate(world, (loader) => single(loader, idOf(0)));
  const [one, part] = await operate(world, (loader) =>
    Promise.all([single(loader, idOf(0)), loader.everyone(queryOf())]),
  );
  expect(world.pageCalls).toHaveLength(1);
  expect(stagesOf(part)[0]).toBe(one?.stageTasks[0]?.stageId);

  const [later, other] = await operate(world, async (loader) => {
    const everyone = await loader.everyone(queryOf({ idType: 'UNION_ID' }));
    const tasks = await settle(() =>
      loader.stageTasks({ id: idOf(2), idType: 'UNION_ID' }, '1', {}, Infinity),
    );
    return [everyone, tasks] as const;
  });
  expect(other?.stageTasks[0]?.stageId).toBe(stagesOf(later)[2]);
  expect(world.calls).toHaveLength(1);
});

test.each(['auto', 'pushdown'] as const)(
  'with filters that are %s, questions find the answers of pages',
  async (strategy) => {
    const world = start(3, { strategy });
    const filter = { options: ['TODO' as const] };
    await operate(world, (loader) => loader.everyone(queryOf({ filter })));
    await operate(world, (loader) =>
      settle(() => loader.stageTasks({ id: idOf(0), idType: 'OPEN_ID' }, '1', filter, Infinity)),
    );
    expect(world.pageCalls[0]?.filter).toEqual(strategy === 'pushdown' ? filter : {});
    expect(world.calls).toEqual([]);
  },
);

test.each([
  ['may read only its own tasks', 'self', 'app'],
  ['may read its reports', 'listed', 'app'],
  ['may read all users, with its own token only', 'all', 'caller'],
] as const)('a principal that %s is forbidden, without a call', async (_, policy, mode) => {
  const world = start(3, { mode });
  const person: Principal = {
    ...SERVICE,
    kind: 'user',
    policy,
    ids: [{ id: idOf(0), idType: 'OPEN_ID' }],
  };
  await operate(world, (loader) => settle(() => loader.everyone(queryOf()))).catch(() => undefined);
  const before = world.pageCalls.length;
  const refused = operate(world, (loader) => settle(() => loader.everyone(queryOf())), person);
  await expect(refused).rejects.toMatchObject({ code: 'FORBIDDEN' });
  expect(world.pageCalls).toHaveLength(before);
  expect(before).toBe(mode === 'app' ? 1 : 0);
});
