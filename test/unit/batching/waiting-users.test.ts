import { idsOf } from '../../support/batching-world';
import {
  OTHER_CYCLE,
  SCOPE,
  createWorldWithTasks,
  tasksDue,
  tasksGot,
} from '../../support/scoped-tasks';

describe('a user of a quiet cycle', () => {
  test('is answered while a busy cycle always has full calls', async () => {
    const world = createWorldWithTasks();
    for (let second = 0; second < 60; second += 1) {
      world.askAt(second * 1_000, SCOPE, idsOf(50, `busy ${second} `), { timeMs: 180_000 });
    }
    const lone = world.askAt(20_500, OTHER_CYCLE, ['user 1'], { timeMs: 120_000 });
    await world.run();
    expect(lone.map(tasksGot)).toEqual(lone.map(tasksDue));
  });
});

describe('the number of waiting users', () => {
  test('counts each user of a cycle once, until its call is sent', async () => {
    const world = createWorldWithTasks();
    const seen: number[] = [];
    const look = () => seen.push(world.batcher.waitingUsers());
    world.askAt(0, SCOPE, ['user 1', 'user 2']);
    world.askAt(1, SCOPE, ['user 2', 'user 3']);
    world.askAt(2, OTHER_CYCLE, ['user 1']);
    for (const atMs of [0, 1, 2, 10_000]) world.clock.at(atMs, look);
    await world.run();
    expect(seen).toEqual([2, 3, 4, 0]);
  });
});
