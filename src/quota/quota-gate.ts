import type { ClosedReason } from '../domain/closed-reason';
import type { CallLedger, LedgerView } from './call-ledger';
import { reasonAt, toClosedReason, type ClosingReason, type ClosingRequest } from './closing';
import { onceAnswered, waitsMs } from './forecast';
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

/** How much of the quota is left, for people to see. Times on the monotonic clock of the process. */
export interface QuotaStatus {
  readonly callsPerMinute: number;
  readonly callsLeft: number;
  /** When a call may leave next; in the past when one may leave now. */
  readonly nextCallAtMs: number;
  /** Until when upstream wants to be left alone; in the past when it does not. */
  readonly closedUntilMs: number;
  readonly closedReason: ClosedReason | null;
}

export type Passage =
  | { readonly passed: true }
  /** Ask again after this time, or when what waits has become more urgent. */
  | {
      readonly passed: false;
      readonly waitMs: number;
      /** No call leaves earlier than that, however urgent it is. */
      readonly blockedMs: number;
      /** Whether upstream wants to be left alone, and why. */
      readonly reason: ClosingReason;
    };

/** How long it takes at least until each of the next calls may leave. */
export interface Forecast {
  readonly waitsMs: readonly number[];
  readonly reason: ClosingReason;
}

/** When one API's calls may leave. Whoever passes has spent a call, whatever comes of it. */
export interface QuotaGate {
  /** Tells the pacing how busy it is: once for each request, however many users it is about. */
  noteRequest(): void;
  tryPass(waiting: Waiting): Promise<Passage>;
  /** Expects of a probe that it is answered. */
  forecast(calls: number): Promise<Forecast>;
  status(): Promise<QuotaStatus>;
  /** Upstream wants to be left alone. */
  closeFor(request: ClosingRequest): Promise<void>;
  /** A call was answered, which opens the gate if it was the probe. */
  noteAnswered(): Promise<void>;
  /** A call failed without a word about the quota. If it was the probe, another one is due soon. */
  noteUnanswered(): Promise<void>;
  /** Where to read how many calls wait here: who shares the quota has to reckon with them. */
  watchWaitingCalls(read: () => number): void;
}

const MINUTE_MS = 60_000;
/** Timers cannot count months; whoever waits so long asks again. */
const LONGEST_WAIT_MS = 60_000;
/** How often those who wait for the probe's answer look for it; another replica may have it. */
const PROBE_POLL_MS = 250;
/** Between a probe that failed for another reason and the next one. */
const PROBE_AGAIN_MS = 60_000;
/** Background work stops at this share of the quota, so that whoever comes next finds calls left. */
const BACKGROUND_SHARE = 0.5;

export interface QuotaGateOptions {
  readonly quota: Quota;
  readonly ledger: CallLedger;
  /** Monotonic, as the requests' deadlines are. */
  readonly nowMs: () => number;
}

export function createQuotaGate({ quota, ledger, nowMs }: QuotaGateOptions): QuotaGate {
  let requestTimesMs: readonly number[] = [];

  /** The hard limits: closing and quota. */
  function allowedAtMs(view: LedgerView, calls = view.quotaCalls): number {
    const inWindowAtMs = quotaAllowsAtMs({ ...quota, calls }, view.callTimesMs);
    return Math.max(view.closing.untilMs, view.notBeforeMs, inWindowAtMs);
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
      const reason = reasonAt(view.closing, view.nowMs);
      // Timers count whole milliseconds; one that rings early would exceed the quota by that much.
      const waitMs = Math.ceil(leaveAtMs(view, waiting) - view.nowMs);
      const blockedMs = Math.max(0, allowedAtMs(onceAnswered(view)) - view.nowMs);
      const longestMs = reason === 'probing' ? PROBE_POLL_MS : LONGEST_WAIT_MS;
      if (waitMs > 0)
        return { passed: false, waitMs: Math.min(waitMs, longestMs), blockedMs, reason };
      if (await ledger.take(view)) return { passed: true };
      return { passed: false, waitMs: 0, blockedMs, reason };
    },

    async forecast(calls) {
      const view = await ledger.view();
      return {
        waitsMs: waitsMs(quota, onceAnswered(view), calls),
        reason: reasonAt(view.closing, view.nowMs),
      };
    },

    async status() {
      const view = await ledger.view();
      return {
        callsPerMinute: (quota.calls * MINUTE_MS) / quota.windowMs,
        callsLeft: Math.max(0, view.quotaCalls - view.callTimesMs.length),
        nextCallAtMs: allowedAtMs(view),
        closedUntilMs: view.closing.untilMs,
        closedReason: toClosedReason(reasonAt(view.closing, view.nowMs)),
      };
    },

    closeFor: (request) => ledger.closeFor(request),
    noteAnswered: () => ledger.noteAnswered(),

    async noteUnanswered() {
      const { closing } = await ledger.view();
      if (closing.reason !== 'probing') return;
      await ledger.closeFor({ forMs: PROBE_AGAIN_MS, reason: 'quota-exhausted' });
    },

    watchWaitingCalls(read) {
      ledger.watchWaitingCalls(read);
    },
  };
}
