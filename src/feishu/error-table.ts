import type { ErrorCode } from '../domain/errors';

/** What went wrong with one attempt, in words that metrics, logs and rules share. */
export type FailureKind =
  | 'rate_limited'
  | 'quota_exhausted'
  | 'token_refused'
  | 'permission_denied'
  | 'consent_missing'
  | 'parameters_refused'
  | 'rejected'
  | 'upstream_failed'
  | 'unreachable'
  | 'timed_out'
  | 'abandoned'
  | 'malformed';

/**
 * When the same call may be sent again. All calls here are reads, so that sending twice changes nothing
 * upstream; it only spends quota.
 * - `never`: the answer would be the same.
 * - `backoff`: a passing fault; a few times, with growing, jittered pauses.
 * - `after-reset`: not by the call itself; the quota gate closes for the time that upstream names.
 * - `with-new-token`: once, after the refused token was dropped and a new one fetched.
 */
export type RetryRule = 'never' | 'backoff' | 'after-reset' | 'with-new-token';

export interface FailureRow {
  readonly kind: FailureKind;
  /** What the client reads in `extensions.code`. */
  readonly errorCode: ErrorCode;
  readonly retry: RetryRule;
  readonly logLevel: 'debug' | 'warn' | 'error';
  /** Who says that the code means this. */
  readonly source: string;
}

function row(
  kind: FailureKind,
  errorCode: ErrorCode,
  retry: RetryRule,
  logLevel: FailureRow['logLevel'],
  source: string,
): FailureRow {
  return { kind, errorCode, retry, logLevel, source };
}

const PAGE = 'documentation page of find_by_user_list';
const LIMITS = 'documentation page on rate limits';
const QUOTA = 'documentation page on API quotas';
const CODES = 'error codes in the official CLI and SDKs';
const REPORTS = 'answers of the token endpoint that users report';
const VALIDATORS = 'answers of other APIs that several public projects report';

/** One user ID that Feishu does not take is enough, whichever check finds it. (facts 11 and 31) */
const REFUSED = ['parameters_refused', 'UPSTREAM_REJECTED', 'never', 'warn'] as const;

/** Feishu's `code` → what it means. A code that is not here is judged by its HTTP status. */
export const CODE_ROWS: ReadonlyMap<number, FailureRow> = new Map([
  // Over 20 calls a minute. Some published advice calls it "permission denied"; that is wrong. (fact 19)
  [99991400, row('rate_limited', 'UPSTREAM_RATE_LIMITED', 'after-reset', 'warn', LIMITS)],
  // The tenant's monthly number of calls is used up: nothing helps before the first of the month.
  [99991403, row('quota_exhausted', 'UPSTREAM_QUOTA_EXHAUSTED', 'never', 'error', QUOTA)],

  [1580101, row('upstream_failed', 'UPSTREAM_UNAVAILABLE', 'backoff', 'warn', PAGE)],

  // The API's own check, and the platform's checks in front of it: no valid ID, one for each type of ID;
  // an open ID of another app; a user ID of another tenant; a field that is not valid.
  [1580102, row(...REFUSED, PAGE)],
  [99992351, row(...REFUSED, VALIDATORS)],
  [99992352, row(...REFUSED, VALIDATORS)],
  [99992353, row(...REFUSED, VALIDATORS)],
  [99992354, row(...REFUSED, VALIDATORS)],
  [99992361, row(...REFUSED, VALIDATORS)],
  [99992364, row(...REFUSED, VALIDATORS)],
  [99992402, row(...REFUSED, VALIDATORS)],

  // Token missing, invalid, not in the right form, expired.
  [99991661, row('token_refused', 'UPSTREAM_PERMISSION_DENIED', 'with-new-token', 'warn', CODES)],
  [99991663, row('token_refused', 'UPSTREAM_PERMISSION_DENIED', 'with-new-token', 'warn', CODES)],
  [99991664, row('token_refused', 'UPSTREAM_PERMISSION_DENIED', 'with-new-token', 'warn', CODES)],
  [99991668, row('token_refused', 'UPSTREAM_PERMISSION_DENIED', 'with-new-token', 'warn', CODES)],
  [99991671, row('token_refused', 'UPSTREAM_PERMISSION_DENIED', 'with-new-token', 'warn', CODES)],
  [99991677, row('token_refused', 'UPSTREAM_PERMISSION_DENIED', 'with-new-token', 'warn', CODES)],

  // Wrong app id or secret; app disabled or not installed; app or token without the scope.
  [99991543, row('permission_denied', 'UPSTREAM_PERMISSION_DENIED', 'never', 'error', CODES)],
  [10014, row('permission_denied', 'UPSTREAM_PERMISSION_DENIED', 'never', 'error', REPORTS)],
  [99991662, row('permission_denied', 'UPSTREAM_PERMISSION_DENIED', 'never', 'error', CODES)],
  [99991673, row('permission_denied', 'UPSTREAM_PERMISSION_DENIED', 'never', 'error', CODES)],
  [99991672, row('permission_denied', 'UPSTREAM_PERMISSION_DENIED', 'never', 'error', CODES)],
  [99991676, row('permission_denied', 'UPSTREAM_PERMISSION_DENIED', 'never', 'error', CODES)],

  // The app has the scope, but the user has not consented to it.
  [99991679, row('consent_missing', 'UPSTREAM_PERMISSION_DENIED', 'never', 'warn', CODES)],
]);

const HTTP = 'RFC 9110';

/** The row of an answer whose code, if there is one, is not in the table. */
export function rowOfHttpStatus(status: number): FailureRow {
  if (status === 429) {
    return row('rate_limited', 'UPSTREAM_RATE_LIMITED', 'after-reset', 'warn', HTTP);
  }
  if (status >= 500) {
    return row('upstream_failed', 'UPSTREAM_UNAVAILABLE', 'backoff', 'warn', HTTP);
  }
  return row('rejected', 'UPSTREAM_REJECTED', 'never', 'error', HTTP);
}

const OWN = 'seen by the gateway itself';

/** Failures without an answer, or with one that cannot be read. */
export const OWN_ROWS = {
  /** Refused, reset, cut off, or no such host. */
  unreachable: row('unreachable', 'UPSTREAM_UNAVAILABLE', 'backoff', 'warn', OWN),
  /** One attempt was too slow; the call may still have time for another. */
  slow: row('timed_out', 'UPSTREAM_TIMEOUT', 'backoff', 'warn', OWN),
  /** The request's deadline has passed. */
  deadline: row('timed_out', 'UPSTREAM_TIMEOUT', 'never', 'warn', OWN),
  /** No operation waits for the answer any more. */
  abandoned: row('abandoned', 'UPSTREAM_TIMEOUT', 'never', 'debug', OWN),
  /** Not JSON, not an envelope, no usable data, or larger than the cap. */
  malformed: row('malformed', 'UPSTREAM_MALFORMED', 'never', 'error', OWN),
} as const;
