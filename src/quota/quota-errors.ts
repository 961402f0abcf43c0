import { GatewayError, type ErrorCode } from '../domain/errors';
import { toError } from '../domain/to-error';
import { PROBE_EVERY_MS, type ClosingReason, type ClosingRequest } from './closing';
import { untilMonthlyResetMs } from './monthly-reset';
import type { QuotaGate } from './quota-gate';

/** Feishu may report a reset of 0 s although it still rejects calls. Each retry would then waste a call. */
const MIN_CLOSING_MS = 3_000;

/** The error for a user that cannot be answered in time, before a call is spent on it. */
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
 * How long the gate has to be closed after a failed call, and why; `undefined`: the failure closes no gate.
 * @param unixMs wall time, for the end of the month
 */
export function closingAfter(error: Error, unixMs: number): ClosingRequest | undefined {
  if (!(error instanceof GatewayError)) return undefined;
  if (error.code === 'UPSTREAM_RATE_LIMITED') {
    const forMs = Math.max(error.details.retryAfterMs ?? 0, MIN_CLOSING_MS);
    return { forMs, reason: 'rate-limited' };
  }
  if (error.code === 'UPSTREAM_QUOTA_EXHAUSTED') {
    const forMs = Math.min(PROBE_EVERY_MS, untilMonthlyResetMs(unixMs));
    return { forMs, reason: 'quota-exhausted' };
  }
  return undefined;
}

/**
 * Reports a failed call that does not close the gate. If Feishu has answered the call, even with an error,
 * the monthly quota is not used up.
 */
export async function noteOutcome(gate: QuotaGate, error: Error): Promise<void> {
  const isAnswer = error instanceof GatewayError && !NO_ANSWER.has(error.code);
  await (isAnswer ? gate.noteAnswered() : gate.noteUnanswered());
}

const NO_ANSWER: ReadonlySet<ErrorCode> = new Set(['UPSTREAM_TIMEOUT', 'UPSTREAM_UNAVAILABLE']);

/** Adds `retryAfterMs` to a failure that has closed the gate. Other errors are returned unchanged. */
export function withRetryAfter(error: Error, closing: ClosingRequest | undefined): Error {
  if (!closing || !(error instanceof GatewayError)) return error;
  const retryAfterMs = error.details.retryAfterMs ?? Math.ceil(closing.forMs);
  return new GatewayError(error.code, error.message, { ...error.details, retryAfterMs });
}

/** Reports a failed fetch of the token before a call. It may close the gate. @throws the error */
export async function failUnsent(gate: QuotaGate, thrown: unknown, unixMs: number): Promise<never> {
  const error = toError(thrown);
  const closing = closingAfter(error, unixMs);
  if (closing) await gate.closeFor(closing);
  throw withRetryAfter(error, closing);
}

/** Reports a failed call. @throws the error */
export async function failSent(gate: QuotaGate, thrown: unknown, unixMs: number): Promise<never> {
  const error = toError(thrown);
  if (!closingAfter(error, unixMs)) await noteOutcome(gate, error);
  return failUnsent(gate, error, unixMs);
}
