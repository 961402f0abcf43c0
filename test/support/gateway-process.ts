import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { nextMessage } from './next-message';
import { until } from './until';

/** The built gateway, as `npm start` runs it. Tests and benchmarks run in the project's folder. */
const MAIN = join(process.cwd(), 'dist/main.js');
/** Loaded before the gateway if a test steps its clock, or reads its memory. */
const STEP_CLOCK = join(process.cwd(), 'test/support/step-clock.cjs');
const READ_MEMORY = join(process.cwd(), 'test/support/read-memory.cjs');

/** A start takes a second; beside a test that loads all cores it may take many. */
const START_MS = 60_000;

export interface StartedProcess {
  readonly process: ChildProcess;
  readonly exit: Promise<number | null>;
  readonly output: () => string;
}

export interface GatewayProcess extends StartedProcess {
  readonly url: string;
}

export function spawnGateway(
  env: Record<string, string>,
  nodeArguments: readonly string[] = [],
): StartedProcess {
  return watch(spawn(process.execPath, [...nodeArguments, MAIN], { env, stdio: 'pipe' }));
}

/** Starts a gateway, and waits until it listens. */
export function startGatewayProcess(
  env: Record<string, string> = {},
  nodeArguments?: readonly string[],
): Promise<GatewayProcess> {
  return listening(spawnGateway({ PORT: '0', ...env }, nodeArguments));
}

export interface SteppableGateway extends GatewayProcess {
  /** Sets the wall clock of the process, as an operator or NTP would; no time passes. */
  stepWall(ms: number): Promise<void>;
}

export async function startSteppableGateway(
  env: Record<string, string>,
): Promise<SteppableGateway> {
  const { gateway, ask } = await startWith(STEP_CLOCK, env);
  return {
    ...gateway,
    async stepWall(stepMs) {
      await ask({ stepMs });
    },
  };
}

export interface MeasuredGateway extends GatewayProcess {
  /** Collects all garbage of the process first. */
  readMemory(): Promise<NodeJS.MemoryUsage>;
}

export async function startMeasuredGateway(env: Record<string, string>): Promise<MeasuredGateway> {
  const { gateway, ask } = await startWith(READ_MEMORY, env);
  return { ...gateway, readMemory: () => ask<NodeJS.MemoryUsage>({}) };
}

/** Starts a gateway with a file that is loaded first and answers each message with one of its own. */
async function startWith(
  preload: string,
  env: Record<string, string>,
): Promise<{ gateway: GatewayProcess; ask: <T>(message: object) => Promise<T> }> {
  const child = spawn(process.execPath, ['--require', preload, MAIN], {
    env: { PORT: '0', ...env },
    stdio: ['pipe', 'pipe', 'pipe', 'ipc'],
  });
  return {
    gateway: await listening(watch(child)),
    ask: <T>(message: object) => {
      const answer = nextMessage<T>(child);
      child.send(message);
      return answer;
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
  const hasEnded = () => started.process.exitCode !== null;
  await until(() => hasEnded() || line.test(started.output()), START_MS).catch(() => undefined);
  const url = line.exec(started.output())?.[1];
  if (!url) {
    started.process.kill('SIGKILL');
    throw new Error(`did not start: ${started.output()}`);
  }
  return { ...started, url };
}
