import type { Clock } from './clock';

/** Converts a time on the monotonic clock to wall time. */
export type ToDate = (atMs: number) => Date;

/** The wall clock is rounded and slewed, so a smaller change of the clocks' difference is not a step. */
const NO_STEP_MS = 100;

/** A monotonic time always converts to the same wall time, until the wall clock is stepped. */
export function createWallTime(clock: Pick<Clock, 'now' | 'unixMs'>): ToDate {
  let aheadMs = clock.unixMs() - clock.now();
  return (atMs) => {
    const aheadNowMs = clock.unixMs() - clock.now();
    if (Math.abs(aheadNowMs - aheadMs) > NO_STEP_MS) aheadMs = aheadNowMs;
    return new Date(atMs + aheadMs);
  };
}
