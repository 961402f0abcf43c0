import type { CallLedger } from './call-ledger';
import type { Quota } from './pacing';

/** The ledger of a single process. */
export function createMemoryLedger(quota: Quota, nowMs: () => number): CallLedger {
  let callTimesMs: readonly number[] = [];
  let counted = 0;
  let closedUntilMs = -Infinity;

  return {
    view() {
      const now = nowMs();
      callTimesMs = callTimesMs.filter((timeMs) => timeMs > now - quota.windowMs);
      return Promise.resolve({
        nowMs: now,
        callTimesMs,
        foreignCallTimesMs: [],
        callsWaitingElsewhere: [],
        version: String(counted),
        closedUntilMs,
        notBeforeMs: -Infinity,
        quotaCalls: quota.calls,
      });
    },
    take(view) {
      if (view.version !== String(counted)) return Promise.resolve(false);
      callTimesMs = [...callTimesMs, nowMs()];
      counted += 1;
      return Promise.resolve(true);
    },
    closeFor(ms) {
      closedUntilMs = Math.max(closedUntilMs, nowMs() + ms);
      return Promise.resolve();
    },
    // There is nobody else.
    watchWaitingCalls: () => undefined,
  };
}
