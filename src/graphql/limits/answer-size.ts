import type { GraphQLResponse } from '@apollo/server';
import { countJsonBytes } from '../json-bytes';
import {
  addJson,
  addText,
  countBytes,
  hasTexts,
  joinParts,
  LARGE_RESPONSE_BYTES,
  type JsonPart,
} from '../render/json-text';

/** 1,000 users with all fields of five tasks fit, or about 800 users with ten tasks. */
export const MAX_ANSWER_MB = 4;
const BYTES_PER_MB = 2 ** 20;
export const MAX_ANSWER_BYTES = MAX_ANSWER_MB * BYTES_PER_MB;

type Body = GraphQLResponse['body'];
type Answer = Extract<Body, { kind: 'single' }>['singleResult'];

/** The serialised response as a property of its data, which JSON does not show. */
const SERIALISED = Symbol('serialised');

/**
 * Replaces a response that is too large with a short error. The cost of an operation assumes tasks of
 * average size, so the real response can be larger. The bytes of a large response are counted before its text is
 * joined, which for small responses would take longer than writing them.
 */
export function limitAnswerSize(body: Body, estimatedBytes: number): void {
  if (body.kind !== 'single') return;
  const answer = body.singleResult;
  const bytes = hasTexts(answer.data)
    ? limitParts(answer)
    : estimatedBytes >= LARGE_RESPONSE_BYTES
      ? countJsonBytes(answer)
      : Buffer.byteLength(writeAnswer(answer));
  if (bytes > MAX_ANSWER_BYTES) {
    body.singleResult = { ...answer, data: null, errors: [tooLarge(bytes)] };
  }
}

/** Serialises the response as JSON, with `errors` first, in Apollo's order. */
export function writeAnswer(answer: Answer): string | Buffer {
  const { errors, data, extensions } = answer;
  if (data && isSerialised(data)) return data[SERIALISED];
  const text = hasTexts(data)
    ? joinParts(partsOf(answer))
    : JSON.stringify({ errors, data, extensions });
  if (data) keepSerialised(data, text);
  return text;
}

type Data = NonNullable<Answer['data']>;

function isSerialised(data: Data): data is Data & { readonly [SERIALISED]: string | Buffer } {
  return SERIALISED in data;
}

function keepSerialised(data: Data, text: string | Buffer): void {
  Object.defineProperty(data, SERIALISED, { value: text });
}

/** Serialises the texts of a response unless they are too large. @returns bytes */
function limitParts(answer: Answer): number {
  const parts = partsOf(answer);
  const bytes = countBytes(parts);
  if (answer.data && bytes <= MAX_ANSWER_BYTES) {
    keepSerialised(answer.data, joinParts(parts, bytes));
  }
  return bytes;
}

function partsOf({ errors, data, extensions }: Answer): JsonPart[] {
  const parts: JsonPart[] = [errors ? `{"errors":${JSON.stringify(errors)},"data":` : '{"data":'];
  addJson(parts, data);
  addText(parts, extensions ? `,"extensions":${JSON.stringify(extensions)}}` : '}');
  return parts;
}

function tooLarge(bytes: number) {
  const mb = (bytes / BYTES_PER_MB).toFixed(1);
  return {
    message: `operation: expected an answer of at most ${MAX_ANSWER_MB} MB, got ${mb} MB`,
    extensions: { code: 'OPERATION_TOO_EXPENSIVE' },
  };
}
