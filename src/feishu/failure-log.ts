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
      cause: nameOf(cause),
    },
    'a Feishu call failed',
  );
}

/** Only the name and code of what the network said: its message may quote what was sent. */
function nameOf(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  const { cause } = error;
  return cause instanceof Error
    ? `${cause.name} ${(cause as NodeJS.ErrnoException).code ?? ''}`.trim()
    : error.name;
}
