import { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { Duplex } from 'node:stream';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { FastifyReply } from 'fastify';
import { sendStream } from '../../../src/http/send-stream';
import { createStreamLife, type StreamLife } from '../../../src/http/stream-life';
import { SERVICE } from '../../support/loading-world';

const STALL_MS = 20_000;
const END = 'event: complete\ndata:\n\n';
const result = (count: number) => `event: next\ndata: ${count}\n\n`;

beforeEach(() => {
  jest.useFakeTimers({ doNotFake: ['nextTick', 'queueMicrotask', 'setImmediate'] });
});
afterEach(() => {
  jest.useRealTimers();
});

/** The connection of a client that reads only when the test says so. */
class Connection extends Duplex {
  text = '';
  #takeOne: (() => void) | undefined;

  override _read(): void {
    // The client sends nothing more.
  }

  override _write(chunk: Buffer, _: unknown, done: () => void): void {
    this.#takeOne = () => {
      this.#takeOne = undefined;
      this.text += chunk.toString();
      done();
    };
  }

  /** Reads one write of the server. */
  async readOne(): Promise<void> {
    await nextTurn();
    this.#takeOne?.();
    await nextTurn();
  }
}

function createLife(): StreamLife {
  const { signal } = new AbortController();
  const scope = {
    ...{ requestId: 'r', acceptLanguage: undefined, deadlineAtMs: 0, span: undefined },
    ...{ end: signal, signal },
  };
  const admission = { scope, principal: SERVICE, verifyAgain: () => SERVICE };
  return createStreamLife(admission, { deadlineMs: 1_000, nowMs: () => 0 });
}

/** Sends these events to a client. */
function start(sent: readonly string[], minorVersion = 0) {
  const connection = new Connection();
  const request = new IncomingMessage(connection as unknown as Socket);
  // With HTTP/1.0, each event is one write; with 1.1, it has a size in front, and the response an end.
  request.httpVersionMajor = 1;
  request.httpVersionMinor = minorVersion;
  const raw = new ServerResponse(request);
  raw.assignSocket(connection as unknown as Socket);
  const reply = { raw, request: { raw: request }, hijack: () => reply, getHeaders: () => ({}) };
  const life = createLife();
  const taken: number[] = [];
  async function* events() {
    for (const event of sent) yield await Promise.resolve(event);
  }
  const stream = { events: events(), life, taken: () => taken.push(0), eventId: () => 'known' };
  const over = sendStream(reply as unknown as FastifyReply, stream);
  const isOver = () => Promise.race([over.then(() => true), nextTurn(false)]);
  return { connection, life, taken, over, isOver };
}

test('A heartbeat lets no further result be made', async () => {
  const { connection, taken, over } = start([':\n\n', result(1), END]);
  await connection.readOne();
  expect(taken).toEqual([]);
  await connection.readOne();
  expect(taken).toEqual([0]);
  await connection.readOne();
  await over;

  expect(connection.text).toContain(`:\n\nid: known\n${result(1)}${END}`);
});

test('A client that takes 20 s to read an event is disconnected', async () => {
  const { connection, life, isOver } = start([result(1), result(2)]);
  await nextTurn();
  jest.advanceTimersByTime(STALL_MS - 1);
  expect([await isOver(), connection.destroyed]).toEqual([false, false]);
  jest.advanceTimersByTime(1);

  expect([await isOver(), connection.destroyed, life.reason()]).toEqual([true, true, 'stalled']);
});

test('A client that reads in time has as long for the next event', async () => {
  const { connection, life, isOver } = start([result(1), result(2), result(3)]);
  for (let i = 0; i < 2; i += 1) {
    await nextTurn();
    jest.advanceTimersByTime(STALL_MS - 1);
    await connection.readOne();
  }

  expect([await isOver(), connection.destroyed, life.reason()]).toEqual([false, false, undefined]);
});

test.each(['drained', 'aged', 'unverified'] as const)(
  'The end of a stream (%s) does not wait for a client that does not read',
  async (reason) => {
    const { connection, life, isOver } = start([result(1), result(2)]);
    await nextTurn();
    life.finish(reason);

    expect([await isOver(), connection.destroyed, life.reason()]).toEqual([true, true, reason]);
  },
);

test('A client whose credentials have expired may read why, for 20 s', async () => {
  const { connection, life, isOver } = start([result(1), result(2)]);
  await nextTurn();
  life.finish('refused');
  await nextTurn();
  expect(connection.destroyed).toBe(false);
  jest.advanceTimersByTime(STALL_MS);

  expect([await isOver(), connection.destroyed, life.reason()]).toEqual([true, true, 'refused']);
});

test('A client that does not read the end of the response is disconnected after 20 s', async () => {
  const { connection, isOver } = start([result(1)], 1);
  while (!(await isOver())) await connection.readOne();
  await nextTurn();
  expect(connection.destroyed).toBe(false);
  jest.advanceTimersByTime(STALL_MS);

  expect(connection.destroyed).toBe(true);
});
