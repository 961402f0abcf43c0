import type { ClosedReason } from '../domain/closed-reason';
import { shareReading } from '../domain/share-reading';
import type { CallLedger, LedgerReading } from './call-ledger';
import { reasonAt, toClosedReason, type ClosingRequest } from './closing';
import { allowedAtMs, sendAtMs, type BackgroundShare, type Demand } from './demand';
import { createForecast, type Forecast } from './forecast';
import { requestsRemembered, type Quota } from './pacing';

/** One reading of the ledger and its forecast. All decisions of one moment use the same one. */
export interface Outlook {
  readonly reading: LedgerReading;
  readonly forecast: Forecast;
}

/** The permission to spend calls. Granted calls are counted, even if they are not sent. */
export type Permit =
  | { readonly granted: true; readonly calls: number }
  /** Try again after this time, or when the demand becomes more urgent. */
  | { readonly granted: false; readonly waitMs: number };

/** The state of the quota for display. Times are on the monotonic clock of the process. */
export interface QuotaStatus {
  readonly callsPerMinute: number;
  readonly callsLeft: number;
  /** When the next call may be sent; in the past if one may be sent now. */
  readonly nextCallAtMs: number;
  /** When the closing ends; in the past if the gate is open. */
  readonly closedUntilMs: number;
  readonly closedReason: ClosedReason | null;
}

/** Decides when the calls of one API may be sent. */
export interface QuotaGate {
  /** Counts a request for the pacing: once for each operation, however many users it loads. */
  noteRequest(): void;
  look(): Promise<Outlook>;
  /**
   * Counts a call if the demand allows one now and no other was counted since the outlook; all calls of the demand if
   * the quota has room for all of them now.
   */
  tryAcquire(outlook: Outlook, demand: Demand): Promise<Permit>;
  /** Concurrent requests share one reading of the ledger. */
  status(): Promise<QuotaStatus>;
  /** Stops all calls for a while, because Feishu has rejected one. */
  closeFor(request: ClosingRequest): Promise<void>;
  /** Reports an answered call, which ends a probe: then the gate opens. */
  noteAnswered(): Promise<void>;
  /** Reports a call that Feishu did not answer. If it was the probe, another one follows soon. */
  noteUnanswered(): Promise<void>;
  /** Sets where the gate reads how many calls wait here. Other replicas take them into account. */
  watchWaitingCalls(read: () => number): void;
}

const MINUTE_MS = 60_000;
/** Longer waits are cut, because timers overflow after 24.8 days. The dispatcher tries again. */
const MAX_WAIT_MS = 60_000;
/** How often to check for the probe's answer. Another replica may receive it. */
const PROBE_POLL_MS = 250;
/** The time between an unanswered probe and the next one. */
const PROBE_AGAIN_MS = 60_000;

export interface QuotaGateOptions {
  readonly quota: Quota;
  readonly ledger: CallLedger;
  /** The monotonic clock, which deadlines are on too. */
  readonly nowMs: () => number;
  /** The share of the quota that background calls may use; half of it by default. */
  readonly backgroundShare?: BackgroundShare | undefined;
}

export function createQuotaGate(options: QuotaGateOptions): QuotaGate {
  const { quota, ledger, nowMs, backgroundShare } = options;
  let requestTimesMs: readonly number[] = [];
  /** When calls of poison-ID searches were sent. */
  let searchTimesMs: readonly number[] = [];

  function noteRequest(): void {
    requestTimesMs = [...requestTimesMs, nowMs()].slice(-requestsRemembered(quota));
  }

  /** A search call also counts as a request: it makes the gateway busy, so other calls have to be spaced. */
  function noteSearch(): void {
    searchTimesMs = [...searchTimesMs, nowMs()].slice(-quota.calls);
    noteRequest();
  }

  return {
    noteRequest,

    async look() {
      const reading = ledger.recent() ?? (await ledger.read());
      return { reading, forecast: createForecast(quota, reading, searchTimesMs) };
    },

    async tryAcquire({ reading, forecast }, demand) {
      // Round up: timers count whole milliseconds, and one that fires early would exceed the quota.
      const searchAtMs = demand.search ? reading.nowMs + forecast.searchBlockedMs : -Infinity;
      const demandAtMs = sendAtMs(quota, reading, requestTimesMs, demand, backgroundShare);
      const waitMs = Math.ceil(Math.max(demandAtMs, searchAtMs) - nowMs());
      const longestMs = forecast.reason === 'probing' ? PROBE_POLL_MS : MAX_WAIT_MS;
      if (waitMs > 0) {
        ledger.tellWaitingCalls();
        return { granted: false, waitMs: Math.min(waitMs, longestMs) };
      }
      const { calls = 1 } = demand;
      const taken = await ledger.take(reading, forecast.waitMs(calls) <= 0 ? calls : 1);
      if (taken === 0) return { granted: false, waitMs: 0 };
      if (demand.search) noteSearch();
      return { granted: true, calls: taken };
    },

    // One request with many aliases reads the ledger once.
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

function statusOf(quota: Quota, reading: LedgerReading): QuotaStatus {
  return {
    callsPerMinute: (quota.calls * MINUTE_MS) / quota.windowMs,
    callsLeft: Math.max(0, reading.quotaCalls - reading.callTimesMs.length),
    nextCallAtMs: allowedAtMs(quota, reading),
    closedUntilMs: reading.closing.untilMs,
    closedReason: toClosedReason(reasonAt(reading.closing, reading.nowMs)),
  };
}
