import { errorOf } from '../../support/asking';
import { type BatchingWorld, MINUTE_MS, idsOf, usersOf } from '../../support/batching-world';
import {
  DONE,
  OTHER_CYCLE,
  SCOPE,
  TODO,
  createWorldWithTasks,
  tasksDue,
  tasksGot,
} from '../../support/scoped-tasks';
import { inTurn, rateLimited } from '../../support/scripted-feishu';

/** Spends the quota, so that no call is sent for a minute. */
function spend(world: BatchingWorld): void {
  for (let i = 0; i < 20; i += 1) world.askAt(0, SCOPE, idsOf(50, `burst ${i} `));
}

describe('an operation that cannot be answered in time', () => {
  test('is refused at once with a time to retry', async () => {
    const world = createWorldWithTasks();
    spend(world);
    const late = world.askAt(10_000, SCOPE, ['user 1'], { timeMs: 15_000 });
    await world.run();
    expect(late.map(errorOf)).toMatchObject([
      { code: 'UPSTREAM_RATE_LIMITED', details: { retryAfterMs: 50_000 } },
    ]);
    expect(late[0]?.outcome?.atMs).toBe(10_000);
    expect(usersOf(world.calls).flat()).not.toContain('user 1');
  });

  test('is answered when there is just enough time, a tenth of it for the call', async () => {
    const world = createWorldWithTasks();
    spend(world);
    const atMs = 10_000;
    const waitMs = MINUTE_MS - atMs;
    const enough = world.askAt(atMs, SCOPE, ['user 1'], { timeMs: Math.ceil(waitMs / 0.9) });
    const tooLittle = world.askAt(atMs, SCOPE, ['user 2'], {
      timeMs: Math.floor(waitMs / 0.9) - 2,
    });
    await world.run();
    expect(enough.map(tasksGot)).toEqual(enough.map(tasksDue));
    expect(tooLittle.map(errorOf)).toMatchObject([{ code: 'UPSTREAM_RATE_LIMITED' }]);
  });

  test('is refused at once behind a crowd that fills the calls before', async () => {
    const world = createWorldWithTasks({ quota: { calls: 1, windowMs: 10_000 } });
    world.askAt(0, SCOPE, idsOf(100), { timeMs: 22_000 });
    // The third call is sent after 20 s.
    const late = world.askAt(1, OTHER_CYCLE, ['user 101'], { timeMs: 22_100 });
    await world.run();
    expect(late.map(errorOf)).toMatchObject([{ code: 'UPSTREAM_RATE_LIMITED' }]);
    expect(late[0]?.outcome?.atMs).toBe(1);
  });

  test('is refused at once when different filters need too many calls', async () => {
    const quota = { calls: 1, windowMs: 10_000 };
    const world = createWorldWithTasks({ quota });
    world.askAt(0, TODO, ['user 1']);
    world.askAt(1, DONE, ['user 1']);
    // The third call is sent after 20 s.
    const late = world.askAt(2, SCOPE, ['user 1'], { timeMs: 15_000 });
    await world.run();
    expect(late.map(errorOf)).toMatchObject([{ code: 'UPSTREAM_RATE_LIMITED' }]);
    expect(late[0]?.outcome?.atMs).toBe(2);
  });

  test('is admitted when it has less time than an earlier crowd', async () => {
    const world = createWorldWithTasks({ quota: { calls: 1, windowMs: 10_000 } });
    world.askAt(0, SCOPE, idsOf(99), { timeMs: 300_000 });
    // The second call of the crowd has spare seats, and would be sent at 10 s too.
    const urgent = world.askAt(1_000, OTHER_CYCLE, ['user 100'], { timeMs: 14_000 });
    await world.run();
    expect(urgent.map(tasksGot)).toEqual(urgent.map(tasksDue));
  });

  test('is refused at once when the gate closes while it waits', async () => {
    const quota = { calls: 2, windowMs: 10_000 };
    const world = createWorldWithTasks({
      quota,
      fateOf: inTurn({ latencyMs: 1 }, { failure: rateLimited(60_000) }),
    });
    world.askAt(0, SCOPE, ['user 1']);
    world.askAt(5_000, SCOPE, ['user 2'], { timeMs: 5_000 });
    // Its call could have been sent at 10 s.
    const inLine = world.askAt(5_050, SCOPE, ['user 3'], { timeMs: 15_000 });
    await world.run();
    expect(inLine.map(errorOf)).toMatchObject([
      { code: 'UPSTREAM_RATE_LIMITED', details: { retryAfterMs: 60_000 } },
    ]);
    expect(inLine[0]?.outcome?.atMs).toBeLessThan(5_200);
  });
});
