import type { ErrorCode } from '../domain/errors';

/** Why one attempt failed. Metrics, logs and rules use the same names. */
export type FailureKind =
  | 'rate_limited'
  | 'quota_exhausted'
  | 'token_refused'
  | 'permission_denied'
  | 'not_installed'
  | 'consent_missing'
  | 'parameters_refused'
  | 'rejected'
  | 'upstream_failed'
  | 'unreachable'
  | 'timed_out'
  | 'abandoned'
  | 'malformed';

/**
 * When the same call may be sent again. All calls are reads, so a repeat changes nothing at Feishu and only
 * spends quota.
 * - `never`: the answer would be the same.
 * - `backoff`: the fault is temporary; retry a few times with growing, jittered pauses.
 * - `after-reset`: the call fails; the quota gate closes for the time that Feishu names.
 * - `with-new-token`: retry once, after dropping the refused token and fetching a new one.
 */
export type RetryRule = 'never' | 'backoff' | 'after-reset' | 'with-new-token';

export interface FailureRow {
  readonly kind: FailureKind;
  /** The `extensions.code` that the client sees. */
  readonly errorCode: ErrorCode;
  readonly retry: RetryRule;
  readonly logLevel: 'debug' | 'warn' | 'error';
  /** The source for the meaning of the code. */
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
const OAUTH = 'documentation page of the OAuth token endpoint';
const VALIDATORS = 'answers of other APIs that several public projects report';

/** A single invalid user ID is enough for any of these checks to refuse the call. (facts 11 and 31) */
const REFUSED = ['parameters_refused', 'UPSTREAM_REJECTED', 'never', 'warn'] as const;

/** The meaning of each `code` of Feishu. For other codes the HTTP status decides. */
export const CODE_ROWS: ReadonlyMap<number, FailureRow> = new Map([
  // More than 20 calls a minute. Some published advice wrongly calls it "permission denied". (fact 19)
  [99991400, row('rate_limited', 'UPSTREAM_RATE_LIMITED', 'after-reset', 'warn', LIMITS)],
  // The tenant's monthly quota is used up. It starts again on the first of the month.
  [99991403, row('quota_exhausted', 'UPSTREAM_QUOTA_EXHAUSTED', 'never', 'error', QUOTA)],

  [1580101, row('upstream_failed', 'UPSTREAM_UNAVAILABLE', 'backoff', 'warn', PAGE)],

  // The first code is the API's own check; the others are checks of the platform: an invalid ID (one code
  // for each type of ID), an open ID of another app, a user ID of another tenant, an invalid field.
  [1580102, row(...REFUSED, PAGE)],
  [99992351, row(...REFUSED, VALIDATORS)],
  [99992352, row(...REFUSED, VALIDATORS)],
  [99992353, row(...REFUSED, VALIDATORS)],
  [99992354, row(...REFUSED, VALIDATORS)],
  [99992361, row(...REFUSED, VALIDATORS)],
  [99992364, row(...REFUSED, VALIDATORS)],
  [99992402, row(...REFUSED, VALIDATORS)],

  // The token is missing, invalid, malformed or expired.
  [99991661, row('token_refused', 'UPSTREAM_PERMISSION_DENIED', 'with-new-token', 'warn', CODES)],
  [99991663, row('token_refused', 'UPSTREAM_PERMISSION_DENIED', 'with-new-token', 'warn', CODES)],
  [99991664, row('token_refused', 'UPSTREAM_PERMISSION_DENIED', 'with-new-token', 'warn', CODES)],
  [99991668, row('token_refused', 'UPSTREAM_PERMISSION_DENIED', 'with-new-token', 'warn', CODES)],
  [99991671, row('token_refused', 'UPSTREAM_PERMISSION_DENIED', 'with-new-token', 'warn', CODES)],
  [99991677, row('token_refused', 'UPSTREAM_PERMISSION_DENIED', 'with-new-token', 'warn', CODES)],

  // The ticket of a store app is invalid, and its app token, as the token endpoints say it.
  [10012, row('token_refused', 'UPSTREAM_PERMISSION_DENIED', 'with-new-token', 'warn', CODES)],
  [10013, row('token_refused', 'UPSTREAM_PERMISSION_DENIED', 'with-new-token', 'warn', REPORTS)],

  // The app ID or secret is wrong, also as oauth/v3/token says it; app or token lack the scope.
  [99991543, row('permission_denied', 'UPSTREAM_PERMISSION_DENIED', 'never', 'error', CODES)],
  [10014, row('permission_denied', 'UPSTREAM_PERMISSION_DENIED', 'never', 'error', REPORTS)],
  [20002, row('permission_denied', 'UPSTREAM_PERMISSION_DENIED', 'never', 'error', OAUTH)],
  [20048, row('permission_denied', 'UPSTREAM_PERMISSION_DENIED', 'never', 'error', OAUTH)],
  [99991672, row('permission_denied', 'UPSTREAM_PERMISSION_DENIED', 'never', 'error', CODES)],
  [99991676, row('permission_denied', 'UPSTREAM_PERMISSION_DENIED', 'never', 'error', CODES)],

  // The company has disabled the app, or has not installed it.
  [99991662, row('not_installed', 'UPSTREAM_PERMISSION_DENIED', 'never', 'error', CODES)],
  [99991673, row('not_installed', 'UPSTREAM_PERMISSION_DENIED', 'never', 'error', CODES)],

  // The app has the scope, but the user has not consented to it.
  [99991679, row('consent_missing', 'UPSTREAM_PERMISSION_DENIED', 'never', 'warn', CODES)],
]);

const HTTP = 'RFC 9110';

/** Returns the row for an answer without a code, or with a code that is not in the table. */
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

/** Failures without a readable answer. */
export const OWN_ROWS = {
  /** The connection was refused, reset or cut off, or the host does not exist. */
  unreachable: row('unreachable', 'UPSTREAM_UNAVAILABLE', 'backoff', 'warn', OWN),
  /** One attempt was too slow; the call may still have time for another. */
  slow: row('timed_out', 'UPSTREAM_TIMEOUT', 'backoff', 'warn', OWN),
  /** The request's deadline has passed. */
  deadline: row('timed_out', 'UPSTREAM_TIMEOUT', 'never', 'warn', OWN),
  /** All operations that waited for the answer are gone. */
  abandoned: row('abandoned', 'UPSTREAM_TIMEOUT', 'never', 'debug', OWN),
  /** Not JSON, not an envelope, without usable data, or larger than the limit. */
  malformed: row('malformed', 'UPSTREAM_MALFORMED', 'never', 'error', OWN),
} as const;
