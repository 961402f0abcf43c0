/** The gateway's own codes in `errors[].extensions.code`. They are part of the public contract. */
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

/** What Feishu's support needs to find a call. Clients see nothing else of a failed call's answer. */
export interface UpstreamTrace {
  /** Feishu's own error code; `null` if the answer could not be decoded. */
  readonly code: number | null;
  /** `null` if there was no answer. */
  readonly httpStatus: number | null;
  readonly logId: string | null;
}

/** The public part of an error, in addition to its code and message. */
export interface ErrorDetails {
  /** How long a client should wait before it retries. */
  readonly retryAfterMs?: number;
  readonly upstream?: UpstreamTrace;
  /** The faulty argument of a `BAD_USER_INPUT`. */
  readonly argument?: string;
}

/**
 * A failure whose message and details may be shown to clients. Every other error is a defect: clients see it
 * as `INTERNAL_SERVER_ERROR` without its message.
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

  /** What graphql-js adds to the error of a field. A getter of the class, so that it is not logged beside the parts. */
  get extensions(): ErrorDetails & { readonly code: ErrorCode } {
    return { code: this.code, ...this.details };
  }
}

/** The value of the HTTP header `Retry-After`, in whole seconds. */
export function retryAfterSeconds({ details: { retryAfterMs } }: GatewayError): string | undefined {
  return retryAfterMs === undefined ? undefined : String(Math.ceil(retryAfterMs / 1_000));
}

/** A client's mistake, with the message "argument: expected …, got …". */
export function badUserInput(argument: string, expected: string, got: string): GatewayError {
  return new GatewayError('BAD_USER_INPUT', `${argument}: expected ${expected}, got ${got}`, {
    argument,
  });
}
