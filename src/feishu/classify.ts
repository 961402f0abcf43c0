import type { z } from 'zod';
import type { UpstreamTrace } from '../domain/errors';
import { CODE_ROWS, rowOfHttpStatus, OWN_ROWS, type FailureRow } from './error-table';
import { parseExactJson } from './exact-json';
import { explanationOf } from './explanation';
import type { Failure } from './failure';
import type { TransportReply } from './transport';
import { envelopeWire, oauthAnswerWire, type EnvelopeWire } from './wire/envelope.wire';

/** Applies if Feishu names no time. 60 s ÷ 20 calls: on average, one more call is free by then. */
const DEFAULT_RESET_MS = 3_000;

/** No window of Feishu is longer, so a longer time is an error of the answer. */
const MAX_RESET_MS = 24 * 3_600_000;
const MAX_LOG_ID_LENGTH = 128;

export type Outcome<T> =
  | { readonly ok: true; readonly value: T; readonly trace: UpstreamTrace }
  | { readonly ok: false; readonly failure: Failure };

/** Decodes the envelope of an answer as the endpoint documents it. */
export type DecodeAnswer<T> = (envelope: EnvelopeWire) => z.ZodSafeParseResult<T>;

/**
 * Decides whether an answer is a success or which failure it is. The envelope counts before the HTTP status,
 * because Feishu sends failures with status 200, and rate limits with 429 or 400. (facts 16, 24, 26)
 * @param isEnvelope `optional`: an answer without a code is a success unless the HTTP status says otherwise
 */
export function classify<T>(
  reply: TransportReply,
  decode: DecodeAnswer<T>,
  isEnvelope: 'required' | 'optional' = 'required',
): Outcome<T> {
  const envelope = readEnvelope(reply.body, isEnvelope);
  if (!envelope) {
    const row = reply.status < 400 ? OWN_ROWS.malformed : rowOfHttpStatus(reply.status);
    return { ok: false, failure: describe(row, reply) };
  }
  if (envelope.code !== 0 || reply.status >= 400) {
    const row = CODE_ROWS.get(envelope.code) ?? rowOfHttpStatus(reply.status);
    return { ok: false, failure: describe(row, reply, envelope) };
  }
  const answer = decode(envelope);
  if (answer.success) return { ok: true, value: answer.data, trace: traceOf(reply, envelope) };
  return { ok: false, failure: describe(OWN_ROWS.malformed, reply, envelope) };
}

function readEnvelope(body: string, isEnvelope: 'required' | 'optional'): EnvelopeWire | undefined {
  const wire = isEnvelope === 'optional' ? oauthAnswerWire : envelopeWire;
  try {
    return wire.safeParse(parseExactJson(body)).data;
  } catch {
    return undefined;
  }
}

function describe(row: FailureRow, reply: TransportReply, envelope?: EnvelopeWire): Failure {
  const resetMs = row.retry === 'after-reset' ? readResetMs(reply) : undefined;
  const explanation = envelope && explanationOf(envelope);
  const missingScopes = explanation?.permissionViolations.flatMap((one) => one.subject ?? []);
  return {
    row,
    trace: traceOf(reply, envelope),
    ...(resetMs !== undefined && { resetMs }),
    ...(missingScopes?.length && { missingScopes }),
    ...(explanation && { explanation }),
  };
}

function traceOf(reply: TransportReply, envelope?: EnvelopeWire): UpstreamTrace {
  return {
    code: envelope?.code ?? null,
    httpStatus: reply.status,
    logId: readLogId(reply, envelope),
  };
}

/** The header holds seconds, possibly with a fraction. (fact 16) */
function readResetMs(reply: TransportReply): number {
  const seconds = Number.parseFloat(reply.header('x-ogw-ratelimit-reset') ?? '');
  const ms = seconds * 1_000;
  return ms >= 0 && ms <= MAX_RESET_MS ? ms : DEFAULT_RESET_MS;
}

/** (fact 27) */
function readLogId(reply: TransportReply, envelope?: EnvelopeWire): string | null {
  const ids = [reply.header('x-tt-logid'), reply.header('x-request-id'), envelope?.error?.log_id];
  return ids.find((id) => id !== undefined && id !== '')?.slice(0, MAX_LOG_ID_LENGTH) ?? null;
}
