import type { LedgerReading } from './call-ledger';
import { reasonAt, withoutProbe, type ClosingReason } from './closing';
import { evenlySpacedAtMs, quotaAllowsAtMs, type Quota } from './pacing';

/** How long the next calls of this process have to wait at least, from one look at the ledger. */
export interface Forecast {
  /** Calls that may leave in a window. */
  readonly quotaCalls: number;
  /** Why no call leaves at this moment, as far as Feishu has said so. */
  readonly reason: ClosingReason;
  /** Milliseconds until any call may leave, whichever replica makes it. */
  readonly blockedMs: number;
  /** Milliseconds until the n-th call from now on may leave, counted from 1. */
  waitMs(nthCall: number): number;
  /** The same for services, which leave a reserve of the quota to others: of that, they get the next even share. */
  waitWithReserveMs(nthCall: number): number;
  /** When the next call must leave at the latest, so that the n-th one can leave by that time. */
  latestMs(nthCall: number, leaveByMs: number): number;
  /** Milliseconds until the next call of a search for a poison ID may leave. */
  readonly searchBlockedMs: number;
  /** Whether only the reserve is left, of which full calls of services leave evenly. */
  readonly isReserveReached: boolean;
}

/** The part of the quota that services may spend at once; the rest is the reserve. */
const SHARE_BEFORE_RESERVE = 0.75;

/** The part of the quota that this replica's searches for poison IDs may spend. */
const SEARCH_SHARE = 0.5;

/**
 * Expects of a probe that it is answered: its answer opens the gate, or closes it and says for how long.
 * @param searchTimesMs when calls of searches have left, oldest first
 */
export function createForecast(
  quota: Quota,
  view: LedgerReading,
  searchTimesMs: readonly number[] = [],
): Forecast {
  const { nowMs, callTimesMs, notBeforeMs, quotaCalls } = view;
  const startMs = Math.max(nowMs, withoutProbe(view.closing).untilMs, notBeforeMs);
  const limit: Quota = { ...quota, calls: quotaCalls };
  const beforeReserve = partOf(limit, SHARE_BEFORE_RESERVE);

  /** A call follows, a window later, the one that is a whole quota before it. */
  function leaveAtMs(nthCall: number, { calls, windowMs } = limit): number {
    const windowsLater = Math.floor((nthCall - 1) / calls);
    const nth = nthCall - windowsLater * calls;
    const blockingMs = callTimesMs[callTimesMs.length + nth - 1 - calls] ?? -Infinity;
    return Math.max(startMs, blockingMs + windowMs) + windowsLater * windowMs;
  }

  function evenlyAtMs(): number {
    return Math.max(leaveAtMs(1), evenlySpacedAtMs(limit, callTimesMs));
  }

  const searchAtMs = quotaAllowsAtMs(partOf(limit, SEARCH_SHARE), searchTimesMs);
  return {
    quotaCalls,
    reason: reasonAt(view.closing, nowMs),
    blockedMs: leaveAtMs(1) - nowMs,
    searchBlockedMs: Math.max(leaveAtMs(1), searchAtMs) - nowMs,
    waitMs: (nthCall) => leaveAtMs(nthCall + callsBefore(view, nthCall)) - nowMs,
    waitWithReserveMs(nthCall) {
      const nth = nthCall + callsBefore(view, nthCall);
      const atMs = leaveAtMs(nth, beforeReserve);
      return (nth === 1 ? Math.min(atMs, evenlyAtMs()) : atMs) - nowMs;
    },
    latestMs: (nthCall, leaveByMs) =>
      leaveByMs - Math.floor((nthCall - 1) / quotaCalls) * quota.windowMs,
    isReserveReached: quotaAllowsAtMs(beforeReserve, callTimesMs) > nowMs,
  };
}

/** At least one call, since nothing would ever leave else. */
export function partOf({ calls, windowMs }: Quota, part: number): Quota {
  return { calls: Math.max(1, Math.floor(calls * part)), windowMs };
}

/** Of the others' calls that wait, as many as of ours come first: no replica is served before all others. */
function callsBefore({ callsWaitingElsewhere }: LedgerReading, ownCalls: number): number {
  return callsWaitingElsewhere.reduce((sum, waiting) => sum + Math.min(waiting, ownCalls), 0);
}
