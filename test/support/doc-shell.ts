import { execFile } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ROOT } from './pages';

/** What happened when a block of a page ran in bash. */
export interface ShellRun {
  readonly stdout: string;
  readonly exitCode: number;
  readonly stderr: string;
  /** The arguments and the environment of each program that a stand-in took the place of, in order. */
  readonly started: readonly StartedProgram[];
}

export interface StartedProgram {
  readonly program: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

/** Programs that would change the machine or start something that does not end. */
const STOOD_IN = ['npm', 'npx', 'docker', 'kubectl', 'helm', 'gateway'];

const STAND_IN = `#!/usr/bin/env node
const { appendFileSync } = require('node:fs');
const { STARTED, ...env } = process.env;
appendFileSync(STARTED, JSON.stringify({ program: require('node:path').basename(process.argv[1]), args: process.argv.slice(2), env }) + '\\n');
`;

/** Node runs what a page evaluates, and stands in for the gateway. */
const NODE = `#!/usr/bin/env bash
case "$1" in
  dist/*) exec "$(dirname "$0")/gateway" "$@" ;;
  *) exec "$REAL_NODE" "$@" ;;
esac
`;

/** Runs a block as a reader would who pastes it into a terminal at the root of the project. */
export async function runInShell(code: string): Promise<ShellRun> {
  const directory = mkdtempSync(join(tmpdir(), 'docs-'));
  const bin = join(directory, 'bin');
  mkdirSync(bin);
  const install = (name: string, text: string) => {
    writeFileSync(join(bin, name), text);
    chmodSync(join(bin, name), 0o755);
  };
  for (const name of STOOD_IN)
    install(name, STAND_IN.replace('/usr/bin/env node', process.execPath));
  install('node', NODE);
  const log = join(directory, 'started');
  const env = {
    PATH: `${bin}:${process.env['PATH'] ?? ''}`,
    HOME: directory,
    STARTED: log,
    REAL_NODE: process.execPath,
  };
  try {
    const run = await bash(code, env);
    const lines = existsSync(log) ? readFileSync(log, 'utf8').split('\n').filter(Boolean) : [];
    return { ...run, started: lines.map((line) => JSON.parse(line) as StartedProgram) };
  } finally {
    rmSync(directory, { recursive: true });
  }
}

function bash(code: string, env: NodeJS.ProcessEnv): Promise<Omit<ShellRun, 'started'>> {
  return new Promise((resolve) => {
    const options = { cwd: ROOT, env, timeout: 15_000 };
    execFile(
      'bash',
      ['--norc', '-euo', 'pipefail', '-c', code],
      options,
      (error, stdout, stderr) => {
        resolve({ stdout, stderr, exitCode: error ? Number(error.code ?? -1) : 0 });
      },
    );
  });
}
