import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { watch, type StartedProcess } from './gateway-process';

/** The built command line. */
const CLI = join(process.cwd(), 'dist/cli/main.js');

/** Runs a subcommand as an operator would. */
export function spawnCli(
  args: readonly string[],
  env: Record<string, string> = {},
): StartedProcess {
  return watch(spawn(process.execPath, [CLI, ...args], { env, stdio: 'pipe' }));
}
