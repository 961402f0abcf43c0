/** Feishu's months begin in Beijing, all year round eight hours ahead of UTC. */
const BEIJING_OFFSET_MS = 8 * 3_600_000;

/** How long it is until the monthly number of calls starts anew, on the 1st. (feishu-facts 18) */
export function untilMonthlyResetMs(nowMs: number): number {
  const beijing = new Date(nowMs + BEIJING_OFFSET_MS);
  const firstOfNextMs = Date.UTC(beijing.getUTCFullYear(), beijing.getUTCMonth() + 1, 1);
  return firstOfNextMs - BEIJING_OFFSET_MS - nowMs;
}
