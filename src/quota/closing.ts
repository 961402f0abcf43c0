import type { ClosedReason } from '../domain/closed-reason';

/**
 * Why no call leaves. `rate-limited`: Feishu has named a time. `quota-exhausted`: the monthly number of
 * calls is used up; afterwards one call, the probe, asks whether it still is. `probing`: that call has no
 * answer yet.
 */
export type ClosingReason = 'none' | 'rate-limited' | 'quota-exhausted' | 'probing';

export interface Closing {
  /** On the monotonic clock; in the past when it has ended. */
  readonly untilMs: number;
  readonly reason: ClosingReason;
}

/** How long no call may leave from now on, and why. */
export interface ClosingRequest {
  readonly forMs: number;
  readonly reason: ClosingReason;
}

export const OPEN: Closing = { untilMs: -Infinity, reason: 'none' };

/** More than one attempt takes; a replica that has died with its probe leaves the next one to the others. */
export const PROBE_ANSWER_MS = 60_000;

/** The monthly number of calls is raised in the middle of a month too: one call an hour finds out. */
export const PROBE_EVERY_MS = 3_600_000;

/** What upstream can ask for at most: what claims to be longer is not believed. */
export const LONGEST_CLOSING_MS: Readonly<Record<ClosingReason, number>> = {
  none: 0,
  'rate-limited': 24 * 3_600_000,
  'quota-exhausted': PROBE_EVERY_MS,
  probing: PROBE_ANSWER_MS,
};

export function later(a: Closing, b: Closing): Closing {
  return b.untilMs > a.untilMs ? b : a;
}

export function closingFrom({ forMs, reason }: ClosingRequest, nowMs: number): Closing {
  return reason === 'none' ? OPEN : { untilMs: nowMs + forMs, reason };
}

/** A call that leaves once the monthly number was used up is the probe. */
export function afterCall(closing: Closing, nowMs: number): Closing {
  const isProbe = closing.reason === 'quota-exhausted' || closing.reason === 'probing';
  return isProbe ? { untilMs: nowMs + PROBE_ANSWER_MS, reason: 'probing' } : closing;
}

export function withoutProbe(closing: Closing): Closing {
  return closing.reason === 'probing' ? OPEN : closing;
}

export function toClosedReason(reason: ClosingReason): ClosedReason | null {
  if (reason === 'none') return null;
  return reason === 'rate-limited' ? 'RATE_LIMITED' : 'QUOTA_EXHAUSTED';
}

/** Why no call leaves at this moment. */
export function reasonAt({ untilMs, reason }: Closing, nowMs: number): ClosingReason {
  return untilMs > nowMs ? reason : 'none';
}
