import type { ChildProcess } from 'node:child_process';
import { createServer } from 'node:net';
import { once } from 'node:events';
import { startEmulator } from '../../src/emulator/emulator';
import {
  spawnGateway,
  startGatewayProcess,
  type GatewayProcess,
  type StartedProcess,
} from '../support/gateway-process';
import { until } from '../support/until';

let child: ChildProcess | undefined;
afterEach(() => {
  child?.kill('SIGKILL');
});

function run(env: Record<string, string>): StartedProcess {
  const started = spawnGateway(env);
  child = started.process;
  return started;
}

async function start(env?: Record<string, string>): Promise<GatewayProcess> {
  const started = await startGatewayProcess(env);
  child = started.process;
  return started;
}

const ask = (url: string, query: string) =>
  fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query }),
  }).then((response) => response.json());

test('Without any variable the process serves the embedded emulator, and logs one line about it', async () => {
  const running = await start();

  expect(await ask(running.url, '{ __typename }')).toMatchObject({
    data: { __typename: 'Query' },
  });
  expect(running.output().match(/embedded emulator/g)).toHaveLength(1);
});

test('On SIGTERM the process answers requests in progress, accepts no new ones, and exits with 0', async () => {
  const emulator = await startEmulator();
  const running = await start({
    FEISHU_APP_ID: 'cli_emulator',
    FEISHU_APP_SECRET: 'emulator-secret',
    FEISHU_BASE_URL: emulator.url,
    AUTH_ANONYMOUS: 'all',
  });
  const { url } = running;
  const [person] = emulator.people;
  emulator.script({ api: 'find_by_user_list', delayMs: 500 });
  const inProgress = ask(
    url,
    `{ user(id: "${person?.openId ?? ''}") { stageTasks(semesterId: "${emulator.semesters.at(-1)?.id ?? ''}") { user { id } } } }`,
  );
  await until(() => emulator.callsOf('find_by_user_list').length === 1);
  running.process.kill('SIGTERM');
  await until(() => running.output().includes('draining'));
  await expect(ask(url, '{ __typename }')).rejects.toThrow('fetch failed');

  expect(await inProgress).toMatchObject({
    data: { user: { stageTasks: { user: { id: person?.openId } } } },
  });
  expect(await running.exit).toBe(0);
  await emulator.close();
});

test('The process reports all faults of the environment at once, and exits with 1', async () => {
  const { exit, output } = run({
    NODE_ENV: 'production',
    PORT: '70000',
    FEISHU_BRAND: 'slack',
    REQUEST_DEADLINE_MS: 'soon',
  });

  expect(await exit).toBe(1);
  const lines = output().trim().split('\n');
  expect(lines[0]).toBe('invalid environment variables:');
  expect(lines.slice(1).map((line) => /- ([A-Z_, ]+):/.exec(line)?.[1])).toEqual([
    'PORT',
    'FEISHU_BRAND',
    'REQUEST_DEADLINE_MS',
    'FEISHU_APP_ID, FEISHU_APP_SECRET',
  ]);
});

test('The first line of the log has the settings, without secrets', async () => {
  const token = `reports:${'ab'.repeat(32)}`;
  const running = await start({ AUTH_SERVICE_TOKENS: token, LOG_LEVEL: 'info', MCP: 'off' });
  const [first = ''] = running.output().split('\n');

  expect(JSON.parse(first)).toMatchObject({
    msg: 'configuration loaded',
    node: process.version,
    settings: { PORT: '0', AUTH_SERVICE_TOKENS: 'set', LOG_LEVEL: 'info', MCP: 'off' },
  });
  expect(running.output()).not.toContain('abab');
});

test('On SIGTERM while it starts, the process finishes its start, stops, and exits with 0', async () => {
  const { process: starting, exit, output } = run({ PORT: '0' });
  await until(() => output().includes('configuration loaded'));
  starting.kill('SIGTERM');

  expect(await exit).toBe(0);
  expect(output()).toContain('"msg":"stopped"');
});

test('The process names a port that is in use, and exits with 1', async () => {
  const other = createServer().listen(0, '127.0.0.1');
  await once(other, 'listening');
  const { port } = other.address() as { port: number };
  const { exit, output } = run({ PORT: String(port) });

  expect(await exit).toBe(1);
  expect(output()).toContain(`PORT: expected a free port, got 127.0.0.1:${port}, which is in use`);
  other.close();
});

describe('The reader of the log of a process', () => {
  const noise = (url: string) => ask(url, `query ${'A'.repeat(100)} { __typename }`);
  /** Several times as many lines as a pipe and Node’s buffers hold. */
  const LINES = 600;

  test('may close its end: the process answers requests, and exits with 0', async () => {
    const running = await start();
    running.process.stdout?.destroy();
    for (let i = 0; i < 3; i += 1) await noise(running.url);
    running.process.kill('SIGTERM');
    expect(await running.exit).toBe(0);
  });

  test('may stop reading: the process answers requests, and exits with 0', async () => {
    const running = await start();
    running.process.stdout?.pause();
    for (let i = 0; i < LINES; i += 100) {
      await Promise.all(Array.from({ length: 100 }, () => noise(running.url)));
    }
    running.process.kill('SIGTERM');
    const [code] = (await once(running.process, 'exit')) as [number | null];
    expect(code).toBe(0);
    running.process.stdout?.destroy();
  });

  test('has received every line when the process has exited', async () => {
    const running = await start();
    for (let i = 0; i < 500; i += 100) {
      await Promise.all(Array.from({ length: 100 }, () => noise(running.url)));
    }
    running.process.kill('SIGTERM');
    expect(await running.exit).toBe(0);
    expect(running.output().match(/"msg":"operation"/g)).toHaveLength(500);
    expect(running.output()).toContain('"msg":"stopped"');
  });
});
