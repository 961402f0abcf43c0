import type { Clock } from './clock';

/** The wall time of a moment on the monotonic clock. */
export type ToDate = (atMs: number) => Date;

/** Wall time has whole milliseconds and is slewed; a smaller difference between the clocks is no step. */
const NO_STEP_MS = 100;

/** One moment keeps one wall time, however often it is asked for, until the wall clock is stepped. */
export function createWallTime(clock: Pick<Clock, 'now' | 'unixMs'>): ToDate {
  let aheadMs = clock.unixMs() - clock.now();
  return (atMs) => {
    const aheadNowMs = clock.unixMs() - clock.now();
    if (Math.abs(aheadNowMs - aheadMs) > NO_STEP_MS) aheadMs = aheadNowMs;
    return new Date(atMs + aheadMs);
  };
}
