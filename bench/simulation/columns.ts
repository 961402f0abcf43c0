import { MAX_USERS_PER_CALL } from '../../src/feishu/ports';
import { nextSendAtMs, quotaAllowsAtMs, type Quota } from '../../src/quota/pacing';

/** When the next call leaves, given those that have left; the hard limit stands above it. */
export type PacingRule = (quota: Quota, callTimesMs: readonly number[]) => number;

const UPSTREAM_LATENCY_MS = 100;
const GCRA_CREDIT_CALLS = 2;

/** Ways to spend a quota that others use, to compare ours with. */
export const COLUMNS: Readonly<Record<string, PacingRule>> = {
  'send at once': () => -Infinity,
  'GCRA, two on credit': gcra,
  'fair spacing': (quota, callTimesMs) =>
    nextSendAtMs(quota, { callTimesMs, requestTimesMs: NEVER_QUIET, full: false, nowMs: 0 }),
};

const NEVER_QUIET = Array.from({ length: 1_000 }, () => 0);

/** Calls leave evenly, but for a credit of two that fills up again while nothing happens. (ITU-T I.371) */
function gcra({ calls, windowMs }: Quota, callTimesMs: readonly number[]): number {
  const spacingMs = windowMs / calls;
  const theoreticalMs = callTimesMs.reduce(
    (expected, timeMs) => Math.max(expected, timeMs) + spacingMs,
    -Infinity,
  );
  return theoreticalMs - (GCRA_CREDIT_CALLS - 1) * spacingMs;
}

/** How long each request waits for its answer under a rule, with one scope and no deadlines. */
export function runColumn(
  quota: Quota,
  arrivalsMs: readonly number[],
  rule: PacingRule,
  leaveWhenFull: boolean,
): number[] {
  const callTimesMs: number[] = [];
  const waitsMs: number[] = [];
  const waiting: number[] = [];
  let arrived = 0;
  let nowMs = 0;
  while (arrived < arrivalsMs.length || waiting.length > 0) {
    const leaveMs = leaveTimeMs();
    const arrivalMs = arrivalsMs[arrived] ?? Infinity;
    if (leaveMs > arrivalMs) {
      nowMs = arrivalMs;
      waiting.push(arrivalMs);
      arrived += 1;
      continue;
    }
    nowMs = leaveMs;
    callTimesMs.push(nowMs);
    for (const sinceMs of waiting.splice(0, MAX_USERS_PER_CALL)) {
      waitsMs.push(nowMs - sinceMs + UPSTREAM_LATENCY_MS);
    }
  }
  return waitsMs;

  function leaveTimeMs(): number {
    if (waiting.length === 0) return Infinity;
    const recentMs = callTimesMs.slice(-quota.calls).filter((ms) => ms > nowMs - quota.windowMs);
    const allowedMs = Math.max(nowMs, quotaAllowsAtMs(quota, recentMs));
    if (leaveWhenFull && waiting.length >= MAX_USERS_PER_CALL) return allowedMs;
    return Math.max(allowedMs, rule(quota, recentMs));
  }
}
