import type { GraphQLResponse } from '@apollo/server';
import { countJsonBytes } from '../json-bytes';
import { hasTexts, writeJson } from '../render/json-text';

/** 1,000 users with all fields of five tasks fit, or about 800 users with ten tasks. */
export const MAX_ANSWER_MB = 4;
const BYTES_PER_MB = 2 ** 20;
export const MAX_ANSWER_BYTES = MAX_ANSWER_MB * BYTES_PER_MB;

/** For smaller responses, counting the bytes takes longer than serialising them. */
const MIN_COUNTED_BYTES = 2 ** 18;

const MAX_BYTES_PER_CHARACTER = 3;

type Body = GraphQLResponse['body'];
type Answer = Extract<Body, { kind: 'single' }>['singleResult'];

/** Responses that are already serialised, by their data. */
const texts = new WeakMap<object, string>();

/**
 * Replaces a response that is too large with a short error. The cost of an operation assumes tasks of
 * average size, so the real response can be larger. If the estimate is large, the bytes are counted before
 * the response is serialised, so that its text is never held in memory as a whole.
 */
export function limitAnswerSize(body: Body, estimatedBytes: number): void {
  if (body.kind !== 'single') return;
  const answer = body.singleResult;
  const bytes = estimatedBytes >= MIN_COUNTED_BYTES ? countBytes(answer) : bytesOf(write(answer));
  if (bytes > MAX_ANSWER_BYTES) {
    body.singleResult = { ...answer, data: null, errors: [tooLarge(bytes)] };
  }
}

/** Serialises the response as JSON, with `errors` first, in Apollo's order. */
export function writeAnswer(answer: Answer): string {
  return (answer.data && texts.get(answer.data)) ?? write(answer);
}

function write(answer: Answer): string {
  const { errors, data, extensions } = answer;
  const text =
    data && hasTexts(data) ? writeParts(answer) : JSON.stringify({ errors, data, extensions });
  if (data) texts.set(data, text);
  return text;
}

function writeParts({ errors, data, extensions }: Answer): string {
  const parts = [
    ...(errors ? [`"errors":${JSON.stringify(errors)}`] : []),
    `"data":${writeJson(data)}`,
    ...(extensions ? [`"extensions":${JSON.stringify(extensions)}`] : []),
  ];
  return `{${parts.join(',')}}`;
}

function countBytes(answer: Answer): number {
  return answer.data && hasTexts(answer.data)
    ? countJsonBytes(answer, writeJson)
    : countJsonBytes(answer);
}

/** Counted only where the text could be too large. */
function bytesOf(text: string): number {
  return text.length * MAX_BYTES_PER_CHARACTER > MAX_ANSWER_BYTES ? Buffer.byteLength(text) : 0;
}

function tooLarge(bytes: number) {
  const mb = (bytes / BYTES_PER_MB).toFixed(1);
  return {
    message: `operation: expected an answer of at most ${MAX_ANSWER_MB} MB, got ${mb} MB`,
    extensions: { code: 'OPERATION_TOO_EXPENSIVE' },
  };
}
