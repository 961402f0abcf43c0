import { GatewayError, type UpstreamTrace } from '../domain/errors';
import type { FailureKind, FailureRow } from './error-table';

/** One attempt that brought no answer: its row of the error table, and what upstream said. */
export interface Failure {
  readonly row: FailureRow;
  readonly trace: UpstreamTrace;
  /** How long upstream wants to be left alone, where it says so. */
  readonly resetMs?: number;
  /** The scopes that the app lacks, for the operator's log. */
  readonly missingScopes?: readonly string[];
  readonly cause?: unknown;
}

/** Upstream's own words never reach a client, since they may quote what was sent. */
const MESSAGES: Readonly<Record<FailureKind, string>> = {
  rate_limited: 'Feishu allows no further call right now.',
  quota_exhausted: "This tenant's monthly number of Feishu calls is used up.",
  token_refused: 'Feishu does not accept the access token.',
  permission_denied: 'Feishu does not permit this app to read the data.',
  parameters_refused: 'Feishu refused the parameters of the call.',
  rejected: 'Feishu refused the call.',
  upstream_failed: 'Feishu failed to answer.',
  unreachable: 'Feishu could not be reached.',
  timed_out: 'Feishu did not answer in time.',
  abandoned: 'The caller went away before Feishu answered.',
  malformed: "Feishu's answer could not be read.",
};

/** A failure in which upstream said nothing. */
export function withoutAnswer(row: FailureRow, cause?: unknown): Failure {
  return { row, trace: { code: null, httpStatus: null, logId: null }, cause };
}

/** @param userToken whether the refused token was the caller's own, who then has to sign in again */
export function toGatewayError(failure: Failure, userToken: boolean): GatewayError {
  const { row, trace, resetMs, cause } = failure;
  const signInAgain = userToken && row.kind === 'token_refused';
  return new GatewayError(
    signInAgain ? 'UNAUTHENTICATED' : row.errorCode,
    MESSAGES[row.kind],
    { upstream: trace, ...(resetMs !== undefined && { retryAfterMs: Math.ceil(resetMs) }) },
    { cause },
  );
}
