import { Secret } from '../../../src/domain/secret';
import type { StageTaskFilter } from '../../../src/domain/stage-task-filter';
import { answeredIds, errorOf, type Asked } from '../../support/asking';
import { idsOf, usersOf } from '../../support/batching-world';
import { createOperation } from '../../support/operation';
import {
  GATHER_MS,
  SCOPE,
  TODO,
  createWorldWithTasks,
  tasksDue,
  tasksGot,
} from '../../support/scoped-tasks';
import { LATENCY_MS } from '../../support/scripted-feishu';

describe('500 concurrent operations', () => {
  test('for one user each share ten calls', async () => {
    const world = createWorldWithTasks();
    const all = idsOf(500).map((userId) => world.askAt(0, SCOPE, [userId]));
    await world.run();
    expect(world.calls).toHaveLength(10);
    expect(all.flat().map(tasksGot)).toEqual(all.flat().map(tasksDue));
  });

  test('for the same user share one call', async () => {
    const world = createWorldWithTasks();
    const all = idsOf(500).map(() => world.askAt(0, SCOPE, ['user 1']));
    await world.run();
    expect(usersOf(world.calls)).toEqual([['user 1']]);
    expect(answeredIds(all.flat())).toHaveLength(500);
  });

  test('for the same 50 users cost a call for each filter', async () => {
    const world = createWorldWithTasks();
    const filters: StageTaskFilter[] = [
      {},
      { options: ['TODO'] },
      { deadlineAfterMs: 15 },
      { deadlineBeforeMs: 15 },
    ];
    const all = filters.map((filter) => world.askAt(0, { ...SCOPE, filter }, idsOf(50)));
    await world.run();
    expect(world.calls.map(({ filter }) => filter)).toEqual(filters);
    expect(all.flat().map(tasksGot)).toEqual(all.flat().map(tasksDue));
  });
});

describe('an operation for a user whose call is in flight', () => {
  test('shares its answer, and the call knows both operations', async () => {
    const world = createWorldWithTasks();
    world.askAt(0, SCOPE, ['user 1']);
    const late = world.askAt(50, SCOPE, ['user 1']);
    await world.run();
    expect(world.calls).toHaveLength(1);
    expect(world.asked.map(tasksGot)).toEqual(world.asked.map(tasksDue));
    expect(late[0]?.outcome?.atMs).toBe(GATHER_MS + LATENCY_MS);
    expect(late[0]?.operation.waitedMs).toEqual([0]);
  });

  test('has a call of its own under another filter, cycle or identity', async () => {
    const world = createWorldWithTasks();
    world.askAt(0, TODO, ['user 1']);
    world.askAt(50, SCOPE, ['user 1']);
    world.askAt(50, { ...TODO, semesterId: '2' }, ['user 1']);
    const identity = { kind: 'user' as const, accessToken: new Secret('u-1') };
    world.askAt(50, { ...TODO, identity }, ['user 1']);
    await world.run();
    expect(world.calls).toHaveLength(4);
    expect(world.asked.map(tasksGot)).toEqual(world.asked.map(tasksDue));
  });

  test('keeps the call going when the client of the first operation disconnects', async () => {
    const world = createWorldWithTasks();
    const first = world.askAt(0, SCOPE, ['user 1'], { leavesAfterMs: 60 });
    const second = world.askAt(50, SCOPE, ['user 1']);
    await world.run();
    expect(world.calls).toHaveLength(1);
    expect(world.calls[0]?.abortedAtMs).toBeUndefined();
    expect(first.map(errorOf)).toMatchObject([{ code: 'UPSTREAM_TIMEOUT' }]);
    expect(second.map(tasksGot)).toEqual(second.map(tasksDue));
  });

  test('sets the deadline of the call as long as it waits', async () => {
    const world = createWorldWithTasks();
    world.askAt(0, SCOPE, ['user 1', 'user 2'], { timeMs: 9_000, leavesAfterMs: 60 });
    world.askAt(0, SCOPE, ['user 2'], { timeMs: 5_000 });
    const deadlinesMs: (number | undefined)[] = [];
    for (const atMs of [50, 70]) {
      world.clock.at(atMs, () => deadlinesMs.push(world.calls[0]?.context.deadlineAtMs));
    }
    await world.run();
    expect(deadlinesMs).toEqual([9_000, 5_000]);
  });

  test('is charged for a retry only while it waits', async () => {
    const world = createWorldWithTasks({ fateOf: () => ({ isRetried: true }) });
    const first = world.askAt(0, SCOPE, ['user 1', 'user 2'], { leavesAfterMs: 60 });
    const second = world.askAt(0, SCOPE, ['user 2']);
    const joined = world.askAt(50, SCOPE, ['user 2']);
    await world.run();
    expect(first[0]?.operation.waitedMs).toEqual([GATHER_MS]);
    expect(second[0]?.operation.waitedMs).toEqual([GATHER_MS, 0]);
    expect(joined[0]?.operation.waitedMs).toEqual([0, 0]);
  });

  test('is answered when it asks in the moment of the answer', async () => {
    const world = createWorldWithTasks();
    world.clock.at(0, () => {
      const operation = createOperation();
      const [answer] = world.batcher.load(SCOPE, ['user 1'], operation);
      void answer?.then(() => world.ask(SCOPE, ['user 1']));
    });
    await world.run();
    expect(world.asked.map(tasksGot)).toEqual(world.asked.map(tasksDue));
  });

  test('is answered when all other operations of that call have ended', async () => {
    const world = createWorldWithTasks();
    const first = world.askAt(0, SCOPE, ['user 1']);
    const second: Asked[] = [];
    world.clock.at(50, () => {
      first[0]?.operation.controller.abort();
      second.push(...world.ask(SCOPE, ['user 1']));
    });
    await world.run();
    expect(second.map(tasksGot)).toEqual(second.map(tasksDue));
  });
});
