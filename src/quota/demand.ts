import type { LedgerReading } from './call-ledger';
import { partOf } from './forecast';
import { evenlySpacedAtMs, nextSendAtMs, quotaAllowsAtMs, type Quota } from './pacing';

/** What the next call is needed for. */
export interface Demand {
  /** Whether the call has no free seat, so that waiting longer cannot fill it further. */
  readonly full: boolean;
  /**
   * When the call must be sent for the most urgent user; by default, there is no such time. Even spacing never
   * delays the call beyond it. A full call is not spaced and does not need it.
   */
  readonly sendByMs?: number;
  /** Whether the call is spaced evenly even while the gateway is quiet. */
  readonly evenly?: boolean;
  /** Whether the call is part of a poison-ID search, which may spend only a part of the quota. */
  readonly search?: boolean;
  /** Whether no client waits for the answer. Such a call may spend only a part of the quota. */
  readonly background?: boolean;
}

/** The share of the quota that background calls may use, so that calls are left for the next request. */
const BACKGROUND_SHARE = 0.5;

/** The earliest time at which any call may be sent: after a closing, and when the quota has room. */
export function allowedAtMs(
  quota: Quota,
  { closing, notBeforeMs, callTimesMs, quotaCalls }: LedgerReading,
  calls = quotaCalls,
): number {
  const inWindowAtMs = quotaAllowsAtMs({ ...quota, calls }, callTimesMs);
  return Math.max(closing.untilMs, notBeforeMs, inWindowAtMs);
}

/**
 * The earliest time at which the call of a demand may be sent.
 * @param requestTimesMs when operations have requested users from this process
 */
export function sendAtMs(
  quota: Quota,
  reading: LedgerReading,
  requestTimesMs: readonly number[],
  { full, sendByMs = Infinity, background = false, evenly = background }: Demand,
): number {
  const share = partOf({ ...quota, calls: reading.quotaCalls }, background ? BACKGROUND_SHARE : 1);
  // Other replicas' requests are only visible as calls; that is exact when idle and does not matter when busy.
  const requests = { requestTimesMs: [...requestTimesMs, ...reading.foreignCallTimesMs] };
  const pacedAtMs = evenly
    ? evenlySpacedAtMs(share, reading.callTimesMs)
    : nextSendAtMs(share, { ...reading, ...requests, full });
  // Even spacing keeps calls for later users, but must not make a waiting user late.
  return Math.max(allowedAtMs(quota, reading, share.calls), Math.min(pacedAtMs, sendByMs));
}
