import { answeredIds } from '../../support/asking';
import { MINUTE_MS, idsOf, createBatchingWorld, cycle } from '../../support/batching-world';

test('A deleted cycle costs at most five calls a minute, and fails no user of another cycle', async () => {
  let isDeleted = false;
  const isBad = (id: string) => isDeleted && id.startsWith('deleted');
  const world = createBatchingWorld({ isBad, isListed: (id) => id !== 'deleted' });
  world.askAt(0, cycle('deleted'), ['deleted 0']);
  world.clock.at(1_000, () => (isDeleted = true));
  const healthy = [1, 2, 3, 4, 5].flatMap((minute) => {
    world.askAt(minute * MINUTE_MS, cycle('deleted'), idsOf(50, `deleted ${minute} `));
    return Array.from({ length: 100 }, (_, i) =>
      world.askAt(minute * MINUTE_MS + i * 600, cycle('healthy'), [`user ${i} of ${minute}`]),
    );
  });
  await world.run();

  expect(answeredIds(healthy.flat())).toHaveLength(500);
  for (const minute of [1, 2, 3, 4, 5]) {
    const calls = world.calls.filter(
      ({ atMs, userIds }) =>
        Math.floor(atMs / MINUTE_MS) === minute && userIds.some((id) => id.startsWith('deleted')),
    );
    expect(calls.length).toBeLessThanOrEqual(5);
  }
});
