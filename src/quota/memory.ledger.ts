import type { CallLedger, LedgerReading } from './call-ledger';
import { afterCall, closingFrom, later, OPEN, withoutProbe } from './closing';
import type { Quota } from './pacing';

/** A ledger for a single process. */
export function createMemoryLedger(quota: Quota, nowMs: () => number): CallLedger {
  let callTimesMs: readonly number[] = [];
  let counted = 0;
  let closing = OPEN;

  function recent(): LedgerReading {
    const now = nowMs();
    callTimesMs = callTimesMs.filter((timeMs) => timeMs > now - quota.windowMs);
    return {
      nowMs: now,
      callTimesMs,
      foreignCallTimesMs: [],
      callsWaitingElsewhere: [],
      version: String(counted),
      closing,
      notBeforeMs: -Infinity,
      quotaCalls: quota.calls,
    };
  }

  return {
    recent,
    read: () => Promise.resolve(recent()),
    take(reading, calls) {
      const now = nowMs();
      if (reading.version !== String(counted)) return Promise.resolve(0);
      let taken = 0;
      // A probe closes the gate behind itself.
      for (; taken < calls && closing.untilMs <= now; taken += 1) {
        callTimesMs = [...callTimesMs, now];
        closing = afterCall(closing, now);
      }
      counted += taken;
      return Promise.resolve(taken);
    },
    closeFor(request) {
      closing = later(withoutProbe(closing), closingFrom(request, nowMs()));
      return Promise.resolve();
    },
    noteAnswered() {
      closing = withoutProbe(closing);
      return Promise.resolve();
    },
    // No other replica needs to know.
    watchWaitingCalls: () => undefined,
    tellWaitingCalls: () => undefined,
  };
}
