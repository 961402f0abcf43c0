import type { ClosedReason } from '../domain/closed-reason';

/**
 * Why no call may be sent. `rate-limited`: Feishu has rejected a call and said for how long.
 * `quota-exhausted`: the monthly quota is used up; when the closing ends, one call, the probe, finds out
 * whether it still is. `probing`: the probe has no answer yet.
 */
export type ClosingReason = 'none' | 'rate-limited' | 'quota-exhausted' | 'probing';

export interface Closing {
  /** On the monotonic clock; in the past if the closing has ended. */
  readonly untilMs: number;
  readonly reason: ClosingReason;
}

/** For how long from now no call may be sent, and why. */
export interface ClosingRequest {
  readonly forMs: number;
  readonly reason: ClosingReason;
}

export const OPEN: Closing = { untilMs: -Infinity, reason: 'none' };

/** Longer than one attempt takes. If a replica dies with its probe, another replica probes after this time. */
export const PROBE_ANSWER_MS = 60_000;

/** The monthly quota can be raised within a month. One probe an hour finds out. */
export const PROBE_EVERY_MS = 3_600_000;

/** The longest closing of each kind. Longer ones are cut. */
export const MAX_CLOSING_MS: Readonly<Record<ClosingReason, number>> = {
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

/** The closing after a call was sent. The first call after a `quota-exhausted` closing is the probe. */
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

/** Why no call may be sent at this moment. */
export function reasonAt({ untilMs, reason }: Closing, nowMs: number): ClosingReason {
  return untilMs > nowMs ? reason : 'none';
}
