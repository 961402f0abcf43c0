import { GatewayError } from '../../../src/domain/errors';
import { answeredIds, errorOf, codeOf, failedIds, type Asked } from '../../support/asking';
import {
  type BatchingWorld,
  MINUTE_MS,
  SECOND_MS,
  idsOf,
  createBatchingWorld,
  cycle,
} from '../../support/batching-world';
import { createOperation } from '../../support/operation';
import { inTurn } from '../../support/scripted-feishu';

const tookMs = (asked: readonly Asked[]) => asked.map(({ outcome }) => outcome?.tookMs ?? NaN);

test('A background refresh never delays operations', async () => {
  const world = createBatchingWorld();
  const busy = Array.from({ length: 40 }, (_, i) =>
    world.askAt(i * 4_000, cycle('busy'), [`x${i}`]),
  );
  world.clock.at(60_500, () => {
    world.batcher.refresh(cycle('other'), ['stale']);
  });
  await world.run();

  expect(failedIds(busy.flat())).toEqual([]);
  expect(Math.max(...tookMs(busy.flat()))).toBeLessThan(4_000);
});

test('Waiting operations are refused at once when Feishu closes for longer than they can wait', async () => {
  const closed = new GatewayError('UPSTREAM_RATE_LIMITED', 'closed', { retryAfterMs: 40_000 });
  const world = createBatchingWorld({ fateOf: inTurn({ failure: closed }) });
  for (let i = 0; i < 3; i += 1) world.askAt(0, cycle('first'), [`early${i}`]);
  world.askAt(50, cycle('second'), ['waiting']);
  world.askAt(60, cycle('third'), ['waiting too']);
  await world.run();

  const refused = world.asked.filter(({ outcome }) => outcome?.error);
  expect(refused.length).toBeGreaterThan(0);
  for (const one of refused) {
    expect(codeOf(one)).toBe('UPSTREAM_RATE_LIMITED');
    expect(errorOf(one)?.details.retryAfterMs).toBeGreaterThan(30_000);
    expect(one.outcome?.tookMs).toBeLessThan(200);
  }
});

test('A user that was answered before and is refused now fails no other user', async () => {
  let hasLeft = false;
  const world = createBatchingWorld({ isBad: (userId) => hasLeft && userId === 'u7' });
  const before = world.askAt(0, cycle('cycle'), idsOf(50, 'u'));
  world.clock.at(1_000, () => (hasLeft = true));
  const after = world.askAt(2_000, cycle('cycle'), idsOf(50, 'u'));
  await world.run();

  expect([before, after].map(failedIds)).toEqual([[], ['u7']]);
});

test('A user that one cycle refuses is answered in another', async () => {
  const world = createBatchingWorld({
    isBad: (userId, { semesterId }) => semesterId === 'old' && userId === 'u1',
  });
  world.askAt(0, cycle('old'), ['u2']);
  const refused = world.askAt(5_000, cycle('old'), ['u1']);
  world.askAt(10_000, cycle('new'), ['u1']);
  await world.run();

  expect(world.asked.filter(({ outcome }) => outcome?.error)).toEqual(refused);
});

test('A busy cycle does not starve a quiet one', async () => {
  const world = createBatchingWorld();
  for (let i = 0; i < 100; i += 1) {
    world.askAt(i * 1_000, cycle('busy'), idsOf(9, `user of ${i}, `));
  }
  const quiet = Array.from({ length: 10 }, (_, i) =>
    world.askAt(5_000 + i * 7_000, cycle('quiet'), [`q${i}`]),
  );
  await world.run();

  expect(quiet.flat()).toHaveLength(10);
  expect(failedIds(quiet.flat())).toEqual([]);
});

test('An operation that asks again for a user that has just been answered is answered', async () => {
  const world = createBatchingWorld();
  const operation = createOperation();
  const ask = () => world.batcher.load(cycle('cycle'), ['u'], operation)[0];
  let again = false;
  world.clock.at(0, () => void ask()?.then(() => ask()?.then(() => (again = true))));
  await world.run();

  expect(again).toBe(true);
});

describe.each([1, 2, 3, 4, 5, 6, 7, 8])('a full call behind %i older lone users', (lone) => {
  /** The users and when the full call was sent. */
  async function runFullCall(
    prepare: (world: BatchingWorld) => void,
    loneAtMs: number,
    fullAtMs: number,
  ) {
    const world = createBatchingWorld();
    prepare(world);
    // Each has a cycle of its own, so that no two share a call.
    const older = idsOf(lone, 'lone ').map((id) => world.askAt(loneAtMs, cycle(id), [id]));
    const full = world.askEachAt(fullAtMs, cycle('full'), idsOf(50, 'user '));
    await world.run();
    const call = world.calls.find(({ semesterId }) => semesterId === 'full');
    return { older: older.flat(), full, leftAtMs: call?.atMs ?? NaN };
  }

  test('is sent at once while the window is empty, and they are all answered', async () => {
    const { older, full, leftAtMs } = await runFullCall(() => undefined, 0, SECOND_MS);
    expect(leftAtMs - SECOND_MS).toBeLessThanOrEqual(10);
    expect(answeredIds(full)).toHaveLength(50);
    expect(answeredIds(older)).toHaveLength(lone);
  });

  test('is sent as soon as the quota has room again, and they are all answered', async () => {
    const spend = (world: BatchingWorld) => {
      for (let i = 0; i < 20; i += 1) {
        world.askAt(i * SECOND_MS, cycle('before'), idsOf(50, `before ${i}, `));
      }
    };
    const [loneAtMs, fullAtMs] = [55 * SECOND_MS, 57 * SECOND_MS];
    const { older, full, leftAtMs } = await runFullCall(spend, loneAtMs, fullAtMs);
    expect(leftAtMs).toBeGreaterThanOrEqual(MINUTE_MS);
    expect(leftAtMs).toBeLessThanOrEqual(MINUTE_MS + 10);
    expect(answeredIds(full)).toHaveLength(50);
    expect(answeredIds(older)).toHaveLength(lone);
  });
});
