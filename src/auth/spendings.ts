/** Calls spent at one moment. */
export interface Spending {
  readonly atMs: number;
  /** May still change: what was reserved is replaced by what was really spent. */
  calls: number;
}

/** The spendings that still count in a window that ends now, oldest first. */
export function recentOf(
  spendings: readonly Spending[],
  windowMs: number,
  nowMs: number,
): Spending[] {
  return spendings.filter(({ atMs, calls }) => calls > 0 && atMs > nowMs - windowMs);
}

/**
 * How long until at most `mostCalls` of the recent spendings count: they leave the window one after the other.
 * 0: that is so now.
 */
export function waitMsUntil(
  mostCalls: number,
  recent: readonly Spending[],
  windowMs: number,
  nowMs: number,
): number {
  let left = recent.reduce((sum, { calls }) => sum + calls, 0);
  let waitMs = 0;
  for (const { atMs, calls } of recent) {
    if (left <= mostCalls) break;
    left -= calls;
    waitMs = atMs + windowMs - nowMs;
  }
  return waitMs;
}
