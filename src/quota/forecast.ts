import type { LedgerView } from './call-ledger';
import { withoutProbe } from './closing';
import { quotaAllowsAtMs, type Quota } from './pacing';

/** As if the probe had been answered: its answer opens the gate, or closes it and says for how long. */
export function onceAnswered(view: LedgerView): LedgerView {
  return { ...view, closing: withoutProbe(view.closing) };
}

/** How long it takes at least until each of the next calls of this process may leave. */
export function waitsMs(quota: Quota, view: LedgerView, calls: number): number[] {
  const leaveAtMs = leaveTimesMs(quota, view, callsBefore(view, calls) + calls);
  return Array.from({ length: calls }, (_, i) => {
    const nth = callsBefore(view, i + 1) + i;
    return (leaveAtMs[nth] ?? view.nowMs) - view.nowMs;
  });
}

/** Of the others' calls that wait, as many as of ours come first: no replica is served before all others. */
function callsBefore({ callsWaitingElsewhere }: LedgerView, ownCalls: number): number {
  return callsWaitingElsewhere.reduce((sum, waiting) => sum + Math.min(waiting, ownCalls), 0);
}

/** When the next calls may leave at the earliest, whichever replica makes them. */
function leaveTimesMs(quota: Quota, view: LedgerView, calls: number): number[] {
  const callTimesMs = [...view.callTimesMs];
  for (let i = 0; i < calls; i += 1) {
    const allowedAtMs = quotaAllowsAtMs({ ...quota, calls: view.quotaCalls }, callTimesMs);
    callTimesMs.push(Math.max(view.nowMs, view.closing.untilMs, view.notBeforeMs, allowedAtMs));
  }
  return callTimesMs.slice(view.callTimesMs.length);
}
