import type { Clock } from '../domain/clock';
import { toError } from '../domain/to-error';
import type { ClosingReason } from '../quota/closing';
import type { QuotaGate } from '../quota/quota-gate';

/** A call that waits for its permit. */
export interface WaitingCall {
  /** Refuses the operations for which the call would be too late. */
  refuseLate(waitMs: number, reason: ClosingReason): void;
  /** Whether no operation waits for the call any more. */
  readonly isAbandoned: () => boolean;
  /** Sends the call, which has its permit now. */
  readonly send: () => void;
  /** Called if the call is abandoned, or with an error that only a defect of the gateway can cause. */
  readonly fail: (error: Error) => void;
}

/** Sends calls for pages in the order in which they were requested: one gate, one line, no favourites. */
export interface PageLane {
  readonly add: (call: WaitingCall) => void;
  /** Reports that operations have joined or left a waiting call. */
  readonly noteChange: () => void;
}

/**
 * A page follows from the one before it, so each operation waits for one page at a time. In order of request, a
 * client that reads a whole cycle and one that reads a single page take turns.
 */
export function createPageLane(gate: QuotaGate, clock: Clock): PageLane {
  let waiting: WaitingCall[] = [];
  let isRunning = false;
  let sleep = new AbortController();
  gate.watchWaitingCalls(() => waiting.filter((call) => !call.isAbandoned()).length);

  function dropAbandoned(): void {
    const abandoned = waiting.filter((call) => call.isAbandoned());
    waiting = waiting.filter((call) => !call.isAbandoned());
    for (const call of abandoned) call.fail(new Error('No operation waits for the page any more.'));
  }

  async function sendNext(): Promise<void> {
    const alarm = (sleep = new AbortController());
    const outlook = await gate.look();
    const { forecast } = outlook;
    let nthCall = 1;
    for (const call of waiting) {
      call.refuseLate(forecast.waitMs(nthCall), forecast.reason);
      if (!call.isAbandoned()) nthCall += 1;
    }
    dropAbandoned();
    if (waiting.length === 0) return;
    const permit = await gate.tryAcquire(outlook, { full: true });
    if (!permit.granted) {
      await clock.sleep(permit.waitMs, alarm.signal).catch(() => undefined);
      return;
    }
    dropAbandoned();
    const next = waiting.shift();
    if (next) next.send();
    // The last operation has ended while the permit was acquired. The permit is counted, so it may be a probe.
    else await gate.noteUnanswered();
  }

  async function run(): Promise<void> {
    isRunning = true;
    try {
      while (waiting.length > 0) await sendNext();
    } catch (error) {
      for (const call of waiting.splice(0)) call.fail(toError(error));
    } finally {
      isRunning = false;
    }
  }

  return {
    add(call) {
      waiting.push(call);
      if (isRunning) sleep.abort();
      else void run();
    },
    noteChange() {
      sleep.abort();
    },
  };
}
