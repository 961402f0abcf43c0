import { once } from 'node:events';
import { createServer, Server, type AddressInfo, type Socket } from 'node:net';
import { createApp } from '../../src/app';
import { loadConfig } from '../../src/config';
import { createLogger, type Logger } from '../../src/observability/logger';
import { systemClock } from '../../src/system-clock';
import { until } from '../support/until';

/** The test files that ran before in this process may have left servers open. */
let ofOthers: ReadonlySet<Server>;
beforeEach(() => {
  ofOthers = new Set(listening());
});

/** Accepts connections like a Redis that never answers, and occupies a port. */
let redis: Server;
let connections: Set<Socket>;
beforeEach(async () => {
  connections = new Set();
  redis = createServer((socket) => {
    connections.add(socket);
    socket.on('error', () => undefined).on('close', () => connections.delete(socket));
    socket.resume();
  }).listen(0, '127.0.0.1');
  await once(redis, 'listening');
});
afterEach(async () => {
  for (const socket of connections) socket.destroy();
  redis.close();
  await once(redis, 'close');
});

const portOfRedis = () => (redis.address() as AddressInfo).port;

/** A log on a full disk: a line with this text cannot be written. */
function createFailingLog(text: string): Logger {
  return createLogger('info', {
    write(line) {
      if (line.includes(text)) throw new Error('no space left on device');
    },
  });
}

/** Variables that Apollo reads itself, and refuses in this combination. */
const CONTRADICTION = { APOLLO_GRAPH_REF: 'tasks@current', APOLLO_GRAPH_ID: 'tasks' };
afterEach(() => {
  for (const name of Object.keys(CONTRADICTION)) Reflect.deleteProperty(process.env, name);
});

function listening(): Server[] {
  const { _getActiveHandles } = process as unknown as { _getActiveHandles: () => unknown[] };
  return _getActiveHandles
    .call(process)
    .filter((handle): handle is Server => handle instanceof Server && handle.listening);
}

/** Node lists a port for a moment after it was closed. */
const listenOnPorts = () => listening().filter((server) => !ofOthers.has(server)).length;

const REDIS_ALONE = 1;

interface Failure {
  readonly stage: string;
  /** Part of the log line that cannot be written. */
  readonly unwritable?: string;
  readonly env?: () => Record<string, string>;
  readonly apolloEnv?: Record<string, string>;
  readonly error: string;
}

const DISK_FULL = 'no space left on device';
const FAILURES: Failure[] = [
  { stage: 'upstream', unwritable: 'embedded emulator', error: DISK_FULL },
  { stage: 'loading', unwritable: 'redis not connected at start', error: DISK_FULL },
  {
    stage: 'access',
    unwritable: 'AUTH_FEISHU_TENANT_KEY',
    env: () => ({ AUTH_FEISHU_USERS: 'on' }),
    error: DISK_FULL,
  },
  { stage: 'graphql', apolloEnv: CONTRADICTION, error: 'APOLLO_GRAPH_REF' },
  { stage: 'listen', env: () => ({ PORT: String(portOfRedis()) }), error: 'EADDRINUSE' },
  { stage: 'listen, with the port open', unwritable: 'listening', error: DISK_FULL },
];

test.each(FAILURES)(
  'A start that fails at $stage leaves no port and no connection open',
  async ({ unwritable, env, apolloEnv, error }) => {
    Object.assign(process.env, apolloEnv);
    const config = loadConfig({
      PORT: '0',
      REDIS_URL: `redis://127.0.0.1:${portOfRedis()}`,
      ...env?.(),
    });
    const log = unwritable ? createFailingLog(unwritable) : createLogger('silent');

    await expect(createApp(config, { log })).rejects.toThrow(error);

    await until(() => listenOnPorts() === REDIS_ALONE && connections.size === 0);
  },
);

test('A start that succeeds connects to Redis, and its close leaves nothing open', async () => {
  const config = loadConfig({ PORT: '0', REDIS_URL: `redis://127.0.0.1:${portOfRedis()}` });
  const app = await createApp(config, { log: createLogger('silent') });
  await until(() => listenOnPorts() === REDIS_ALONE + 2);
  expect(connections.size).toBe(1);

  const closed = app.close();
  expect(app.close()).toBe(closed);
  await closed;

  await until(() => listenOnPorts() === REDIS_ALONE && connections.size === 0);
});

test('A drain that fails is logged and reported, and still leaves nothing open', async () => {
  const lines: string[] = [];
  const log = createLogger('error', { write: (line) => lines.push(line) });
  const sleep = () => Promise.reject(new Error('the clock stands still'));
  const config = loadConfig({
    NODE_ENV: 'production',
    PORT: '0',
    FEISHU_APP_ID: 'cli_a',
    FEISHU_APP_SECRET: 'secret',
    AUTH_ANONYMOUS: 'all',
  });
  const app = await createApp(config, { log, clock: { ...systemClock, sleep } });

  await expect(app.close()).rejects.toThrow('the clock stands still');

  await until(() => listenOnPorts() === REDIS_ALONE);
  expect(lines).toEqual([expect.stringContaining('"resource":"drain","msg":"close failed"')]);
});
