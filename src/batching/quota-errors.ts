import { GatewayError } from '../domain/errors';
import { untilMonthlyResetMs } from '../quota/monthly-reset';

/** A window is a minute; only the monthly number of calls keeps the gate closed for longer than this. */
const LONGEST_WINDOW_MS = 24 * 3_600_000;

/** A reset of 0 that does not hold would be believed over and over, at the price of a call each time. */
const SHORTEST_CLOSURE_MS = 3_000;

/** For who cannot be answered in time: told at once, before a call is wasted. */
export function tooLate(waitMs: number): GatewayError {
  const retryAfterMs = Math.ceil(waitMs);
  return waitMs > LONGEST_WINDOW_MS
    ? new GatewayError(
        'UPSTREAM_QUOTA_EXHAUSTED',
        "This tenant's monthly number of Feishu calls is used up.",
        { retryAfterMs },
      )
    : new GatewayError(
        'UPSTREAM_RATE_LIMITED',
        'Feishu allows no further call soon enough to answer in time.',
        { retryAfterMs },
      );
}

/** How long the gate has to stay closed after a failure; `undefined` for failures of another kind. */
export function closedMsAfter(error: Error, nowMs: number): number | undefined {
  if (!(error instanceof GatewayError)) return undefined;
  if (error.code === 'UPSTREAM_RATE_LIMITED') {
    return Math.max(error.details.retryAfterMs ?? 0, SHORTEST_CLOSURE_MS);
  }
  if (error.code === 'UPSTREAM_QUOTA_EXHAUSTED') return untilMonthlyResetMs(nowMs);
  return undefined;
}

/** Why a caller gets no answer any more. The reason of a deadline is a TimeoutError. */
export function gone(signal: AbortSignal): GatewayError {
  const late = signal.reason instanceof Error && signal.reason.name === 'TimeoutError';
  return new GatewayError(
    'UPSTREAM_TIMEOUT',
    late ? 'Feishu did not answer in time.' : 'The caller went away before Feishu answered.',
    { upstream: { code: null, httpStatus: null, logId: null } },
  );
}
