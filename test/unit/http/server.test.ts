import type { FastifyInstance } from 'fastify';
import type { Socket } from 'node:net';
import { setImmediate as nextTurn, setTimeout as delay } from 'node:timers/promises';
import {
  createServer,
  TIMEOUTS,
  type ServerOptions,
  type Timeouts,
} from '../../../src/http/server';
import { onceClosed } from '../../../src/http/once-closed';
import { createLogger } from '../../../src/observability/logger';
import { connect, type RawConnection } from '../../support/raw-http';
import { until } from '../../support/until';

const ANSWER = 'x'.repeat(4 * 1024 * 1024);
const SHORT: Timeouts = {
  ...TIMEOUTS,
  headersMs: 100,
  requestMs: 200,
  checkMs: 20,
  responseMs: 200,
};

let server: Awaited<ReturnType<typeof createServer>>;
let url: string;
const opened: RawConnection[] = [];
afterEach(async () => {
  for (const { socket } of opened.splice(0)) socket.destroy();
  await server.close();
});

async function start(
  options: Partial<ServerOptions>,
  extend: (server: FastifyInstance) => void = () => undefined,
): Promise<void> {
  server = await createServer({
    log: createLogger('silent'),
    corsOrigins: [],
    identityHeaders: [],
    trustedProxies: [],
    localNames: undefined,
    draining: () => false,
    timeouts: SHORT,
    maxUnreadBytes: Infinity,
    nowMs: () => performance.now(),
    ...options,
  });
  server.get('/large', () => ANSWER);
  server.get('/small', () => 'small answer');
  server.post('/', () => 'ok');
  extend(server);
  url = await server.listen({ port: 0, host: '127.0.0.1' });
}

async function open(text?: string): Promise<RawConnection> {
  const connection = await connect(url, text);
  opened.push(connection);
  return connection;
}

/** A client that never reads. */
async function openUnread(text: string): Promise<RawConnection> {
  const connection = await open();
  connection.socket.pause();
  connection.socket.write(text);
  return connection;
}

/** Sends a byte again and again, so that the connection is never idle. */
async function drip({ socket, closed }: RawConnection): Promise<void> {
  const timer = setInterval(() => socket.write('a'), 10);
  await closed;
  clearInterval(timer);
}

const POST =
  'POST / HTTP/1.1\r\nHost: a\r\nContent-Type: text/plain\r\nContent-Length: 100000\r\n\r\n';

test.each([
  ['sends nothing', ''],
  ['sends a header without end', 'GET / HTTP/1.1\r\nHost: a\r\nX-A: '],
  ['sends a body without end', POST],
])('A client that %s is disconnected, however many bytes it sends', async (_, text) => {
  await start({});
  const connection = await open(text);
  if (text === '') await connection.closed;
  else await drip(connection);
  expect(connection.received()).toContain(' 408 ');
});

test('A connection that is opened ahead of need may stay silent for 10 s, and a request may take 15 s', () => {
  expect(TIMEOUTS).toMatchObject({ headersMs: 10_000, requestMs: 15_000 });
});

test('The timeout for headers is not longer than the one for requests, since Node would swap them', async () => {
  await start({ timeouts: TIMEOUTS });
  const { headersTimeout, requestTimeout } = server.server;
  expect([headersTimeout, requestTimeout]).toEqual([TIMEOUTS.headersMs, TIMEOUTS.requestMs]);
  expect(headersTimeout).toBeLessThanOrEqual(requestTimeout);
  expect(TIMEOUTS.checkMs).toBeLessThanOrEqual(1_000);
});

test('Clients that do not read their answers are disconnected with all of their requests', async () => {
  await start({});
  const accepted: Socket[] = [];
  server.server.on('connection', (socket) => accepted.push(socket));
  const request = 'GET /large HTTP/1.1\r\nHost: a\r\n\r\n'.repeat(3);
  const clients = await Promise.all(Array.from({ length: 20 }, () => openUnread(request)));

  await until(() => accepted.length === 20 && accepted.every(({ destroyed }) => destroyed));
  expect(clients.map(({ received }) => received())).toEqual(clients.map(() => ''));
});

test('The oldest unread answers are given up before their timeout when there are many', async () => {
  await start({
    timeouts: { ...TIMEOUTS, responseMs: 60_000, unreadMs: 0 },
    maxUnreadBytes: 3.5 * ANSWER.length,
  });
  const accepted: Socket[] = [];
  server.server.on('connection', (socket) => accepted.push(socket));
  for (let clients = 1; clients <= 6; clients += 1) {
    await openUnread('GET /large HTTP/1.1\r\nHost: a\r\n\r\n');
    await until(() => accepted.length === clients);
  }

  await until(() => accepted.filter(({ destroyed }) => destroyed).length === 3);
  expect(accepted.map(({ destroyed }) => destroyed)).toEqual([
    true,
    true,
    true,
    false,
    false,
    false,
  ]);
});

