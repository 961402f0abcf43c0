import {
  createServer,
  TIMEOUTS,
  type ServerOptions,
  type Timeouts,
} from '../../../src/http/server';
import { createLogger } from '../../../src/observability/logger';
import { openConnection, type RawConnection } from '../../support/raw-http';
import { until } from '../../support/until';

const ANSWER = 'x'.repeat(4 * 1024 * 1024);
const SHORT: Timeouts = { ...TIMEOUTS, headersMs: 100, requestMs: 200, checkMs: 20, answerMs: 200 };

type Server = Awaited<ReturnType<typeof createServer>>;
let server: Server;
let url: string;
const opened: RawConnection[] = [];
afterEach(async () => {
  for (const { socket } of opened.splice(0)) socket.destroy();
  await server.close();
});

async function start(options: Partial<ServerOptions>): Promise<void> {
  server = await createServer({
    log: createLogger('silent'),
    corsOrigins: [],
    identityHeaders: [],
    trustedProxies: [],
    localNames: undefined,
    draining: () => false,
    timeouts: SHORT,
    ...options,
  });
  server.get('/large', () => ANSWER);
  server.get('/ip', ({ ip }) => ip);
  server.post('/', () => 'ok');
  url = await server.listen({ port: 0, host: '127.0.0.1' });
}

async function open(text?: string): Promise<RawConnection> {
  const connection = await openConnection(url, text);
  opened.push(connection);
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
])('A client that %s is hung up on, however busy it is', async (_, text) => {
  await start({});
  const connection = await open(text);
  if (text === '') await connection.closed;
  else await drip(connection);
  expect(connection.received()).toContain(' 408 ');
});

test('Time for headers is not longer than for the whole request: Node would swap the two', async () => {
  await start({ timeouts: TIMEOUTS });
  const { headersTimeout, requestTimeout } = server.server;
  expect([headersTimeout, requestTimeout]).toEqual([TIMEOUTS.headersMs, TIMEOUTS.requestMs]);
  expect(headersTimeout).toBeLessThanOrEqual(requestTimeout);
  expect(TIMEOUTS.checkMs).toBeLessThanOrEqual(1_000);
});

test('Clients that do not read their answers are given up, with all that they have asked for', async () => {
  await start({});
  const connections = await Promise.all(
    Array.from({ length: 20 }, () => open('GET /large HTTP/1.1\r\nHost: a\r\n\r\n'.repeat(3))),
  );
  for (const { socket } of connections) socket.pause();
  await until(() => connectionsOf(server) === 20);
  await until(() => connectionsOf(server) === 0);
});

test('A client that reads its answers keeps its connection', async () => {
  await start({});
  const connection = await open();
  for (let answers = 1; answers <= 3; answers += 1) {
    connection.socket.write('GET /large HTTP/1.1\r\nHost: a\r\n\r\n');
    await until(() => connection.received().length > answers * ANSWER.length);
  }
  expect(connection.socket.destroyed).toBe(false);
});

let count = 0;
function connectionsOf({ server: http }: Server): number {
  http.getConnections((_error, connections) => {
    count = connections;
  });
  return count;
}
