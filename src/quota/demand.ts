import type { LedgerReading } from './call-ledger';
import { partOf } from './forecast';
import { evenlySpacedAtMs, nextLeaveAtMs, quotaAllowsAtMs, type Quota } from './pacing';

/** What the next call is for. */
export interface Demand {
  /** Whether the call would leave without a free seat, so that waiting longer fills none. */
  readonly full: boolean;
  /** When the most urgent user's call must have left. Even spacing never delays a call beyond that. */
  readonly leaveByMs: number;
  /** Leaves no earlier than its even share of the quota, also while the gateway is quiet. */
  readonly evenly?: boolean;
  /** Part of a search for a poison ID, for which only a part of the quota may be spent. */
  readonly search?: boolean;
  /** No client waits for an answer: only calls that are not likely to be missed may be spent. */
  readonly background?: boolean;
}

/** Background work stops at this share of the quota, so that the next client request finds calls left. */
const BACKGROUND_SHARE = 0.5;

/** When any call may leave: after a closing, and once the quota has room. */
export function allowedAtMs(
  quota: Quota,
  { closing, notBeforeMs, callTimesMs, quotaCalls }: LedgerReading,
  calls = quotaCalls,
): number {
  const inWindowAtMs = quotaAllowsAtMs({ ...quota, calls }, callTimesMs);
  return Math.max(closing.untilMs, notBeforeMs, inWindowAtMs);
}

/**
 * When the call of a demand may leave.
 * @param requestTimesMs when operations have asked this process for users
 */
export function leaveAtMs(
  quota: Quota,
  view: LedgerReading,
  requestTimesMs: readonly number[],
  { full, leaveByMs, background = false, evenly = background }: Demand,
): number {
  const share = partOf({ ...quota, calls: view.quotaCalls }, background ? BACKGROUND_SHARE : 1);
  // Other replicas' requests are only visible as calls; that is exact when idle and does not matter when busy.
  const requests = { requestTimesMs: [...requestTimesMs, ...view.foreignCallTimesMs] };
  const pacedAtMs = evenly
    ? evenlySpacedAtMs(share, view.callTimesMs)
    : nextLeaveAtMs(share, { ...view, ...requests, full });
  // Even spacing keeps calls for later users, which is worth no user's deadline.
  return Math.max(allowedAtMs(quota, view, share.calls), Math.min(pacedAtMs, leaveByMs));
}