test.each([
  ['it is answered', 'small', 1],
  ['the client disconnects before the answer', 'never', 1],
  ['the client disconnects with further requests sent', 'never', 3],
])('A request ends once: %s', async (_, path, requests) => {
  let begun = 0;
  let over = 0;
  await start({}, (extended) => {
    extended.addHook('onRequest', (_request, reply, done) => {
      begun += 1;
      onceClosed(reply, () => (over += 1));
      done();
    });
    extended.get('/never', () => new Promise(() => undefined));
  });
  const text = `GET /${path} HTTP/1.1\r\nHost: a\r\n\r\n`;
  const connection = await open(text.repeat(requests));
  if (path === 'never') {
    await until(() => begun === requests);
    connection.socket.destroy();
    await connection.closed;
  }
  await until(() => over >= requests);
  // What would end a request twice happens in the next turns of the event loop.
  for (let turns = 0; turns < 10; turns += 1) await nextTurn();
  expect(over).toBe(requests);
});

test('A request that is over before the question calls back at once', async () => {
  const order: string[] = [];
  await start({}, (extended) => {
    extended.get('/gone', async (_request, reply) => {
      reply.raw.socket?.destroy();
      onceClosed(reply, () => order.push('called back'));
      order.push('asked');
      return reply.hijack();
    });
  });
  const connection = await open('GET /gone HTTP/1.1\r\nHost: a\r\n\r\n');
  await connection.closed;
  expect(order).toEqual(['called back', 'asked']);
});

test('Those that wait for the end of a request are called in their order, and add one listener', async () => {
  const order: string[] = [];
  const added: number[] = [];
  await start({}, (extended) => {
    extended.get('/waiting', (request, reply) => {
      const listeners = () =>
        reply.raw.listenerCount('close') + request.raw.socket.listenerCount('close');
      const before = listeners();
      for (const name of ['a', 'b', 'c']) onceClosed(reply, () => order.push(name));
      added.push(listeners() - before);
      return 'ok';
    });
  });
  const connection = await open('GET /waiting HTTP/1.1\r\nHost: a\r\n\r\n'.repeat(2));
  await until(() => order.length === 6);
  expect(order.join('')).toBe('abcabc');
  // The first request of a connection adds the listener that the connection keeps.
  expect(added).toEqual([2, 1]);
  connection.socket.destroy();
});

test('A timer serves all unread answers', async () => {
  const timers = jest.spyOn(global, 'setTimeout');
  const responseMs = 12_345;
  await start({ timeouts: { ...TIMEOUTS, responseMs } });
  const connection = await open('GET /small HTTP/1.1\r\nHost: a\r\n\r\n'.repeat(5));
  await until(() => connection.received().split('small answer').length === 6);
  const set = timers.mock.calls.filter(([, ms]) => ms === responseMs);
  timers.mockRestore();
  expect(set).toHaveLength(1);
});

test('A client that does not read is disconnected after its own timeout, though the timer was set before', async () => {
  let nowMs = 0;
  const responseMs = 100;
  let ready = 0;
  await start({ timeouts: { ...TIMEOUTS, responseMs }, nowMs: () => nowMs }, (extended) => {
    extended.addHook('onSend', (_request, _reply, _payload, done) => {
      ready += 1;
      done();
    });
  });
  const accepted: Socket[] = [];
  server.server.on('connection', (socket) => accepted.push(socket));
  const reader = await open('GET /small HTTP/1.1\r\nHost: a\r\n\r\n');
  await until(() => reader.received().includes('small answer'));
  nowMs = 90;
  await openUnread('GET /large HTTP/1.1\r\nHost: a\r\n\r\n');
  await until(() => ready === 2);
  nowMs = 189;
  await delay(2 * responseMs);
  expect(accepted.map(({ destroyed }) => destroyed)).toEqual([false, false]);
  nowMs = 190;
  await until(() => accepted[1]?.destroyed === true);
  expect(accepted[0]?.destroyed).toBe(false);
});

test('A client that reads its answers keeps its connection', async () => {
  const responseMs = 100;
  await start({ timeouts: { ...TIMEOUTS, responseMs } });
  const connection = await open();
  for (let answers = 1; answers <= 3; answers += 1) {
    connection.socket.write('GET /small HTTP/1.1\r\nHost: a\r\n\r\n');
    await until(() => connection.received().split('small answer').length > answers);
    await delay(responseMs / 2);
  }
  expect(connection.socket.destroyed).toBe(false);
});

test('A connection that was opened in advance does not delay the close', async () => {
  // Longer than a test may take.
  await start({ timeouts: { ...TIMEOUTS, headersMs: 60_000, requestMs: 60_000 } });
  const unused = await open();
  const used = await open('GET /small HTTP/1.1\r\nHost: a\r\n\r\n');
  await until(() => used.received().includes('small answer'));
  await server.close();

  expect(unused.received()).toBe('');
  await until(() => unused.socket.closed);
});
