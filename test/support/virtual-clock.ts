import type { Clock } from '../../src/domain/clock';

interface Timer {
  readonly atMs: number;
  readonly ring: () => void;
}

/**
 * Time that passes only when no work is left at the current moment: half an hour takes seconds, and every
 * run with the same seed is the same.
 */
export class VirtualClock implements Clock {
  #nowMs = 0;
  #wallAheadMs: number;
  /** Sorted, the next one last. */
  readonly #timers: Timer[] = [];

  /** @param waitForWork waits for work outside of this process. @returns whether there may be more */
  constructor(
    startsAtUnixMs = Date.UTC(2026, 10, 23),
    private readonly waitForWork = () => Promise.resolve(false),
  ) {
    this.#wallAheadMs = startsAtUnixMs;
  }

  now = (): number => this.#nowMs;

  unixMs = (): number => this.#nowMs + this.#wallAheadMs;

  /** Sets the wall clock; no time passes. */
  stepWall(ms: number): void {
    this.#wallAheadMs += ms;
  }

  at(atMs: number, ring: () => void): Timer {
    const timer = { atMs, ring };
    let i = this.#timers.length;
    while (i > 0 && (this.#timers[i - 1]?.atMs ?? Infinity) <= atMs) i -= 1;
    this.#timers.splice(i, 0, timer);
    return timer;
  }

  sleep = (ms: number, signal?: AbortSignal): Promise<void> =>
    new Promise((resolve, reject) => {
      if (signal?.aborted) {
        reject(new Error('woken'));
        return;
      }
      const timer = this.at(this.#nowMs + Math.max(0, ms), () => {
        signal?.removeEventListener('abort', onAbort);
        resolve();
      });
      const onAbort = () => {
        this.#timers.splice(this.#timers.indexOf(timer), 1);
        reject(new Error('woken'));
      };
      signal?.addEventListener('abort', onAbort, { once: true });
    });

  /** Runs until no timer is left. */
  async run(): Promise<void> {
    for (let next = this.#timers.pop(); next; next = this.#timers.pop()) {
      this.#nowMs = next.atMs;
      next.ring();
      do {
        // Completes all work of this moment, which may itself wait for the event loop once.
        await new Promise(setImmediate);
        await new Promise(setImmediate);
      } while (await this.waitForWork());
    }
  }
}
