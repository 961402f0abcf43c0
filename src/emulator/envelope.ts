import { ErrorCode, messageOf } from './error-codes';

/** The body of every answer. Token endpoints answer beside `code`, all others under `data`. (fact 26) */
export interface EnvelopeBody {
  readonly code: number;
  readonly msg: string;
  readonly [field: string]: unknown;
}

/** An answer that is ready to be sent. `code` is absent when the text is not an envelope. */
export interface Answer {
  readonly status: number;
  readonly code?: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
}

export interface FieldViolation {
  readonly field: string;
  readonly value: string;
  readonly description: string;
}

/** Thrown by whatever turns a call down; the exchange answers with it. */
export class Refusal extends Error {
  override readonly name = 'Refusal';

  constructor(
    readonly status: number,
    readonly code: number,
    readonly details: {
      readonly headers?: Readonly<Record<string, string>>;
      readonly fieldViolations?: readonly FieldViolation[];
    } = {},
  ) {
    super(messageOf(code));
  }
}

/** HTTP 400 and 1580102: the whole call fails because of one parameter. (fact 11) */
export function paramInvalid(field: string, expected: string, received: unknown): Refusal {
  const value = received === undefined ? '' : JSON.stringify(received).slice(0, 100);
  const description = `expected ${expected}`;
  return new Refusal(400, ErrorCode.paramInvalid, {
    fieldViolations: [{ field, value, description }],
  });
}

export function success(data: object): EnvelopeBody {
  return { code: 0, msg: 'success', data };
}

export function answerOf(body: EnvelopeBody): Answer {
  return { status: 200, code: body.code, headers: {}, text: JSON.stringify(body) };
}

export function refusalAnswer(refusal: Refusal, logId: string): Answer {
  const { status, code, message, details } = refusal;
  const violations = details.fieldViolations;
  const error = { log_id: logId, ...(violations && { field_violations: violations }) };
  const text = JSON.stringify({ code, msg: message, error });
  return { status, code, headers: details.headers ?? {}, text };
}
