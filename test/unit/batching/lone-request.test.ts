import { userKey } from '../../../src/batching/scope';
import { usersOf } from '../../support/batching-world';
import { createOperation } from '../../support/operation';
import {
  GATHER_MS,
  SCOPE,
  TODO,
  createWorldWithTasks,
  tasksDue,
  tasksGot,
  tasksOf,
} from '../../support/scoped-tasks';
import { LATENCY_MS } from '../../support/scripted-feishu';

describe('a lone request', () => {
  test('is sent within 25 ms with its user only', async () => {
    const world = createWorldWithTasks();
    const [one] = [world.askAt(1_000, SCOPE, ['user 1'])];
    await world.run();
    expect(usersOf(world.calls)).toEqual([['user 1']]);
    expect(world.calls[0]?.atMs).toBeLessThanOrEqual(1_025);
    expect(one.map(tasksGot)).toEqual(one.map(tasksDue));
  });

  test('for a user that Feishu does not know is answered without tasks', async () => {
    const world = createWorldWithTasks();
    const all = world.askAt(0, SCOPE, ['user 1', 'stranger']);
    await world.run();
    expect(all[1]?.outcome?.snapshot).toMatchObject({ stageTasks: null, semester: null });
    expect(all.slice(0, 1).map(tasksGot)).toEqual(all.slice(0, 1).map(tasksDue));
  });

  test('is answered with the whole snapshot of its user, which is remembered', async () => {
    const world = createWorldWithTasks();
    const [one] = [world.askAt(0, TODO, ['user 1'])];
    await world.run();
    const stageTasks = { userId: 'user 1', counts: [], stageTasks: tasksOf(TODO, 'user 1') };
    const times = { fetchedAtMs: GATHER_MS + LATENCY_MS, askedAtMs: GATHER_MS };
    const snapshot = { stageTasks, semester: null, ...times };
    expect(one[0]?.outcome?.snapshot).toEqual(snapshot);
    expect(world.remembered).toEqual([[userKey(TODO, 'user 1'), snapshot]]);
  });

  test('knows how long it waited for its call', async () => {
    const world = createWorldWithTasks();
    const all = world.askAt(500, SCOPE, ['user 1', 'user 2']);
    await world.run();
    expect(all[0]?.operation.waitedMs).toEqual([GATHER_MS]);
  });

  test('is answered when it arrives in the moment in which the last call is sent', async () => {
    const world = createWorldWithTasks();
    world.clock.at(0, () => {
      const onCall = () => {
        queueMicrotask(() => world.ask(SCOPE, ['user 2']));
      };
      void world.batcher.load(SCOPE, ['user 1'], createOperation({ onCall }));
    });
    await world.run();
    expect(world.asked.map(tasksGot)).toEqual(world.asked.map(tasksDue));
    expect(world.asked).toHaveLength(1);
  });
});
