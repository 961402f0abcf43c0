import type { GraphQLResponse } from '@apollo/server';
import { countJsonBytes } from '../json-bytes';
import { hasTexts, writeJson } from '../render/json-text';

export const MAX_ANSWER_MB = 4;
const BYTES_PER_MB = 2 ** 20;
export const MAX_ANSWER_BYTES = MAX_ANSWER_MB * BYTES_PER_MB;

/** Below, counting the bytes would take longer than writing them. */
const COUNTED_BYTES = 2 ** 18;

const MAX_BYTES_PER_CHARACTER = 3;

type Body = GraphQLResponse['body'];
type Answer = Extract<Body, { kind: 'single' }>['singleResult'];

/** Answers that have been written already, by their data. */
const texts = new WeakMap<object, string>();

/**
 * Puts a short error in the place of an answer that is too large to be sent. The cost of an operation goes
 * by what people's tasks look like on average; these are what they are. An answer that is expected to be large
 * is counted before it is written, so that its text is never whole in memory.
 */
export function limitAnswerSize(body: Body, estimatedBytes: number): void {
  if (body.kind !== 'single') return;
  const answer = body.singleResult;
  const bytes = estimatedBytes >= COUNTED_BYTES ? countJsonBytes(answer) : bytesOf(write(answer));
  if (bytes > MAX_ANSWER_BYTES) {
    body.singleResult = { ...answer, data: null, errors: [tooLarge(bytes)] };
  }
}

/** As JSON, with the errors first, as Apollo orders it. */
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
