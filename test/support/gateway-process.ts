import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { nextMessage } from './next-message';
import { until } from './until';

/** The built gateway, as `npm start` runs it. Tests and benchmarks run in the project's folder. */
const MAIN = join(process.cwd(), 'dist/main.js');
/** Loaded before the gateway if a test steps its clock. */
const STEP_CLOCK = join(process.cwd(), 'test/support/step-clock.cjs');

export interface StartedProcess {
  readonly process: ChildProcess;
  readonly exit: Promise<number | null>;
  readonly output: () => string;
}

export interface GatewayProcess extends StartedProcess {
  readonly url: string;
}

export function spawnGateway(env: Record<string, string>): StartedProcess {
  return watch(spawn(process.execPath, [MAIN], { env, stdio: 'pipe' }));
}

/** Starts a gateway, and waits until it listens. */
export function startGatewayProcess(env: Record<string, string> = {}): Promise<GatewayProcess> {
  return listening(spawnGateway({ PORT: '0', ...env }));
}

export interface SteppableGateway extends GatewayProcess {
  /** Sets the wall clock of the process, as an operator or NTP would; no time passes. */
  stepWall(ms: number): Promise<void>;
}

export async function startSteppableGateway(
  env: Record<string, string>,
): Promise<SteppableGateway> {
  const child = spawn(process.execPath, ['--require', STEP_CLOCK, MAIN], {
    env: { PORT: '0', ...env },
    stdio: ['pipe', 'pipe', 'pipe', 'ipc'],
  });
  return {
    ...(await listening(watch(child))),
    async stepWall(stepMs) {
      const done = nextMessage(child);
      child.send({ stepMs });
      await done;
    },
  };
}

/** Collects the output of a process. */
export function watch(child: ChildProcess): StartedProcess {
  let text = '';
  child.stdout?.on('data', (chunk: Buffer) => (text += chunk.toString()));
  child.stderr?.on('data', (chunk: Buffer) => (text += chunk.toString()));
  const exit = once(child, 'close').then(([code]) => code as number | null);
  return { process: child, exit, output: () => text };
}

async function listening(started: StartedProcess): Promise<GatewayProcess> {
  const line = /"url":"(http[^"]+)\/graphql"/;
  await until(() => started.process.exitCode !== null || line.test(started.output()));
  const url = line.exec(started.output())?.[1];
  if (!url) throw new Error(`did not start: ${started.output()}`);
  return { ...started, url };
}
