import { Readable } from 'node:stream';
import type { FastifyReply } from 'fastify';
import type { Answer } from './envelope';
import type { Fault } from './faults';

const JSON_TYPE = 'application/json; charset=utf-8';
const PADDING = ' '.repeat(64 * 1024);

/** Sends an answer, and applies the fault's `connection` or `oversizedBodyBytes`. */
export function deliver(reply: FastifyReply, answer: Answer, fault: Fault = {}): void {
  if (fault.connection === 'reset') reset(reply);
  else if (fault.connection === 'cut-body') cutBody(reply, answer);
  else if (fault.oversizedBodyBytes === undefined) void prepare(reply, answer).send(answer.text);
  else
    void prepare(reply, answer).send(Readable.from(padded(answer.text, fault.oversizedBodyBytes)));
}

/** Resets the connection without an answer, as when a proxy crashes. */
function reset(reply: FastifyReply): void {
  reply.hijack();
  reply.raw.socket?.resetAndDestroy();
}

/** Announces the whole length, sends half of the body and closes the connection. */
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

/** Yields a stream, so that there is no content length and the client must count the bytes. */
function* padded(text: string, sizeBytes: number): Generator<string> {
  yield text;
  let leftBytes = sizeBytes - Buffer.byteLength(text);
  while (leftBytes > 0) {
    yield PADDING.slice(0, leftBytes);
    leftBytes -= PADDING.length;
  }
}
