/**
 * When may the next call leave? Pure: times in, a time out.
 *
 * A window that is spent as fast as requests come is empty for the rest of the minute, and all users
 * wait for it to end. Spent evenly, each call takes along the users that were added meanwhile, so that people
 * wait for a fraction of the spacing instead. The figures are in `bench/simulation` and decision 0007.
 */
export interface Quota {
  /** Calls that may leave in any window of this length. */
  readonly calls: number;
  readonly windowMs: number;
}

/**
 * One call may travel faster than another: so much more than a window is kept between those that must not
 * be in one. It costs where the quota is used up to the last call, see decision 0007.
 */
const TRAVEL_MARGIN_MS = 200;

/** The quota to keep here, so that upstream sees its own kept. */
export function withMargin({ calls, windowMs }: Quota): Quota {
  return { calls, windowMs: windowMs + TRAVEL_MARGIN_MS };
}

export interface PacingInput {
  /** When the calls of the last window left, oldest first, in milliseconds of one clock. */
  readonly callTimesMs: readonly number[];
  /** When the newest requests came; `requestsRemembered` of them say all that matters. */
  readonly requestTimesMs: readonly number[];
  /** Whether as many users wait as a call can take, so that waiting longer fills no seat. */
  readonly full: boolean;
  readonly nowMs: number;
}

/** Requests in a window, as a share of its calls, up to which the gateway counts as quiet. */
const QUIET_REQUESTS_PER_CALL = 0.6;
/** Requests in the time of one even spacing, up to which it does. */
const QUIET_REQUESTS_PER_SPACING = 2;

/** With more requests than this in a window it is not quiet, however many more there are. */
export function requestsRemembered({ calls }: Quota): number {
  return Math.floor(calls * QUIET_REQUESTS_PER_CALL) + 1;
}

/** The earliest time, which may have passed, at which the next call should leave. */
export function nextLeaveAtMs(quota: Quota, input: PacingInput): number {
  const allowedAtMs = quotaAllowsAtMs(quota, input.callTimesMs);
  if (input.full || isQuiet(quota, input)) return allowedAtMs;
  return Math.max(allowedAtMs, evenlySpacedAtMs(quota, input.callTimesMs));
}

/** The hard limit: a call may leave once the one that is a whole quota back has left the window. */
export function quotaAllowsAtMs(
  { calls, windowMs }: Quota,
  callTimesMs: readonly number[],
): number {
  const blocking = callTimesMs.at(-calls);
  return blocking === undefined ? -Infinity : blocking + windowMs;
}

/**
 * The last call plus the smallest equal spacing under which the next whole quota of calls would fit:
 * for the j-th next call, the one that is a quota before it must have left the window by then. After a
 * burst this slows down at once and evenly, and leaves no echo of the burst a window later.
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
 * So few requests that each may have a call of its own at once. Looking back a whole window keeps a busy
 * time from passing for quiet in a lull; looking back one spacing keeps the first moments after a start
 * from being spent before it shows how busy they are.
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
