import { MAX_USERS_PER_CALL } from '../../src/feishu/ports';
import { nextSendAtMs, quotaAllowsAtMs, type Quota } from '../../src/quota/pacing';

/**
 * Returns when to send the next call, given the calls already sent. The quota's hard limit applies as well.
 */
export type PacingRule = (quota: Quota, callTimesMs: readonly number[]) => number;

const UPSTREAM_LATENCY_MS = 100;
const GCRA_CREDIT_CALLS = 2;

/** Common pacing rules to compare the gateway with. */
export const COLUMNS: Readonly<Record<string, PacingRule>> = {
  'send at once': () => -Infinity,
  'GCRA, two on credit': gcra,
  'fair spacing': (quota, callTimesMs) =>
    nextSendAtMs(quota, { callTimesMs, requestTimesMs: NEVER_QUIET, full: false, nowMs: 0 }),
};

const NEVER_QUIET = Array.from({ length: 1_000 }, () => 0);

/** Spaces calls evenly, with a credit of two calls that refills while idle. (ITU-T I.371) */
function gcra({ calls, windowMs }: Quota, callTimesMs: readonly number[]): number {
  const spacingMs = windowMs / calls;
  const theoreticalMs = callTimesMs.reduce(
    (expected, timeMs) => Math.max(expected, timeMs) + spacingMs,
    -Infinity,
  );
  return theoreticalMs - (GCRA_CREDIT_CALLS - 1) * spacingMs;
}

/**
 * Returns how long each request waits with a DataLoader of its own: each is one call, since each names one user.
 * Requests wait in line for the quota.
 */
export function runDataLoader(quota: Quota, arrivalsMs: readonly number[]): number[] {
  return runColumn(quota, arrivalsMs, () => -Infinity, false, 1);
}

/** Returns how long each request waits for its answer with a rule, with one scope and no deadlines. */
export function runColumn(
  quota: Quota,
  arrivalsMs: readonly number[],
  rule: PacingRule,
  sendWhenFull: boolean,
  usersPerCall = MAX_USERS_PER_CALL,
): number[] {
  const callTimesMs: number[] = [];
  const waitsMs: number[] = [];
  const waiting: number[] = [];
  let arrived = 0;
  let nowMs = 0;
  while (arrived < arrivalsMs.length || waiting.length > 0) {
    const sendAtMs = nextSendAtMs();
    const arrivalMs = arrivalsMs[arrived] ?? Infinity;
    if (sendAtMs > arrivalMs) {
      nowMs = arrivalMs;
      waiting.push(arrivalMs);
      arrived += 1;
      continue;
    }
    nowMs = sendAtMs;
    callTimesMs.push(nowMs);
    for (const sinceMs of waiting.splice(0, usersPerCall)) {
      waitsMs.push(nowMs - sinceMs + UPSTREAM_LATENCY_MS);
    }
  }
  return waitsMs;

  function nextSendAtMs(): number {
    if (waiting.length === 0) return Infinity;
    const recentMs = callTimesMs.slice(-quota.calls).filter((ms) => ms > nowMs - quota.windowMs);
    const allowedMs = Math.max(nowMs, quotaAllowsAtMs(quota, recentMs));
    if (sendWhenFull && waiting.length >= usersPerCall) return allowedMs;
    return Math.max(allowedMs, rule(quota, recentMs));
  }
}
