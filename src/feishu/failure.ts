import { GatewayError, type ErrorCode, type UpstreamTrace } from '../domain/errors';
import type { FailureKind, FailureRow } from './error-table';
import type { Explanation } from './explanation';
import { namedUsers } from './named-users';
import { AppNotInstalled, ParametersRefused, PermissionDenied } from './ports';

/** One failed attempt: its row in the error table, and what Feishu answered. */
export interface Failure {
  readonly row: FailureRow;
  readonly trace: UpstreamTrace;
  /** How long Feishu accepts no further call, if it names a time. */
  readonly resetMs?: number;
  /** The scopes that the app lacks, for the operator's log. */
  readonly missingScopes?: readonly string[];
  readonly explanation?: Explanation;
  readonly cause?: unknown;
}

/** Messages for clients. Feishu's own words may quote the request, so clients never get them. */
const MESSAGES: Readonly<Record<FailureKind, string>> = {
  rate_limited: 'Feishu allows no further call right now.',
  quota_exhausted: "This tenant's monthly quota of Feishu calls is used up.",
  token_refused: 'Feishu does not accept the access token.',
  permission_denied: 'Feishu does not permit this app to read the data.',
  not_installed: 'The app is not installed in this company, or is disabled there.',
  consent_missing: 'The user has not granted this app the permission to read the data.',
  parameters_refused: 'Feishu refused the parameters of the call.',
  rejected: 'Feishu refused the call.',
  upstream_failed: 'Feishu failed to answer.',
  unreachable: 'Feishu could not be reached.',
  timed_out: 'Feishu did not answer in time.',
  abandoned: 'The client disconnected before Feishu answered.',
  malformed: "Feishu's answer could not be read.",
};

/** Returns a failure without an answer of Feishu. */
export function withoutAnswer(row: FailureRow, cause?: unknown): Failure {
  return { row, trace: { code: null, httpStatus: null, logId: null }, cause };
}

/** The error codes for a call with a user's own token: the user must sign in again, or consent. */
const USER_TOKEN_CODES: Readonly<Partial<Record<FailureKind, ErrorCode>>> = {
  token_refused: 'UNAUTHENTICATED',
  consent_missing: 'FORBIDDEN',
};

/**
 * Returns the error for clients.
 * @param userToken whether the call used a user's own token
 * @param userIds the users that share the call
 */
export function toGatewayError(
  failure: Failure,
  userToken = false,
  userIds: readonly string[] = [],
): GatewayError {
  const { row, trace, resetMs, explanation, cause } = failure;
  const message = MESSAGES[row.kind];
  const retryAfterMs = resetMs === undefined ? {} : { retryAfterMs: Math.ceil(resetMs) };
  const details = { upstream: trace, ...retryAfterMs };
  if (row.kind === 'parameters_refused') {
    const named = explanation ? namedUsers(explanation, userIds) : [];
    return new ParametersRefused(message, details, named);
  }
  if (row.kind === 'permission_denied') {
    return new PermissionDenied(message, details, failure.missingScopes ?? []);
  }
  if (row.kind === 'not_installed') return new AppNotInstalled(message, details);
  const ofUserToken = userToken ? USER_TOKEN_CODES[row.kind] : undefined;
  return new GatewayError(ofUserToken ?? row.errorCode, message, details, { cause });
}
