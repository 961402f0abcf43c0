import type { Semester } from '../../../src/domain/semester';
import type { RequestLoader } from '../../../src/loading/request-loader';
import { SECOND_MS } from '../../support/batching-world';
import { listedSemester } from '../../support/listed-semester';
import {
  SERVICE,
  createLoadingWorld,
  settle,
  type LoadingOptions,
} from '../../support/loading-world';

const SLOW_MS = 5 * SECOND_MS;
const cycle = (id: string) => listedSemester(id);

/** A Feishu that takes long to answer for open IDs. */
function createWorld(options: LoadingOptions = {}) {
  return createLoadingWorld({
    fateOf: ({ idType }) => ({ latencyMs: idType === 'OPEN_ID' ? SLOW_MS : 100 }),
    semesterOf: cycle,
    ...options,
  });
}

/** Runs one operation. @returns the loaded cycles in the order of their arrival, and when each arrived */
async function loadedCycles(
  world: ReturnType<typeof createWorld>,
  cycleIds: readonly string[],
  loadTasks: (loader: RequestLoader) => readonly Promise<unknown>[],
) {
  const { clock, startOperation, run } = world;
  const arrivals: { readonly cycle: Semester | null; readonly atMs: number }[] = [];
  let readCalls = () => NaN;
  clock.at(0, () => {
    const { loader } = startOperation(SERVICE);
    readCalls = () => loader.usage().calls;
    for (const load of loadTasks(loader)) load.catch(() => undefined);
    for (const id of cycleIds) {
      void loader.semester(id).then((loaded) => {
        arrivals.push({ cycle: loaded, atMs: clock.now() });
      });
    }
  });
  await run();
  return { arrivals, calls: readCalls() };
}

const tasksOf = (loader: RequestLoader, idType: 'OPEN_ID' | 'UNION_ID', cycleId: string) =>
  settle(() => loader.stageTasks({ id: `user of ${idType}`, idType }, cycleId, {}, Infinity));

test('A cycle comes from the first answer that describes it, not from the first load', async () => {
  const world = createWorld();
  const { arrivals } = await loadedCycles(world, ['1'], (loader) => [
    tasksOf(loader, 'OPEN_ID', '1'),
    tasksOf(loader, 'UNION_ID', '1'),
  ]);

  expect(world.calls.map(({ idType }) => idType)).toEqual(['OPEN_ID', 'UNION_ID']);
  expect(arrivals).toEqual([{ cycle: cycle('1'), atMs: world.calls[1]?.endedAtMs }]);
});

test('A cycle does not wait for another cycle of its query level', async () => {
  const world = createWorld();
  const { arrivals } = await loadedCycles(world, ['1', '2'], (loader) => [
    tasksOf(loader, 'OPEN_ID', '1'),
    tasksOf(loader, 'UNION_ID', '2'),
  ]);

  expect(arrivals).toEqual([
    { cycle: cycle('2'), atMs: world.calls[1]?.endedAtMs },
    { cycle: cycle('1'), atMs: world.calls[0]?.endedAtMs },
  ]);
});

test('A cycle that no answer describes comes from the list, when all answers have arrived', async () => {
  const world = createWorld({ semesterOf: () => null, listed: [cycle('1')] });
  const { arrivals } = await loadedCycles(world, ['1'], (loader) => [
    tasksOf(loader, 'UNION_ID', '1'),
    tasksOf(loader, 'OPEN_ID', '1'),
  ]);

  expect(arrivals).toEqual([{ cycle: cycle('1'), atMs: world.calls[1]?.endedAtMs }]);
});

test('A cycle whose loads fail comes from the list', async () => {
  const failure = new Error('defect');
  const world = createWorld({ fateOf: () => ({ failure }), listed: [cycle('1')] });
  const { arrivals } = await loadedCycles(world, ['1'], (loader) => [
    tasksOf(loader, 'OPEN_ID', '1'),
  ]);

  expect(arrivals).toMatchObject([{ cycle: cycle('1') }]);
});

test('Cycles of one query level that no answer describes share one call for the list', async () => {
  const world = createWorld({ listed: [cycle('1'), cycle('2')] });
  const { arrivals, calls } = await loadedCycles(world, ['1', '2', '3'], () => []);

  expect(arrivals.map((arrival) => arrival.cycle)).toEqual([cycle('1'), cycle('2'), null]);
  expect(calls).toBe(1);
});
