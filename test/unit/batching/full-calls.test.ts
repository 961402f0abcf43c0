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

describe('a crowd that arrives more slowly than a call fills while users are gathered', () => {
  /** @returns how many users each call has, and when the first one was sent */
  async function callsOfCrowd(users: number, everyMs: number) {
    const world = createWorldWithTasks();
    for (const [i, id] of idsOf(users).entries()) {
      world.askAt(1_000 + Math.floor(i * everyMs), SCOPE, [id]);
    }
    await world.run();
    const sizes = world.calls.map(({ userIds }) => userIds.length);
    return { sizes, firstAtMs: world.calls[0]?.atMs };
  }

  test('is gathered until the call is full', async () => {
    const { sizes } = await callsOfCrowd(4 * MAX_USERS_PER_CALL, 0.25);
    expect(sizes).toEqual(Array(4).fill(MAX_USERS_PER_CALL));
  });

  test('waits no longer than 20 ms', async () => {
    const { sizes, firstAtMs } = await callsOfCrowd(40, 1);
    expect(firstAtMs).toBe(1_020);
    // With the user that arrives then.
    expect(sizes[0]).toBe(21);
  });

  test('is sent when no user has arrived for 2 ms', async () => {
    const { sizes, firstAtMs } = await callsOfCrowd(12, 1);
    expect({ sizes, firstAtMs }).toEqual({ sizes: [12], firstAtMs: 1_013 });
  });

  test('waits 8 ms if users arrive rarely', async () => {
    const { firstAtMs } = await callsOfCrowd(6, 5);
    expect(firstAtMs).toBe(1_000 + GATHER_MS);
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
