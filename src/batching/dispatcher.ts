import type { Clock } from '../domain/clock';
import { toError } from '../domain/to-error';
import type { ClosingReason } from '../quota/closing';
import type { QuotaGate, Waiting } from '../quota/quota-gate';

export interface DispatcherOptions {
  readonly gate: QuotaGate;
  readonly clock: Clock;
  /** What waits; `undefined` when nobody does. */
  readonly waiting: () => Waiting | undefined;
  /** Everything that the next call needs is fetched before it is counted. */
  readonly ready: () => Promise<void>;
  /** Told how long no call at all leaves, and why. */
  readonly blocked: (ms: number, reason: ClosingReason) => void;
  /** Sends one call, which has been counted. */
  readonly leave: () => void;
  /** Something broke that should not; dispatcher go on when somebody comes. */
  readonly onDefect: (error: Error) => void;
}

/** So long the first of a crowd waits for the others: nobody notices, and it saves a call. */
const GATHER_MS = 8;

/** Lets calls leave one after the other as the gate allows, as long as anybody waits. */
export interface Dispatcher {
  /** Somebody has come; the next call may be more urgent, or full, by that. */
  changed(): void;
}

export function createDispatcher({
  gate,
  clock,
  waiting,
  ready,
  blocked,
  leave,
  onDefect,
}: DispatcherOptions): Dispatcher {
  let running = false;
  let alarm = new AbortController();

  async function run(): Promise<void> {
    running = true;
    try {
      await clock.sleep(GATHER_MS);
      for (;;) {
        // Whoever comes while the gate is asked rings this alarm, so that no arrival is overslept.
        alarm = new AbortController();
        await ready();
        const now = waiting();
        if (!now) break;
        const passage = await gate.tryPass(now);
        if (passage.passed) {
          leave();
          continue;
        }
        blocked(passage.blockedMs, passage.reason);
        await clock.sleep(passage.waitMs, alarm.signal).catch(() => undefined);
      }
    } finally {
      // In the very moment in which nobody was found waiting: whoever comes next starts anew.
      running = false;
    }
  }

  function start(): void {
    run().catch((error: unknown) => {
      onDefect(toError(error));
    });
  }

  return {
    changed() {
      if (running) alarm.abort();
      else start();
    },
  };
}
