import { Readable } from 'node:stream';
import type { FastifyReply } from 'fastify';
import type { Answer } from './envelope';
import type { Fault } from './faults';

const JSON_TYPE = 'application/json; charset=utf-8';
const PADDING = ' '.repeat(64 * 1024);

/** Sends an answer, or does to it what the fault orders. */
export function deliver(reply: FastifyReply, answer: Answer, fault: Fault = {}): void {
  if (fault.connection === 'reset') reset(reply);
  else if (fault.connection === 'cut-body') cutBody(reply, answer);
  else if (fault.oversizedBodyBytes === undefined) void prepare(reply, answer).send(answer.text);
  else
    void prepare(reply, answer).send(Readable.from(padded(answer.text, fault.oversizedBodyBytes)));
}

/** Breaks the connection without a word: the client sees a reset, as when a proxy dies. */
function reset(reply: FastifyReply): void {
  reply.hijack();
  reply.raw.socket?.resetAndDestroy();
}

/** Promises the whole length and stops half-way, so that a client that trusts the length would hang. */
function cutBody(reply: FastifyReply, answer: Answer): void {
  prepare(reply, answer);
  reply.hijack();
  const bytes = Buffer.from(answer.text);
  for (const [name, value] of Object.entries(reply.getHeaders())) {
    if (value !== undefined) reply.raw.setHeader(name, value);
  }
  reply.raw.writeHead(answer.status, { 'content-length': bytes.length });
  reply.raw.write(bytes.subarray(0, bytes.length / 2), () => reply.raw.destroy());
}

function prepare(reply: FastifyReply, answer: Answer): FastifyReply {
  return reply.code(answer.status).type(JSON_TYPE).headers(answer.headers);
}

/** A stream rather than a string: the size is not announced, so that a client has to count for itself. */
function* padded(text: string, sizeBytes: number): Generator<string> {
  yield text;
  let leftBytes = sizeBytes - Buffer.byteLength(text);
  while (leftBytes > 0) {
    yield PADDING.slice(0, leftBytes);
    leftBytes -= PADDING.length;
  }
}
