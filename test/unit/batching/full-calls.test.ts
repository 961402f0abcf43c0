import { MAX_USERS_PER_CALL } from '../../../src/feishu/ports';
import { idsOf, usersOf } from '../../support/batching-world';
import { GATHER_MS, SCOPE, createWorldWithTasks } from '../../support/scoped-tasks';

describe('full calls', () => {
  test('are sent at once, since waiting cannot fill them further', async () => {
    const world = createWorldWithTasks();
    world.askAt(1_000, SCOPE, idsOf(4 * MAX_USERS_PER_CALL));
    await world.run();
    expect(world.calls.map(({ atMs }) => atMs)).toEqual([1_000, 1_000, 1_000, 1_000]);
  });

  test('do not take the waiting time of the users that are left', async () => {
    const world = createWorldWithTasks();
    const ids = idsOf(MAX_USERS_PER_CALL + 10);
    world.askAt(1_000, SCOPE, ids);
    world.askAt(1_005, SCOPE, ['late']);
    await world.run();
    expect(world.calls.map(({ atMs }) => atMs)).toEqual([1_000, 1_000 + GATHER_MS]);
    expect(usersOf(world.calls)).toEqual([
      ids.slice(0, MAX_USERS_PER_CALL),
      [...ids.slice(MAX_USERS_PER_CALL), 'late'],
    ]);
  });

  test('are sent as soon as the last seat is taken', async () => {
    const world = createWorldWithTasks();
    world.askEachAt(1_000, SCOPE, idsOf(MAX_USERS_PER_CALL));
    await world.run();
    expect(world.calls.map(({ atMs }) => atMs)).toEqual([1_000]);
  });
});

describe('users that arrive one after the other in a moment', () => {
  test('make the dispatcher read the ledger a few times, and not once for each user', async () => {
    const world = createWorldWithTasks();
    const look = world.gate.look.bind(world.gate);
    let looks = 0;
    world.gate.look = () => {
      looks += 1;
      return look();
    };
    // The first users make the gateway busy, so that the others wait until calls are spaced again.
    world.askEachAt(0, SCOPE, idsOf(20, 'earlier '));
    world.clock.at(1_000, () => {
      looks = 0;
      void arriveInTurn(idsOf(40), (userId) => world.ask(SCOPE, [userId]));
    });
    world.clock.at(1_001, () => {
      expect(looks).toBeGreaterThan(0);
      expect(looks).toBeLessThanOrEqual(4);
    });
    await world.run();
    expect(world.calls.flatMap(({ userIds }) => userIds)).toHaveLength(60);
  });
});

/** As requests that are read one after the other: the work of each is done before the next one arrives. */
async function arriveInTurn(
  userIds: readonly string[],
  ask: (userId: string) => unknown,
): Promise<void> {
  for (const userId of userIds) {
    ask(userId);
    for (let i = 0; i < 50; i += 1) await Promise.resolve();
  }
}
