import { MAX_USERS_PER_CALL } from '../../feishu/ports';
import type { Quota } from '../../quota/pacing';

/** The calls that so many users need if every call is full. */
export function callsFor(users: number): number {
  return Math.ceil(users / MAX_USERS_PER_CALL);
}

/** The least time from the first of these calls to the last: they are spaced evenly over the quota's window. */
export function leastMs(calls: number, { calls: quotaCalls, windowMs }: Quota): number {
  return (Math.max(0, calls - 1) * windowMs) / quotaCalls;
}

/**
 * How long the calls that are left take: as long as the calls so far, or the least time if that is longer.
 * @param sent how many calls were sent, and the time since the first of them
 */
export function remainingMs(
  callsLeft: number,
  sent: { readonly calls: number; readonly sinceMs: number },
  quota: Quota,
): number {
  if (callsLeft === 0) return 0;
  const spacingMs = quota.windowMs / quota.calls;
  const seenMs = sent.calls > 0 ? sent.sinceMs / sent.calls : 0;
  return callsLeft * Math.max(spacingMs, seenMs);
}

/** Such as `2 h 5 min`, `1 min 57 s` or `3 s`. */
export function formatDuration(ms: number): string {
  const seconds = Math.ceil(ms / 1_000);
  const [hours, minutes, rest] = [
    Math.floor(seconds / 3_600),
    Math.floor(seconds / 60) % 60,
    seconds % 60,
  ];
  if (hours > 0) return `${hours} h ${minutes} min`;
  return minutes > 0 ? `${minutes} min ${rest} s` : `${rest} s`;
}
