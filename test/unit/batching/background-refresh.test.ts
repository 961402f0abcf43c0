import type { BatchScope } from '../../../src/batching/scope';
import { type BatchingWorld, idsOf, usersOf } from '../../support/batching-world';
import {
  OTHER_CYCLE,
  SCOPE,
  TODO,
  createWorldWithTasks,
  tasksDue,
  tasksGot,
} from '../../support/scoped-tasks';

describe('a background refresh', () => {
  test('is remembered, and its users do not count as waiting', async () => {
    const world = createWorldWithTasks();
    world.clock.at(0, () => {
      world.batcher.refresh(SCOPE, idsOf(3));
    });
    world.clock.at(1, () => {
      expect(world.batcher.waitingUsers()).toBe(0);
    });
    await world.run();
    expect(usersOf(world.calls)).toEqual([idsOf(3)]);
    expect(world.remembered).toHaveLength(3);
  });

  test('is made once for users that are being refreshed', async () => {
    const world = createWorldWithTasks();
    for (const atMs of [0, 1, 50]) {
      world.clock.at(atMs, () => {
        world.batcher.refresh(SCOPE, ['user 1']);
      });
    }
    world.clock.at(1_000, () => {
      world.batcher.refresh(SCOPE, ['user 1']);
    });
    await world.run();
    expect(world.calls).toHaveLength(2);
  });

  test('uses only the spare seats of a call', async () => {
    const world = createWorldWithTasks();
    world.clock.at(0, () => {
      world.batcher.refresh(SCOPE, idsOf(40, 'stale '));
    });
    world.askAt(1, SCOPE, idsOf(45));
    await world.run();
    const [first = []] = usersOf(world.calls);
    expect(first).toEqual(expect.arrayContaining(idsOf(45)));
    expect(first).toHaveLength(50);
  });

  test('does not delay operations, however long it has waited itself', async () => {
    const world = createWorldWithTasks();
    // Half of the quota is spent, so that refreshes wait for the rest of the minute.
    for (let i = 0; i < 10; i += 1) world.askAt(0, SCOPE, idsOf(50, `burst ${i} `));
    world.clock.at(1_000, () => {
      world.batcher.refresh(SCOPE, ['stale']);
    });
    const waiting = world.askAt(30_000, OTHER_CYCLE, ['user 1'], { timeMs: 40_000 });
    await world.run();
    expect(waiting.map(tasksGot)).toEqual(waiting.map(tasksDue));
    expect(waiting[0]?.outcome?.atMs).toBeLessThan(35_000);
  });
});

describe('a call with spare seats', () => {
  const FRESH_FOR_LONG_MS = 40_000;

  function noteAsked(world: BatchingWorld, scope: BatchScope, userIds: string[]) {
    for (const userId of userIds) world.refreshAhead.noteServed(scope, userId, 0);
  }

  test('refreshes users of its own cycle and filter whose answers expire soon', async () => {
    const world = createWorldWithTasks();
    world.clock.at(FRESH_FOR_LONG_MS, () => {
      noteAsked(world, SCOPE, idsOf(3, 'soon stale '));
      noteAsked(world, OTHER_CYCLE, idsOf(3, 'of another cycle '));
    });
    const waiting = [
      world.askAt(FRESH_FOR_LONG_MS, TODO, ['user 1']),
      world.askAt(FRESH_FOR_LONG_MS + 10_000, SCOPE, ['user 2']),
    ];
    await world.run();

    const [first, second = []] = usersOf(world.calls);
    expect(first).toEqual(['user 1']);
    expect([...second].sort()).toEqual([...idsOf(3, 'soon stale '), 'user 2']);
    expect(waiting.flat().map(tasksGot)).toEqual(waiting.flat().map(tasksDue));
    expect(world.remembered.filter(([key]) => key.includes('soon stale'))).toHaveLength(3);
  });
});
