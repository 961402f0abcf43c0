/**
 * Decides when the next call may be sent. Pure functions from times to a time.
 *
 * If calls are sent as fast as requests arrive, the quota is used up early, and all later users wait for the
 * window to end. If calls are spaced evenly, each call takes the users that arrived since the last one, and
 * users wait only for a part of the spacing. `bench/simulation` and decision 0007 have the figures.
 */
export interface Quota {
  /** How many calls may be sent in any window of `windowMs`. */
  readonly calls: number;
  readonly windowMs: number;
}

/**
 * Calls may take different times to reach Feishu, which counts them on arrival. The window here is longer by
 * this margin. Decision 0007 has what that costs while the whole quota is used.
 */
const TRAVEL_MARGIN_MS = 200;

/** The quota that the gateway keeps, so that Feishu's quota is kept when calls arrive there. */
export function withMargin({ calls, windowMs }: Quota): Quota {
  return { calls, windowMs: windowMs + TRAVEL_MARGIN_MS };
}

export interface PacingInput {
  /** When the calls of the last window were sent, oldest first. All times are of one clock. */
  readonly callTimesMs: readonly number[];
  /** When the newest requests arrived; no more than `requestsRemembered` are needed. */
  readonly requestTimesMs: readonly number[];
  /** Whether the call has no free seat, so that waiting longer cannot fill it further. */
  readonly full: boolean;
  readonly nowMs: number;
}

/** The gateway is quiet up to this many requests in a window, as a share of the quota. */
const QUIET_REQUESTS_PER_CALL = 0.6;
/** The gateway is quiet up to this many requests in the time of one even spacing. */
const QUIET_REQUESTS_PER_SPACING = 2;

/** How many request times are needed to decide whether the gateway is quiet. */
export function requestsRemembered({ calls }: Quota): number {
  return Math.floor(calls * QUIET_REQUESTS_PER_CALL) + 1;
}

/** The earliest time at which the next call should be sent. It may have passed. */
export function nextSendAtMs(quota: Quota, input: PacingInput): number {
  const allowedAtMs = quotaAllowsAtMs(quota, input.callTimesMs);
  if (input.full || isQuiet(quota, input)) return allowedAtMs;
  return Math.max(allowedAtMs, evenlySpacedAtMs(quota, input.callTimesMs));
}

/** The hard limit: a call may be sent once the call that is a whole quota before it has left the window. */
export function quotaAllowsAtMs(
  { calls, windowMs }: Quota,
  callTimesMs: readonly number[],
): number {
  const blocking = callTimesMs.at(-calls);
  return blocking === undefined ? -Infinity : blocking + windowMs;
}

/**
 * The time of the last call plus the smallest equal spacing with which the next whole quota of calls keeps
 * the hard limit: when the j-th next call is sent, the call a quota before it must have left the window.
 * After a burst, calls slow down at once and evenly, so that the burst does not repeat one window later.
 */
export function evenlySpacedAtMs(
  { calls, windowMs }: Quota,
  callTimesMs: readonly number[],
): number {
  const lastMs = callTimesMs.at(-1);
  if (lastMs === undefined) return -Infinity;
  let spacingMs = windowMs / calls;
  const unhindered = Math.max(0, calls - callTimesMs.length);
  for (const [i, blockingMs] of callTimesMs.slice(-calls).entries()) {
    spacingMs = Math.max(spacingMs, (blockingMs + windowMs - lastMs) / (unhindered + i + 1));
  }
  return lastMs + spacingMs;
}

/**
 * Whether there are so few requests that each can have its own call at once. The count of a whole window
 * detects a short lull in a busy time. The count of one spacing detects a busy time that has just begun.
 */
function isQuiet({ calls, windowMs }: Quota, { requestTimesMs, nowMs }: PacingInput): boolean {
  const since = (ms: number) => countAfter(requestTimesMs, nowMs - ms);
  return (
    since(windowMs) <= calls * QUIET_REQUESTS_PER_CALL &&
    since(windowMs / calls) <= QUIET_REQUESTS_PER_SPACING
  );
}

function countAfter(timesMs: readonly number[], afterMs: number): number {
  return timesMs.filter((timeMs) => timeMs > afterMs).length;
}
