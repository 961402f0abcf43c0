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

  test('waits for its call without an AbortSignal, which is slow to make', async () => {
    const world = createWorldWithTasks();
    const end = new EventTarget();
    const outcomes: string[] = [];
    const operation = {
      ...createOperation(),
      end: Object.assign(end, { aborted: false, reason: new DOMException('', 'AbortError') }),
      get signal(): AbortSignal {
        throw new Error('signal: expected no use, got one');
      },
    };
    world.clock.at(0, () => {
      for (const answer of world.batcher.load(SCOPE, ['user 1', 'user 2'], operation)) {
        answer.catch((error: unknown) => outcomes.push((error as Error).message));
      }
    });
    world.clock.at(50, () => {
      end.dispatchEvent(new Event('abort'));
    });
    await world.run();
    const disconnected = 'The client disconnected before Feishu answered.';
    expect(outcomes).toEqual([disconnected, disconnected]);
    expect(world.calls.map(({ abortedAtMs }) => abortedAtMs)).toEqual([50]);
  });
});
