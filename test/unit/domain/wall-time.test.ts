import { createWallTime } from '../../../src/domain/wall-time';
import { ManualClock } from '../../support/manual-clock';

describe('the wall time of a monotonic time', () => {
  test('is what the wall clock shows now, minus the time since', () => {
    const clock = new ManualClock(Date.UTC(2026, 10, 23));
    const toDate = createWallTime(clock);
    const atMs = clock.now();
    clock.advance(30_000);
    expect(toDate(atMs)).toEqual(new Date('2026-11-23T00:00:00Z'));
    clock.stepWall(-3_600_000);
    expect(toDate(atMs)).toEqual(new Date('2026-11-22T23:00:00Z'));
    expect(toDate(clock.now() + 1_000)).toEqual(new Date('2026-11-22T23:00:31Z'));
  });

  test('stays the same while the clocks drift apart by a little', () => {
    const clock = new ManualClock(Date.UTC(2026, 10, 23));
    const toDate = createWallTime(clock);
    const atMs = clock.now();
    clock.stepWall(1);
    expect(toDate(atMs)).toEqual(new Date('2026-11-23T00:00:00Z'));
  });
});
