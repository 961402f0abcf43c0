/** The gateway's own codes in `errors[].extensions.code`: public contract, also those that wait for their use. */
export type ErrorCode =
  | 'UNAUTHENTICATED'
  | 'FORBIDDEN'
  | 'BAD_USER_INPUT'
  | 'OPERATION_TOO_EXPENSIVE'
  | 'RATE_LIMITED'
  | 'OPERATION_NOT_LISTED'
  | 'UPSTREAM_RATE_LIMITED'
  | 'UPSTREAM_QUOTA_EXHAUSTED'
  | 'UPSTREAM_TIMEOUT'
  | 'UPSTREAM_UNAVAILABLE'
  | 'UPSTREAM_PERMISSION_DENIED'
  | 'UPSTREAM_REJECTED'
  | 'UPSTREAM_MALFORMED'
  | 'INTERNAL_SERVER_ERROR';

/** What Feishu's support needs to find a call again; nothing else of an answer leaves the gateway. */
export interface UpstreamTrace {
  /** Feishu's own error code, `null` where no envelope could be read. */
  readonly code: number | null;
  /** `null` where no answer came at all. */
  readonly httpStatus: number | null;
  readonly logId: string | null;
}

/** The public part of an error beside its code. */
export interface ErrorDetails {
  /** How long a client should wait before it asks again. */
  readonly retryAfterMs?: number;
  readonly upstream?: UpstreamTrace;
  /** The faulty argument of a `BAD_USER_INPUT`. */
  readonly argument?: string;
}

/**
 * A failure whose message and details may be shown to a client. Anything else that is thrown is a
 * defect, and reaches a client as `INTERNAL_SERVER_ERROR` without its message.
 */
export class GatewayError extends Error {
  override readonly name = 'GatewayError';

  constructor(
    readonly code: ErrorCode,
    message: string,
    readonly details: ErrorDetails = {},
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** For the HTTP header `Retry-After`, which counts whole seconds. */
export function retryAfterSeconds({ details: { retryAfterMs } }: GatewayError): string | undefined {
  return retryAfterMs === undefined ? undefined : String(Math.ceil(retryAfterMs / 1_000));
}

/** A fault of the client's, in the form "argument: expected …, got …". */
export function badUserInput(argument: string, expected: string, got: string): GatewayError {
  return new GatewayError('BAD_USER_INPUT', `${argument}: expected ${expected}, got ${got}`, {
    argument,
  });
}
