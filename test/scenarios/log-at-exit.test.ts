import { spawnSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const LOGGER = join(process.cwd(), 'dist/observability/logger.js');

/** Runs a script that has a `log`. @returns its log messages, read from a pipe and from a file */
function messagesOf(script: string): string[][] {
  const directory = mkdtempSync(join(tmpdir(), 'log-'));
  const path = join(directory, 'log');
  const file = openSync(path, 'w');
  const text = `const log = require(${JSON.stringify(LOGGER)}).createLogger('info'); ${script}`;
  const run = (stdout: 'pipe' | number) =>
    spawnSync(process.execPath, ['-e', text], { stdio: ['ignore', stdout, 'ignore'] });
  const piped = run('pipe').stdout.toString();
  run(file);
  closeSync(file);
  const written = readFileSync(path, 'utf8');
  rmSync(directory, { recursive: true });
  return [piped, written].map((lines) => {
    return [...lines.matchAll(/"msg":"(\w+)"/g)].map(([, message]) => message ?? '');
  });
}

test.each([
  ['ends by itself', "log.info('last');"],
  ['calls process.exit', "log.info('last'); process.exit(0);"],
  ['throws an error that is not caught', "log.info('last'); throw new Error('defect');"],
  ['has a rejection that is not caught', "log.info('last'); Promise.reject(new Error('defect'));"],
  ['is aborted after a fatal error', "log.fatal('last'); process.abort();"],
])('The log has every line, in its order, of a process that %s', (_, end) => {
  const script = `for (let i = 0; i < 300; i += 1) log.info('line'); ${end}`;
  const expected = [...Array<string>(300).fill('line'), 'last'];
  expect(messagesOf(script)).toEqual([expected, expected]);
});
