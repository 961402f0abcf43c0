import { GatewayError } from '../../../src/domain/errors';
import { errorOf } from '../../support/asking';
import { idsOf } from '../../support/batching-world';
import {
  DONE,
  GATHER_MS,
  SCOPE,
  TODO,
  createWorldWithTasks,
  tasksDue,
  tasksGot,
} from '../../support/scoped-tasks';
import { LATENCY_MS, inTurn, rateLimited, unavailable } from '../../support/scripted-feishu';

describe('a call that Feishu does not answer', () => {
  test('is made again after a rate limit, and its users are answered', async () => {
    const world = createWorldWithTasks({ fateOf: inTurn({ failure: rateLimited(7_000) }) });
    const all = world.askAt(0, SCOPE, ['user 1', 'user 2']);
    await world.run();
    expect(world.calls).toHaveLength(2);
    const closedAtMs = GATHER_MS + LATENCY_MS;
    expect(world.calls[1]?.atMs).toBeGreaterThanOrEqual(closedAtMs + 7_000);
    expect(world.calls[1]?.atMs).toBeLessThanOrEqual(closedAtMs + 7_000 + GATHER_MS);
    expect(all.map(tasksGot)).toEqual(all.map(tasksDue));
  });

  test('fails at once for operations that cannot wait that long, and is made again for others', async () => {
    const world = createWorldWithTasks({ fateOf: inTurn({ failure: rateLimited(20_000) }) });
    const hasty = world.askAt(0, SCOPE, ['user 1'], { timeMs: 10_000 });
    const patient = world.askAt(0, SCOPE, ['user 2'], { timeMs: 60_000 });
    await world.run();
    expect(hasty.map(errorOf)).toMatchObject([
      { code: 'UPSTREAM_RATE_LIMITED', details: { retryAfterMs: 20_000 } },
    ]);
    expect(hasty[0]?.outcome?.atMs).toBe(GATHER_MS + LATENCY_MS);
    expect(patient.map(tasksGot)).toEqual(patient.map(tasksDue));
  });

  test('fails all operations that share it, and no later one', async () => {
    const world = createWorldWithTasks({ fateOf: inTurn({ failure: unavailable() }) });
    const all = world.askAt(0, SCOPE, ['user 1', 'user 2']);
    const after = world.askAt(200, SCOPE, ['user 1']);
    await world.run();
    expect(all.map(errorOf)).toMatchObject(Array(2).fill({ code: 'UPSTREAM_UNAVAILABLE' }));
    expect(after.map(tasksGot)).toEqual(after.map(tasksDue));
    expect(world.calls).toHaveLength(2);
  });
});

describe('a call', () => {
  test('spends no quota when there is no token', async () => {
    const tokenFailure = new GatewayError('UPSTREAM_PERMISSION_DENIED', 'no token');
    const world = createWorldWithTasks({ tokenFailure });
    const all = [
      world.askAt(0, SCOPE, ['user 1', 'user 2']),
      world.askAt(1_000, SCOPE, ['user 3']),
    ];
    await world.run();

    expect(all.flat().map(errorOf)).toEqual(Array(3).fill(tokenFailure));
    expect(world.calls).toEqual([]);
    expect(world.batcher.waitingUsers()).toBe(0);
  });

  test('waits for its token when Feishu rate-limits token requests', async () => {
    const tokenFailure = new GatewayError('UPSTREAM_RATE_LIMITED', 'wait', { retryAfterMs: 5_000 });
    const world = createWorldWithTasks({ tokenFailure });
    const patient = world.askAt(0, SCOPE, ['user 1']);
    const urgent = world.askAt(0, SCOPE, ['user 2'], { timeMs: 4_000 });
    world.clock.at(6_000, () => {
      expect(world.batcher.waitingUsers()).toBe(1);
    });
    await world.run();

    expect(urgent.map(errorOf)).toMatchObject([
      { code: 'UPSTREAM_RATE_LIMITED', details: { retryAfterMs: 5_000 } },
    ]);
    expect(urgent[0]?.outcome?.atMs).toBeLessThan(100);
    expect(patient[0]?.outcome?.atMs).toBeGreaterThan(6_000);
  });

  test('does not count users under another filter as its own', async () => {
    const world = createWorldWithTasks();
    // Busy, so that a call with spare seats waits for its turn.
    for (let i = 0; i < 15; i += 1) world.askAt(i * 10, SCOPE, [`busy ${i}`]);
    world.askAt(1_000, TODO, idsOf(30));
    world.askAt(1_000, DONE, idsOf(30));
    await world.run();
    const first = world.calls.find(({ userIds }) => userIds.length === 30);

    expect(first?.atMs).toBeGreaterThan(1_500);
  });
});
