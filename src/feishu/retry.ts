import type { Failure } from './failure';

/** What to do after a failed attempt. */
export type NextStep =
  | { readonly kind: 'give-up' }
  | { readonly kind: 'wait'; readonly ms: number }
  | { readonly kind: 'renew-token' };

/** What this call has already tried. */
export interface Attempts {
  readonly backoffs: number;
  readonly tokenRenewed: boolean;
}

export interface RetryLimits {
  /** The time until the call's deadline. */
  readonly remainingMs: number;
  /** In [0, 1). */
  readonly random: () => number;
}

/** Few, because each retry costs one of 20 calls a minute. */
const MAX_BACKOFFS = 2;
const BACKOFF_BASE_MS = 200;

export function nextStep(failure: Failure, attempts: Attempts, limits: RetryLimits): NextStep {
  switch (failure.row.retry) {
    case 'never':
      return { kind: 'give-up' };
    case 'after-reset':
      // The quota gate waits instead, once for all calls.
      return { kind: 'give-up' };
    case 'with-new-token':
      return attempts.tokenRenewed ? { kind: 'give-up' } : { kind: 'renew-token' };
    case 'backoff':
      if (attempts.backoffs >= MAX_BACKOFFS) return { kind: 'give-up' };
      return waitWithin(limits, backoffMs(attempts.backoffs, limits.random));
  }
}

/** Gives up if the pause would last beyond the deadline, because it would only delay the error. */
function waitWithin(limits: RetryLimits, ms: number): NextStep {
  return ms < limits.remainingMs ? { kind: 'wait', ms } : { kind: 'give-up' };
}

/**
 * Doubles each time. The upper half is random, so that calls that failed together retry at different times.
 */
function backoffMs(backoffs: number, random: () => number): number {
  const ceilingMs = BACKOFF_BASE_MS * 2 ** backoffs;
  return ceilingMs * (0.5 + random() / 2);
}
