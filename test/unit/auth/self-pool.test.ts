import { createSelfPool } from '../../../src/auth/self-pool';
import { ManualClock } from '../../support/manual-clock';
import { VirtualClock } from '../../support/virtual-clock';

test('One call that becomes free admits one of many waiting operations', async () => {
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
  // The client disconnects before its call leaves.
  clock.at(2_000, () => leaves[0]?.());
  await clock.run();

  expect(leaves.length).toBe(15);
  expect(entered).toBe(1);
});

test('Seats are freed once, however often their operation leaves', async () => {
  const pool = createSelfPool({ maxCalls: 2, windowMs: 60_000, clock: new ManualClock() });
  const { signal } = new AbortController();
  const enter = (scope: string) => pool.enter(scope, 1, { signal, deadlineAtMs: 0 });
  const leave = await enter('a');
  await enter('a');
  leave();
  // The other operation of this scope keeps its seat.
  leave();
  await enter('b');
  await expect(enter('c')).rejects.toMatchObject({ code: 'RATE_LIMITED' });
});
