import { errorName } from '../domain/error-name';
import type { Logger } from '../observability/logger';
import type { FeishuRequest } from './feishu-client';
import { describeViolations } from './explanation';
import type { Failure } from './failure';
import type { NextStep } from './retry';

/** One line for each attempt that failed, without anything that was sent. */
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
    'a Feishu call failed',
  );
}
