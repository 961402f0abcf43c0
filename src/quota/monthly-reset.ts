/** Feishu counts months in Beijing time, which is UTC+8 all year. */
const BEIJING_OFFSET_MS = 8 * 3_600_000;

/** Milliseconds until the monthly quota is reset, on the 1st. (fact 18) */
export function untilMonthlyResetMs(unixMs: number): number {
  const beijing = new Date(unixMs + BEIJING_OFFSET_MS);
  const firstOfNextMs = Date.UTC(beijing.getUTCFullYear(), beijing.getUTCMonth() + 1, 1);
  return firstOfNextMs - BEIJING_OFFSET_MS - unixMs;
}
