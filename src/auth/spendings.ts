/** Calls that count as spent at one moment. */
export interface Spending {
  readonly atMs: number;
  /** Mutable: the spent calls replace the reserved ones when the operation ends. */
  calls: number;
}

/** The spendings in the window that ends now, oldest first. */
export function recentOf(
  spendings: readonly Spending[],
  windowMs: number,
  nowMs: number,
): Spending[] {
  return spendings.filter(({ atMs, calls }) => calls > 0 && atMs > nowMs - windowMs);
}

/**
 * How long until at most `maxCalls` of the recent calls are still in the window. 0: already.
 * @throws RangeError if `maxCalls` is negative: that moment never comes, so the caller must not wait for it
 */
export function waitMsUntil(
  maxCalls: number,
  recent: readonly Spending[],
  windowMs: number,
  nowMs: number,
): number {
  if (maxCalls < 0) throw new RangeError(`maxCalls: expected at least 0, got ${maxCalls}`);
  let left = recent.reduce((sum, { calls }) => sum + calls, 0);
  let waitMs = 0;
  for (const { atMs, calls } of recent) {
    if (left <= maxCalls) break;
    left -= calls;
    waitMs = atMs + windowMs - nowMs;
  }
  return waitMs;
}
