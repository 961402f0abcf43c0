import { spawn, type ChildProcess } from 'node:child_process';
import { createServer } from 'node:net';
import { once } from 'node:events';
import { join } from 'node:path';
import { startEmulator } from '../../src/emulator/emulator';
import { until } from '../support/until';

/** The built gateway as a process of its own, the way `npm start` runs it. */
const MAIN = join(__dirname, '../../dist/main.js');

let child: ChildProcess | undefined;
afterEach(() => {
  child?.kill('SIGKILL');
});

interface Running {
  readonly url: string;
  readonly process: ChildProcess;
  readonly exit: Promise<number | null>;
  output(): string;
}

function run(env: Record<string, string>): Omit<Running, 'url'> {
  const process = spawn(globalThis.process.execPath, [MAIN], { env, stdio: 'pipe' });
  child = process;
  let text = '';
  process.stdout.on('data', (chunk: Buffer) => (text += chunk.toString()));
  process.stderr.on('data', (chunk: Buffer) => (text += chunk.toString()));
  const exit = once(process, 'close').then(([code]) => code as number | null);
  return { process, exit, output: () => text };
}

async function start(env: Record<string, string> = {}): Promise<Running> {
  const running = run({ PORT: '0', ...env });
  const listening = /"url":"(http[^"]+)\/graphql"/;
  await until(() => running.process.exitCode !== null || listening.test(running.output()));
  const url = listening.exec(running.output())?.[1];
  if (!url) throw new Error(`did not start: ${running.output()}`);
  return { ...running, url };
}

const ask = (url: string, query: string) =>
  fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query }),
  }).then((response) => response.json());

test('With no variable set it serves the embedded emulator, and says so in one line', async () => {
  const running = await start();

  expect(await ask(running.url, '{ __typename }')).toMatchObject({
    data: { __typename: 'Query' },
  });
  expect(running.output().match(/embedded emulator/g)).toHaveLength(1);
});

test('Asked to stop, it answers what is under way, takes nothing new, and exits 0', async () => {
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
  const underWay = ask(
    url,
    `{ user(id: "${person?.openId ?? ''}") { stageTasks(semesterId: "${emulator.semesters.at(-1)?.id ?? ''}") { user { id } } } }`,
  );
  await until(() => emulator.callsOf('find_by_user_list').length === 1);
  running.process.kill('SIGTERM');
  await until(() => running.output().includes('draining'));
  await expect(ask(url, '{ __typename }')).rejects.toThrow('fetch failed');

  expect(await underWay).toMatchObject({
    data: { user: { stageTasks: { user: { id: person?.openId } } } },
  });
  expect(await running.exit).toBe(0);
  await emulator.close();
});

test('Everything that is wrong with the environment is told at once, with exit code 1', async () => {
  const { exit, output } = run({
    NODE_ENV: 'production',
    PORT: '70000',
    FEISHU_BRAND: 'slack',
    REQUEST_DEADLINE_MS: 'soon',
  });

  expect(await exit).toBe(1);
  const lines = output().trim().split('\n');
  expect(lines[0]).toBe('the environment is not usable:');
  expect(lines.slice(1).map((line) => /- ([A-Z_, ]+):/.exec(line)?.[1])).toEqual([
    'PORT',
    'FEISHU_BRAND',
    'REQUEST_DEADLINE_MS',
    'FEISHU_APP_ID, FEISHU_APP_SECRET',
  ]);
});

test('A port that is taken is told in words, with exit code 1', async () => {
  const other = createServer().listen(0, '127.0.0.1');
  await once(other, 'listening');
  const { port } = other.address() as { port: number };
  const { exit, output } = run({ PORT: String(port) });

  expect(await exit).toBe(1);
  expect(output()).toContain(`127.0.0.1:${port} is in use; set PORT to a free one`);
  other.close();
});
