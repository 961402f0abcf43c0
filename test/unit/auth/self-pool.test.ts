import { VirtualClock } from '../../support/virtual-clock';
import { createSelfPool } from '../../../src/auth/self-pool';

test('One room that comes free lets one of many waiting operations in, not all that it wakes', async () => {
  const clock = new VirtualClock();
  const pool = createSelfPool({ maxCalls: 15, windowMs: 60_000, clock });
  const { signal } = new AbortController();
  const operation = { signal, deadlineAtMs: 15_000 };
  const leaves: (() => void)[] = [];
  let entered = 0;
  clock.at(0, () => {
    for (let i = 0; i < 15; i += 1) {
      void pool.enter(`cycle ${i}`, 1, operation).then((leave) => leaves.push(leave));
    }
  });
  clock.at(1_000, () => {
    for (let i = 0; i < 30; i += 1) {
      pool.enter(`other ${i}`, 1, operation).then(
        () => (entered += 1),
        () => undefined,
      );
    }
  });
  // Its client disconnects before a call leaves.
  clock.at(2_000, () => leaves[0]?.());
  await clock.run();

  expect(leaves.length).toBe(15);
  expect(entered).toBe(1);
});
