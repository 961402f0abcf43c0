import { GatewayError } from './errors';

/** The error of an operation that has ended before its answer. At the deadline, `reason` is a TimeoutError. */
export function operationEnded(signal: AbortSignal): GatewayError {
  const late = signal.reason instanceof Error && signal.reason.name === 'TimeoutError';
  return new GatewayError(
    'UPSTREAM_TIMEOUT',
    late ? 'Feishu did not answer in time.' : 'The client disconnected before Feishu answered.',
    { upstream: { code: null, httpStatus: null, logId: null } },
  );
}
