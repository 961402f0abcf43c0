import { usersOf } from '../../support/batching-world';
import { createOperation } from '../../support/operation';
import { SCOPE, createWorldWithTasks } from '../../support/scoped-tasks';

describe('an operation whose client disconnects', () => {
  test('costs no call when no other operation waits', async () => {
    const world = createWorldWithTasks();
    const all = world.askAt(0, SCOPE, ['user 1', 'user 2'], { leavesAfterMs: 3 });
    await world.run();
    expect(world.calls).toEqual([]);
    expect(all.map((one) => one.outcome?.atMs)).toEqual([3, 3]);
    expect(world.batcher.waitingUsers()).toBe(0);
  });

  test('removes only the users that no other operation waits for', async () => {
    const world = createWorldWithTasks();
    world.askAt(0, SCOPE, ['user 1', 'user 2'], { leavesAfterMs: 3 });
    world.askAt(0, SCOPE, ['user 2', 'user 3']);
    await world.run();
    expect(usersOf(world.calls)).toEqual([['user 2', 'user 3']]);
  });

  test('aborts its call when it is the last one', async () => {
    const world = createWorldWithTasks();
    world.askAt(0, SCOPE, ['user 1'], { leavesAfterMs: 50 });
    world.askAt(0, SCOPE, ['user 2'], { leavesAfterMs: 70 });
    await world.run();
    expect(world.calls.map(({ abortedAtMs }) => abortedAtMs)).toEqual([70]);
  });

  test('costs no call when it ended before it asked', async () => {
    const world = createWorldWithTasks();
    const outcomes: unknown[] = [];
    world.clock.at(0, () => {
      const operation = createOperation({ signal: AbortSignal.abort() });
      for (const answer of world.batcher.load(SCOPE, ['user 1'], operation)) {
        answer.catch((error: unknown) => outcomes.push(error));
      }
    });
    await world.run();
    expect(world.calls).toEqual([]);
    expect(outcomes).toHaveLength(1);
  });
});
