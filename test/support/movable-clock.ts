import type { Clock } from '../../src/domain/clock';
import { systemClock } from '../../src/system-clock';

/** The machine's clock, which a test can advance, and the wall time of which it can step. */
export class MovableClock implements Clock {
  /** Differs from the wall clock and from the machine's monotonic clock. */
  #aheadMs = 7_654_321;
  #wallAheadMs = 0;

  now = (): number => systemClock.now() + this.#aheadMs;

  unixMs = (): number => systemClock.unixMs() + this.#wallAheadMs;

  advance(ms: number): void {
    this.#aheadMs += ms;
    this.#wallAheadMs += ms;
  }

  /** Sets the wall clock; no time passes. */
  stepWall(ms: number): void {
    this.#wallAheadMs += ms;
  }

  sleep = (ms: number, signal?: AbortSignal): Promise<void> => systemClock.sleep(ms, signal);
}
