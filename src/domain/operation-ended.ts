import { GatewayError } from './errors';
import type { OperationEnd } from './operation-end';

/** The error of an operation that has ended before its answer. At the deadline, `reason` is a TimeoutError. */
export function operationEnded({ reason }: Pick<OperationEnd, 'reason'>): GatewayError {
  const late = reason instanceof Error && reason.name === 'TimeoutError';
  return new GatewayError(
    'UPSTREAM_TIMEOUT',
    late ? 'Feishu did not answer in time.' : 'The client disconnected before Feishu answered.',
    { upstream: { code: null, httpStatus: null, logId: null } },
  );
}
