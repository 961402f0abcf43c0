import { GatewayError, type ErrorCode, type UpstreamTrace } from '../domain/errors';
import type { FailureKind, FailureRow } from './error-table';
import type { Explanation } from './explanation';
import { namedUsers } from './named-users';
import { ParametersRefused } from './ports';

/** One attempt that brought no answer: its row of the error table, and what upstream said. */
export interface Failure {
  readonly row: FailureRow;
  readonly trace: UpstreamTrace;
  /** How long upstream wants to be left alone, where it says so. */
  readonly resetMs?: number;
  /** The scopes that the app lacks, for the operator's log. */
  readonly missingScopes?: readonly string[];
  readonly explanation?: Explanation;
  readonly cause?: unknown;
}

/** Upstream's own words never reach a client, since they may quote what was sent. */
const MESSAGES: Readonly<Record<FailureKind, string>> = {
  rate_limited: 'Feishu allows no further call right now.',
  quota_exhausted: "This tenant's monthly number of Feishu calls is used up.",
  token_refused: 'Feishu does not accept the access token.',
  permission_denied: 'Feishu does not permit this app to read the data.',
  consent_missing: 'The user has not granted this app the permission to read the data.',
  parameters_refused: 'Feishu refused the parameters of the call.',
  rejected: 'Feishu refused the call.',
  upstream_failed: 'Feishu failed to answer.',
  unreachable: 'Feishu could not be reached.',
  timed_out: 'Feishu did not answer in time.',
  abandoned: 'The client disconnected before Feishu answered.',
  malformed: "Feishu's answer could not be read.",
};

/** A failure in which upstream said nothing. */
export function withoutAnswer(row: FailureRow, cause?: unknown): Failure {
  return { row, trace: { code: null, httpStatus: null, logId: null }, cause };
}

/** What a failure of a user's own token is: the user has to sign in again, or to consent. */
const OF_USER_TOKEN: Readonly<Partial<Record<FailureKind, ErrorCode>>> = {
  token_refused: 'UNAUTHENTICATED',
  consent_missing: 'FORBIDDEN',
};

/**
 * @param userToken whether the call went out with a user's own token
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
  const ofUserToken = userToken ? OF_USER_TOKEN[row.kind] : undefined;
  return new GatewayError(ofUserToken ?? row.errorCode, message, details, { cause });
}
