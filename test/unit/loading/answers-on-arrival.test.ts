import type { Semester } from '../../../src/domain/semester';
import type { LoadedStageTasks } from '../../../src/loading/loaded-stage-tasks';
import { idsOf } from '../../support/batching-world';
import { SERVICE, createLoadingWorld, settle } from '../../support/loading-world';
import { inTurn, unavailable, type Fate, type FeishuOptions } from '../../support/scripted-feishu';

const SLOW: Fate = { latencyMs: 5_000 };

/** Asks for users of a cycle in one operation. */
function createWorld(options: FeishuOptions) {
  const world = createLoadingWorld(options);
  const { clock } = world;
  const { loader } = world.startOperation(SERVICE);
  const load = (id: string, semesterId = '1') =>
    settle(() => loader.stageTasks({ id, idType: 'OPEN_ID' }, semesterId, {}, Infinity));
  const timeOf = (loading: Promise<LoadedStageTasks | null>) =>
    loading.then(
      () => clock.now(),
      (error: unknown) => `${clock.now()}: ${(error as Error).message}`,
    );

  /** @returns when each user was answered, or failed and why */
  async function timesOf(userIds: readonly string[]): Promise<unknown[]> {
    const times: Promise<unknown>[] = [];
    clock.at(0, () => {
      for (const id of userIds) times.push(timeOf(load(id)));
    });
    await world.run();
    return Promise.all(times);
  }

  return { ...world, loader, load, timesOf };
}

const counted = (times: readonly unknown[]) =>
  [...new Set(times)].map((time) => [time, times.filter((other) => other === time).length]);

test('A user is answered while another call of the operation is in flight', async () => {
  const { timesOf } = createWorld({ fateOf: inTurn({}, SLOW) });
  const times = await timesOf(idsOf(60));
  expect(counted(times.slice(0, 50))).toEqual([[100, 50]]);
  expect(times.slice(50).every((time) => Number(time) >= 5_000)).toBe(true);
});

test('A call that fails has its errors in place of its own users only', async () => {
  const failed = { failure: unavailable() };
  const { timesOf } = createWorld({ fateOf: inTurn(failed, SLOW) });
  const times = await timesOf(idsOf(60));
  expect(counted(times.slice(0, 50))).toEqual([[`100: ${failed.failure.message}`, 50]]);
  expect(times.slice(50).every((time) => Number(time) >= 5_000)).toBe(true);
});

test('Users that different calls of a level lead to share a call', async () => {
  const { clock, calls, load, run } = createWorld({ fateOf: inTurn({}, SLOW) });
  const userIds = idsOf(60);
  clock.at(0, () => {
    for (const [i, id] of userIds.entries()) {
      const loaded = load(id);
      if (i === 0 || i === 59) void loaded.then(() => load(id, '2'));
    }
  });
  await run();
  expect(calls.map(({ semesterId, userIds: asked }) => [semesterId, asked.length])).toEqual([
    ['1', 50],
    ['1', 10],
    ['2', 2],
  ]);
});

test('Users of another cycle are asked for before the first call is answered', async () => {
  const { clock, calls, load, run } = createWorld({ fateOf: inTurn(SLOW) });
  clock.at(0, () => void load('user 1'));
  clock.at(1_000, () => void load('user 2', '2'));
  await run();
  expect(calls.map(({ semesterId, atMs }) => [semesterId, atMs < 2_000])).toEqual([
    ['1', true],
    ['2', true],
  ]);
});

test('A cycle needs no list if users that a later call leads to describe it', async () => {
  const cycle: Semester = { id: '1', name: null, startTime: null, endTime: null };
  const { clock, load, loader, run } = createWorld({
    fateOf: inTurn({}, SLOW),
    semesterOf: (semesterId) => (semesterId === '1' ? cycle : null),
    listed: [],
  });
  const found: (Semester | null)[] = [];
  clock.at(0, () => {
    const loads = idsOf(60).map((id) => load(id, '2'));
    void loads[0]?.then(async () => found.push(await loader.semester('1')));
    void loads[59]?.then(() => load('user 1'));
  });
  await run();
  expect(found).toEqual([cycle]);
});

test('A large operation gets all answers of a load together, so that it holds no parts meanwhile', async () => {
  const { timesOf } = createWorld({ fateOf: (_, nth) => (nth === 6 ? SLOW : {}) });
  const times = await timesOf(idsOf(300));
  expect(new Set(times).size).toBe(1);
});
