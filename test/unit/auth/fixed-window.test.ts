import { createFixedWindow } from '../../../src/auth/fixed-window';
import { ManualClock } from '../../support/manual-clock';

test('A fixed window is used up, and starts again after a minute', () => {
  const clock = new ManualClock();
  const window = createFixedWindow(3, clock.now);
  const take = (times: number) => Array.from({ length: times }, () => window.take());

  expect(take(5)).toEqual([true, true, true, false, false]);
  clock.advance(59_999);
  expect(take(1)).toEqual([false]);
  clock.advance(1);
  expect(take(4)).toEqual([true, true, true, false]);
});
