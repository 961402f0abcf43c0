import type { LedgerReading } from './call-ledger';
import { reasonAt, withoutProbe, type ClosingReason } from './closing';
import { evenlySpacedAtMs, quotaAllowsAtMs, type Quota } from './pacing';

/** The least time that the next calls of this process have to wait, from one reading of the ledger. */
export interface Forecast {
  /** How many calls may be sent in a window. */
  readonly quotaCalls: number;
  /** Why Feishu accepts no call at this moment. */
  readonly reason: ClosingReason;
  /** Milliseconds until any replica may send a call. */
  readonly blockedMs: number;
  /** Milliseconds until the n-th next call may be sent, counted from 1. */
  waitMs(nthCall: number): number;
  /** As `waitMs`, for services: they spend 75 % of the quota freely, and the rest only at an even pace. */
  waitWithReserveMs(nthCall: number): number;
  /** When the next call must be sent at the latest so that the n-th one can be sent by `sendByMs`. */
  latestMs(nthCall: number, sendByMs: number): number;
  /** Milliseconds until the next call of a poison-ID search may be sent. */
  readonly searchBlockedMs: number;
  /** Whether only the reserve is left. Then full calls of services are spaced evenly. */
  readonly isReserveReached: boolean;
}

/** Services spend this part of the quota freely, and the rest, the reserve, only at an even pace. */
const SHARE_BEFORE_RESERVE = 0.75;

/** The part of the quota that this replica's poison-ID searches may spend. */
const SEARCH_SHARE = 0.5;

/**
 * Ignores a probe in progress: its answer opens the gate, or closes it and says for how long.
 * @param searchTimesMs when calls of searches were sent, oldest first
 */
export function createForecast(
  quota: Quota,
  reading: LedgerReading,
  searchTimesMs: readonly number[],
): Forecast {
  const { nowMs, callTimesMs, notBeforeMs, quotaCalls } = reading;
  const startMs = Math.max(nowMs, withoutProbe(reading.closing).untilMs, notBeforeMs);
  const limit: Quota = { ...quota, calls: quotaCalls };
  const beforeReserve = partOf(limit, SHARE_BEFORE_RESERVE);

  /** A call may be sent one window after the call that is a whole quota before it. */
  function sendAtMs(nthCall: number, { calls, windowMs } = limit): number {
    const windowsLater = Math.floor((nthCall - 1) / calls);
    const nth = nthCall - windowsLater * calls;
    const blockingMs = callTimesMs[callTimesMs.length + nth - 1 - calls] ?? -Infinity;
    return Math.max(startMs, blockingMs + windowMs) + windowsLater * windowMs;
  }

  function evenlyAtMs(): number {
    return Math.max(sendAtMs(1), evenlySpacedAtMs(limit, callTimesMs));
  }

  const searchAtMs = quotaAllowsAtMs(partOf(limit, SEARCH_SHARE), searchTimesMs);
  return {
    quotaCalls,
    reason: reasonAt(reading.closing, nowMs),
    blockedMs: sendAtMs(1) - nowMs,
    searchBlockedMs: Math.max(sendAtMs(1), searchAtMs) - nowMs,
    waitMs: (nthCall) => sendAtMs(nthCall + callsBefore(reading, nthCall)) - nowMs,
    waitWithReserveMs(nthCall) {
      const nth = nthCall + callsBefore(reading, nthCall);
      const atMs = sendAtMs(nth, beforeReserve);
      return (nth === 1 ? Math.min(atMs, evenlyAtMs()) : atMs) - nowMs;
    },
    latestMs: (nthCall, sendByMs) =>
      sendByMs - Math.floor((nthCall - 1) / quotaCalls) * quota.windowMs,
    isReserveReached: quotaAllowsAtMs(beforeReserve, callTimesMs) > nowMs,
  };
}

/** A part of the quota; at least one call, so that calls are not blocked for ever. */
export function partOf({ calls, windowMs }: Quota, part: number): Quota {
  return { calls: Math.max(1, Math.floor(calls * part)), windowMs };
}

/** Replicas take turns: for each of our calls, one waiting call of each other replica comes first. */
function callsBefore({ callsWaitingElsewhere }: LedgerReading, ownCalls: number): number {
  return callsWaitingElsewhere.reduce((sum, waiting) => sum + Math.min(waiting, ownCalls), 0);
}
