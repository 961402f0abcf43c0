import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { until } from './until';

/** The built gateway, the way `npm start` runs it. Tests and benchmarks run in the project's folder. */
const MAIN = join(process.cwd(), 'dist/main.js');

export interface StartedProcess {
  readonly process: ChildProcess;
  readonly exit: Promise<number | null>;
  readonly output: () => string;
}

export interface GatewayProcess extends StartedProcess {
  readonly url: string;
}

export function spawnGateway(env: Record<string, string>): StartedProcess {
  const process = spawn(globalThis.process.execPath, [MAIN], { env, stdio: 'pipe' });
  let text = '';
  process.stdout.on('data', (chunk: Buffer) => (text += chunk.toString()));
  process.stderr.on('data', (chunk: Buffer) => (text += chunk.toString()));
  const exit = once(process, 'close').then(([code]) => code as number | null);
  return { process, exit, output: () => text };
}

/** Resolves when it listens. */
export async function startGatewayProcess(
  env: Record<string, string> = {},
): Promise<GatewayProcess> {
  const started = spawnGateway({ PORT: '0', ...env });
  const listening = /"url":"(http[^"]+)\/graphql"/;
  await until(() => started.process.exitCode !== null || listening.test(started.output()));
  const url = listening.exec(started.output())?.[1];
  if (!url) throw new Error(`did not start: ${started.output()}`);
  return { ...started, url };
}
