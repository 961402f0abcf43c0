import type { ClosedReason } from '../domain/closed-reason';
import { shareReading } from '../domain/share-reading';
import type { CallLedger, LedgerReading } from './call-ledger';
import { reasonAt, toClosedReason, type ClosingRequest } from './closing';
import { allowedAtMs, leaveAtMs, type Demand } from './demand';
import { createForecast, type Forecast } from './forecast';
import { requestsRemembered, type Quota } from './pacing';

export type { Demand };

/** One look at the ledger, for all that is decided at this moment. */
export interface Outlook {
  readonly view: LedgerReading;
  readonly forecast: Forecast;
}

/** The permission to spend one call. It is spent with being granted, whatever comes of the call. */
export type Permit =
  | { readonly granted: true }
  /** Ask again after this time, or when the demand has become more urgent. */
  | { readonly granted: false; readonly waitMs: number };

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

/** Decides when the calls of one API may leave. */
export interface QuotaGate {
  /** Tells the pacing how busy it is: once for each operation, however many users it asks for. */
  noteRequest(): void;
  look(): Promise<Outlook>;
  /** Counts a call if the demand allows one now, and no other has been counted since the look. */
  tryAcquire(outlook: Outlook, demand: Demand): Promise<Permit>;
  /** Requests that arrive while the ledger is being read share that reading. */
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
/** Timers overflow after 24.8 days, so that a longer wait is cut and the gate is asked again. */
const LONGEST_WAIT_MS = 60_000;
/** How often those who wait for the probe's answer look for it; another replica may have it. */
const PROBE_POLL_MS = 250;
/** Between a probe that failed for another reason and the next one. */
const PROBE_AGAIN_MS = 60_000;

export interface QuotaGateOptions {
  readonly quota: Quota;
  readonly ledger: CallLedger;
  /** Monotonic, as the requests' deadlines are. */
  readonly nowMs: () => number;
}

export function createQuotaGate({ quota, ledger, nowMs }: QuotaGateOptions): QuotaGate {
  let requestTimesMs: readonly number[] = [];
  /** Of searches for poison IDs. */
  let searchTimesMs: readonly number[] = [];

  function noteRequest(): void {
    requestTimesMs = [...requestTimesMs, nowMs()].slice(-requestsRemembered(quota));
  }

  /** A search makes the gateway as busy as requests do: calls of others have to be spaced for it. */
  function noteSearch(): void {
    searchTimesMs = [...searchTimesMs, nowMs()].slice(-quota.calls);
    noteRequest();
  }

  return {
    noteRequest,

    async look() {
      const view = await ledger.read();
      return { view, forecast: createForecast(quota, view, searchTimesMs) };
    },

    async tryAcquire({ view, forecast }, demand) {
      // Timers count whole milliseconds; one that rings early would exceed the quota by that much.
      const searchAtMs = demand.search ? view.nowMs + forecast.searchBlockedMs : -Infinity;
      const demandAtMs = leaveAtMs(quota, view, requestTimesMs, demand);
      const waitMs = Math.ceil(Math.max(demandAtMs, searchAtMs) - nowMs());
      const longestMs = forecast.reason === 'probing' ? PROBE_POLL_MS : LONGEST_WAIT_MS;
      if (waitMs > 0) return { granted: false, waitMs: Math.min(waitMs, longestMs) };
      if (!(await ledger.take(view))) return { granted: false, waitMs: 0 };
      if (demand.search) noteSearch();
      return { granted: true };
    },

    // Any number of aliases in one request is one look at the ledger.
    status: shareReading(async () => statusOf(quota, await ledger.read()), { keepMs: 0, nowMs }),

    closeFor: (request) => ledger.closeFor(request),
    noteAnswered: () => ledger.noteAnswered(),

    async noteUnanswered() {
      const { closing } = await ledger.read();
      if (closing.reason !== 'probing') return;
      await ledger.closeFor({ forMs: PROBE_AGAIN_MS, reason: 'quota-exhausted' });
    },

    watchWaitingCalls(read) {
      ledger.watchWaitingCalls(read);
    },
  };
}

function statusOf(quota: Quota, view: LedgerReading): QuotaStatus {
  return {
    callsPerMinute: (quota.calls * MINUTE_MS) / quota.windowMs,
    callsLeft: Math.max(0, view.quotaCalls - view.callTimesMs.length),
    nextCallAtMs: allowedAtMs(quota, view),
    closedUntilMs: view.closing.untilMs,
    closedReason: toClosedReason(reasonAt(view.closing, view.nowMs)),
  };
}
