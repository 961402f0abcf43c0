import type { Clock } from '../../src/domain/clock';

/**
 * A clock that moves only when a test advances it, or when code sleeps on it. Its two times start far apart,
 * so that code that confuses them fails.
 */
export class ManualClock implements Clock {
  constructor(
    private wallMs = Date.UTC(2026, 10, 23),
    private ms = 7_654_321,
  ) {}

  now = (): number => this.ms;

  unixMs = (): number => this.wallMs;

  advance(ms: number): void {
    this.ms += ms;
    this.wallMs += ms;
  }

  /** Sets the wall clock; no time passes. */
  stepWall(ms: number): void {
    this.wallMs += ms;
  }

  sleep = (ms: number): Promise<void> => {
    this.advance(ms);
    return Promise.resolve();
  };
}
