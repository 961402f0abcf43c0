import fc from 'fast-check';
import type { QuotaGate } from '../../../src/quota/quota-gate';
import { idsOf, type BatchingWorld } from '../../support/batching-world';
import { OTHER_CYCLE, SCOPE, TODO, createWorldWithTasks } from '../../support/scoped-tasks';

const QUOTA = { calls: 8, windowMs: 2_000 };

/** Notes how many calls each permit is for. @param atMost how many the dispatcher asks for at most */
function watchPermits({ gate }: BatchingWorld, atMost = Infinity): number[] {
  const granted: number[] = [];
  const tryAcquire = gate.tryAcquire.bind(gate);
  const watched: QuotaGate['tryAcquire'] = async (outlook, demand) => {
    const permit = await tryAcquire(outlook, {
      ...demand,
      calls: Math.min(demand.calls ?? 1, atMost),
    });
    if (permit.granted) granted.push(permit.calls);
    return permit;
  };
  gate.tryAcquire = watched;
  return granted;
}

describe('full calls that may all be sent now', () => {
  test('are permitted together', async () => {
    const world = createWorldWithTasks();
    const permits = watchPermits(world);
    world.askAt(1_000, SCOPE, idsOf(220));
    await world.run();
    expect(permits).toEqual([4, 1]);
    expect(world.calls.map(({ userIds }) => userIds.length)).toEqual([50, 50, 50, 50, 20]);
  });

  test('are permitted one by one if not all waiting calls fit before the reserve', async () => {
    const world = createWorldWithTasks({ quota: QUOTA });
    const permits = watchPermits(world);
    world.askAt(1_000, SCOPE, idsOf(350));
    await world.run();
    // Six calls of eight come before the reserve.
    expect(permits).toEqual(Array(7).fill(1));
  });

  const asks = fc.record({
    atMs: fc.integer({ min: 0, max: 3_000 }),
    users: fc.integer({ min: 1, max: 220 }),
    scope: fc.constantFrom(SCOPE, SCOPE, OTHER_CYCLE, TODO),
    timeMs: fc.constantFrom(500, 2_000, 10_000),
    leavesAfterMs: fc.option(fc.integer({ min: 1, max: 1_000 }), { nil: undefined }),
    leavesReserve: fc.boolean(),
  });

  test('are the same calls at the same times as if they were permitted one by one', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(asks, { maxLength: 8 }), async (list) => {
        const [together, oneByOne] = [Infinity, 1].map(async (atMost) => {
          const world = createWorldWithTasks({ quota: QUOTA });
          watchPermits(world, atMost);
          for (const [i, { atMs, scope, users, ...options }] of list.entries()) {
            world.askAt(atMs, scope, idsOf(users, `${i} `), options);
          }
          await world.run();
          return world.calls.map(({ atMs, userIds }) => ({ atMs, userIds }));
        });
        expect(await together).toEqual(await oneByOne);
      }),
      { numRuns: 40 },
    );
  });
});
