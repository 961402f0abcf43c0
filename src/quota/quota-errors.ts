import { GatewayError, type ErrorCode } from '../domain/errors';
import { PROBE_EVERY_MS, type ClosingReason, type ClosingRequest } from './closing';
import { untilMonthlyResetMs } from './monthly-reset';
import type { QuotaGate } from './quota-gate';

/** A reset of 0 that does not hold would be believed over and over, at the cost of a call each time. */
const SHORTEST_CLOSURE_MS = 3_000;

/** For users who cannot be answered in time: told at once, before a call is wasted. */
export function tooLate(waitMs: number, reason: ClosingReason): GatewayError {
  const retryAfterMs = Math.ceil(waitMs);
  return reason === 'quota-exhausted' || reason === 'probing'
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

/**
 * How long the gate has to stay closed after a failure, and why; `undefined` for failures of another kind.
 * @param unixMs wall time, for the end of the month
 */
export function closingAfter(error: Error, unixMs: number): ClosingRequest | undefined {
  if (!(error instanceof GatewayError)) return undefined;
  if (error.code === 'UPSTREAM_RATE_LIMITED') {
    const forMs = Math.max(error.details.retryAfterMs ?? 0, SHORTEST_CLOSURE_MS);
    return { forMs, reason: 'rate-limited' };
  }
  if (error.code === 'UPSTREAM_QUOTA_EXHAUSTED') {
    const forMs = Math.min(PROBE_EVERY_MS, untilMonthlyResetMs(unixMs));
    return { forMs, reason: 'quota-exhausted' };
  }
  return undefined;
}

/**
 * Tells the gate of a failed call that has not closed it. Where upstream has looked at the call's content,
 * the monthly number of calls is not used up.
 */
export async function noteOutcome(gate: QuotaGate, error: Error): Promise<void> {
  const isAnswer = error instanceof GatewayError && !NO_ANSWER.has(error.code);
  await (isAnswer ? gate.noteAnswered() : gate.noteUnanswered());
}

const NO_ANSWER: ReadonlySet<ErrorCode> = new Set(['UPSTREAM_TIMEOUT', 'UPSTREAM_UNAVAILABLE']);

/** The failure of a call as its users read it, with the time to come back. */
export function withRetryAfter(error: Error, closing: ClosingRequest | undefined): Error {
  if (!closing || !(error instanceof GatewayError)) return error;
  const retryAfterMs = error.details.retryAfterMs ?? Math.ceil(closing.forMs);
  return new GatewayError(error.code, error.message, { ...error.details, retryAfterMs });
}

/** Why an operation gets no answer any more. The reason of a deadline is a TimeoutError. */
export function gone(signal: AbortSignal): GatewayError {
  const late = signal.reason instanceof Error && signal.reason.name === 'TimeoutError';
  return new GatewayError(
    'UPSTREAM_TIMEOUT',
    late ? 'Feishu did not answer in time.' : 'The client disconnected before Feishu answered.',
    { upstream: { code: null, httpStatus: null, logId: null } },
  );
}
