import { errorName } from '../domain/error-name';
import type { Logger } from '../observability/logger';
import type { FeishuRequest } from './feishu-client';
import { describeViolations } from './explanation';
import type { Failure } from './failure';
import type { NextStep } from './retry';

/** Logs one failed attempt, without values of the request. */
export function logFailure(
  log: Logger,
  { api, body }: Pick<FeishuRequest<unknown>, 'api' | 'body'>,
  failure: Failure,
  next: NextStep['kind'],
): void {
  const { row, trace, resetMs, missingScopes, explanation, cause } = failure;
  log[row.logLevel](
    {
      api,
      failure: row.kind,
      upstream: trace,
      next,
      resetMs,
      missingScopes,
      ...(explanation && describeViolations(explanation, body)),
      cause: cause === undefined ? undefined : errorName(cause),
    },
    'feishu call failed',
  );
}
