import type { LedgerReading } from './call-ledger';
import { partOf } from './forecast';
import { evenlySpacedAtMs, nextSendAtMs, quotaAllowsAtMs, type Quota } from './pacing';

/** What the next call is needed for. */
export interface Demand {
  /** Whether the call has no free seat, so that waiting longer cannot fill it further. */
  readonly full: boolean;
  /** How many such calls are to be sent at the same moment; 1 by default. */
  readonly calls?: number;
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

/** The share of the quota that background calls may use: from 0 to 1. */
export type BackgroundShare = (
  reading: Pick<LedgerReading, 'foreignCallTimesMs' | 'callsWaitingElsewhere'>,
) => number;

/** Calls are left for the next request. */
const HALF: BackgroundShare = () => 0.5;

/** Uses the whole quota while no other replica sends calls or has users that wait, and half of it otherwise. */
export const ALL_IF_ALONE: BackgroundShare = (reading) => {
  const { foreignCallTimesMs, callsWaitingElsewhere } = reading;
  const isAlone = foreignCallTimesMs.length === 0 && callsWaitingElsewhere.every((n) => n === 0);
  return isAlone ? 1 : HALF(reading);
};

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
  backgroundShare = HALF,
): number {
  const limit = { ...quota, calls: reading.quotaCalls };
  const share = partOf(limit, background ? backgroundShare(reading) : 1);
  // Other replicas' requests are only visible as calls; that is exact when idle and does not matter when busy.
  const requests = { requestTimesMs: [...requestTimesMs, ...reading.foreignCallTimesMs] };
  const pacedAtMs = evenly
    ? evenlySpacedAtMs(share, reading.callTimesMs)
    : nextSendAtMs(share, { ...reading, ...requests, full });
  // Even spacing keeps calls for later users, but must not make a waiting user late.
  return Math.max(allowedAtMs(quota, reading, share.calls), Math.min(pacedAtMs, sendByMs));
}
