import { ErrorCode, messageOf } from './error-codes';

/** The body of every answer. Token endpoints put their data beside `code`, others in `data`. (fact 26) */
export interface EnvelopeBody {
  readonly code: number;
  readonly msg: string;
  readonly [field: string]: unknown;
}

/** The body of a success that follows RFC 6749, without a code. */
export interface OAuthBody {
  readonly access_token: string;
  readonly [field: string]: unknown;
}

/** An answer that is ready to send. `code` is absent if the text is not an envelope. */
export interface Answer {
  readonly status: number;
  readonly code?: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
}

/** Thrown to refuse a call. The client gets its status, code and message. */
export class Refusal extends Error {
  override readonly name = 'Refusal';

  constructor(
    readonly status: number,
    readonly code: number,
    readonly details: {
      readonly headers?: Readonly<Record<string, string>>;
      /** By default the message of the code. */
      readonly message?: string;
      /** Added to `error` beside the log ID. */
      readonly error?: Readonly<Record<string, unknown>>;
      /** The error code of RFC 6749: then the body has its shape, and Feishu's code beside it. */
      readonly oauthError?: string;
    } = {},
  ) {
    super(details.message ?? messageOf(code));
  }
}

/** Returns HTTP 400 with code 1580102: one invalid parameter fails the whole call. (fact 11) */
export function paramInvalid(field: string, expected: string, received: unknown): Refusal {
  const value = received === undefined ? '' : JSON.stringify(received).slice(0, 100);
  const description = `expected ${expected}`;
  return new Refusal(400, ErrorCode.paramInvalid, {
    error: { field_violations: [{ field, value, description }] },
  });
}

export function success(data: object): EnvelopeBody {
  return { code: 0, msg: messageOf(0), data };
}

export function answerOf(body: EnvelopeBody | OAuthBody): Answer {
  const code = 'code' in body ? { code: Number(body.code) } : {};
  return { status: 200, ...code, headers: {}, text: JSON.stringify(body) };
}

export function refusalAnswer(refusal: Refusal, logId: string): Answer {
  const { status, code, message, details } = refusal;
  const text = JSON.stringify(
    details.oauthError === undefined
      ? { code, msg: message, error: { log_id: logId, ...details.error } }
      : { code, error: details.oauthError, error_description: message },
  );
  return { status, code, headers: details.headers ?? {}, text };
}
