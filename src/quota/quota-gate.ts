import type { Clock } from '../domain/clock';
import type { CallLedger, LedgerView } from './call-ledger';
import {
  evenlySpacedAtMs,
  nextLeaveAtMs,
  quotaAllowsAtMs,
  requestsRemembered,
  type Quota,
} from './pacing';

/** What waits for the gate to open. */
export interface Waiting {
  /** Whether a call would leave without a free seat. */
  readonly full: boolean;
  /** When the first of those who wait must have left to be answered in time. */
  readonly leaveByMs: number;
  /** Nobody waits for an answer: only calls that are not likely to be missed may be spent. */
  readonly background?: boolean;
}

/** How much of the quota is left, for people to see. Times on the clock of the process. */
export interface QuotaStatus {
  readonly callsPerMinute: number;
  readonly callsLeft: number;
  /** When a call may leave next; in the past when one may leave now. */
  readonly nextCallAtMs: number;
  /** Until when upstream wants to be left alone; in the past when it does not. */
  readonly closedUntilMs: number;
}

export type Passage =
  | { readonly passed: true }
  /** Ask again after this time, or when what waits has become more urgent. */
  | {
      readonly passed: false;
      readonly waitMs: number;
      /** Nobody's call leaves earlier than that, however urgent it is. */
      readonly blockedMs: number;
    };

/** When one API's calls may leave. Whoever passes has spent a call, whatever comes of it. */
export interface QuotaGate {
  /** Tells the pacing how busy it is: once for each request, however many users it is about. */
  noteRequest(): void;
  tryPass(waiting: Waiting): Promise<Passage>;
  /** How long it takes at least until each of the next calls may leave. */
  forecastMs(calls: number): Promise<number[]>;
  status(): Promise<QuotaStatus>;
  /** Upstream wants to be left alone. */
  closeFor(ms: number): Promise<void>;
  /** Where to read how many calls wait here: who shares the quota has to reckon with them. */
  watchWaitingCalls(read: () => number): void;
}

/** Spends a call as soon as the quota allows one. False: that would take longer, or nobody waits any more. */
export async function passGate(
  gate: QuotaGate,
  clock: Clock,
  signal: AbortSignal,
  withinMs: number,
): Promise<boolean> {
  const giveUpAtMs = clock.now() + withinMs;
  while (!signal.aborted) {
    const passage = await gate.tryPass({ full: true, leaveByMs: clock.now() });
    if (passage.passed) return true;
    if (clock.now() + passage.waitMs > giveUpAtMs) return false;
    await clock.sleep(passage.waitMs, signal).catch(() => undefined);
  }
  return false;
}

const MINUTE_MS = 60_000;
/** Timers cannot count months; whoever waits so long asks again. */
const LONGEST_WAIT_MS = 60_000;
/** Background work stops at this share of the quota, so that whoever comes next finds calls left. */
const BACKGROUND_SHARE = 0.5;

export interface QuotaGateOptions {
  readonly quota: Quota;
  readonly ledger: CallLedger;
  /** On the clock of the requests' deadlines. */
  readonly nowMs: () => number;
}

export function createQuotaGate({ quota, ledger, nowMs }: QuotaGateOptions): QuotaGate {
  let requestTimesMs: readonly number[] = [];

  /** The hard limits: closing and quota. */
  function allowedAtMs(view: LedgerView, calls = view.quotaCalls): number {
    const inWindowAtMs = quotaAllowsAtMs({ ...quota, calls }, view.callTimesMs);
    return Math.max(view.closedUntilMs, view.notBeforeMs, inWindowAtMs);
  }

  function leaveAtMs(view: LedgerView, waiting: Waiting): number {
    const calls = view.quotaCalls * (waiting.background ? BACKGROUND_SHARE : 1);
    const share = { ...quota, calls: Math.max(1, Math.floor(calls)) };
    const pacedAtMs = waiting.background
      ? evenlySpacedAtMs(share, view.callTimesMs)
      : nextLeaveAtMs(share, { ...view, requestTimesMs: requestsOf(view), full: waiting.full });
    // Even spacing is a courtesy to those who come later; nobody shall be too late for it.
    return Math.max(allowedAtMs(view, share.calls), Math.min(pacedAtMs, waiting.leaveByMs));
  }

  /** Elsewhere a request is seen by its call only: few of them are as many calls, many are paced anyway. */
  function requestsOf({ foreignCallTimesMs }: LedgerView): readonly number[] {
    return [...requestTimesMs, ...foreignCallTimesMs];
  }

  return {
    noteRequest() {
      requestTimesMs = [...requestTimesMs, nowMs()].slice(-requestsRemembered(quota));
    },

    async tryPass(waiting) {
      const view = await ledger.view();
      // Timers count whole milliseconds; one that rings early would exceed the quota by that much.
      const waitMs = Math.ceil(leaveAtMs(view, waiting) - view.nowMs);
      const blockedMs = Math.max(0, allowedAtMs(view) - view.nowMs);
      if (waitMs > 0)
        return { passed: false, waitMs: Math.min(waitMs, LONGEST_WAIT_MS), blockedMs };
      return (await ledger.take(view)) ? { passed: true } : { passed: false, waitMs: 0, blockedMs };
    },

    async forecastMs(calls) {
      const view = await ledger.view();
      const leaveAtMs = leaveTimesMs(quota, view, callsBefore(view, calls) + calls);
      return Array.from({ length: calls }, (_, i) => {
        const nth = callsBefore(view, i + 1) + i;
        return (leaveAtMs[nth] ?? view.nowMs) - view.nowMs;
      });
    },

    async status() {
      const view = await ledger.view();
      return {
        callsPerMinute: (quota.calls * MINUTE_MS) / quota.windowMs,
        callsLeft: Math.max(0, view.quotaCalls - view.callTimesMs.length),
        nextCallAtMs: allowedAtMs(view),
        closedUntilMs: view.closedUntilMs,
      };
    },

    closeFor: (ms) => ledger.closeFor(ms),

    watchWaitingCalls(read) {
      ledger.watchWaitingCalls(read);
    },
  };
}

/** Of the others' calls that wait, as many as of ours come first: nobody is served before everybody else. */
function callsBefore({ callsWaitingElsewhere }: LedgerView, ownCalls: number): number {
  return callsWaitingElsewhere.reduce((sum, waiting) => sum + Math.min(waiting, ownCalls), 0);
}

/** When the next calls may leave at the earliest, whoever makes them. */
function leaveTimesMs(quota: Quota, view: LedgerView, calls: number): number[] {
  const callTimesMs = [...view.callTimesMs];
  for (let i = 0; i < calls; i += 1) {
    const allowedAtMs = quotaAllowsAtMs({ ...quota, calls: view.quotaCalls }, callTimesMs);
    callTimesMs.push(Math.max(view.nowMs, view.closedUntilMs, view.notBeforeMs, allowedAtMs));
  }
  return callTimesMs.slice(view.callTimesMs.length);
}
