import type { Clock } from '../../src/domain/clock';

/** A clock that only moves when told, or when somebody sleeps. */
export class ManualClock implements Clock {
  constructor(private ms = Date.UTC(2026, 10, 23)) {}

  now = (): number => this.ms;

  advance(ms: number): void {
    this.ms += ms;
  }

  sleep = (ms: number): Promise<void> => {
    this.ms += ms;
    return Promise.resolve();
  };
}
