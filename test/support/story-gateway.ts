import { startEmulator, type Emulator, type EmulatorOptions } from '../../src/emulator/emulator';
import { startGatewayProcess, type GatewayProcess } from './gateway-process';
import { createTasksReader, type TasksReader } from './tasks-reader';

/** The built gateway as a process of its own, with an emulator as its upstream and one client. */
export interface StoryGateway<P extends GatewayProcess = GatewayProcess> {
  readonly gateway: P;
  readonly emulator: Emulator;
  readonly semesterId: string;
  /** The open IDs of people of the emulator. */
  readonly people: (count: number, from?: number) => string[];
  readonly client: TasksReader;
  /** The value of one metric, with its labels as it is written in `/metrics`. @throws if it is not there */
  metric(name: string): Promise<number>;
  close(): Promise<void>;
}

/** More calls than a story makes; stories of the quota set their own. */
const PLENTY_OF_CALLS = 100_000;

/** Limits that one address of a test would reach, which stands for many clients. */
export const MANY_CLIENTS = { RATE_LIMIT_PER_MINUTE: '0', CONCURRENCY_LIMIT: '20000' };

export interface StoryGatewayOptions {
  readonly emulator?: EmulatorOptions;
  readonly env?: Record<string, string>;
}

export function startStoryGateway(options: StoryGatewayOptions = {}): Promise<StoryGateway> {
  return startStoryWith(startGatewayProcess, options);
}

/** @param start starts the process, e.g. with a clock that can be set */
export async function startStoryWith<P extends GatewayProcess>(
  start: (env: Record<string, string>) => Promise<P>,
  { emulator: emulatorOptions, env }: StoryGatewayOptions = {},
): Promise<StoryGateway<P>> {
  const emulator = await startEmulator({ quotaCalls: PLENTY_OF_CALLS, ...emulatorOptions });
  const gateway = await start({
    FEISHU_APP_ID: 'cli_emulator',
    FEISHU_APP_SECRET: 'emulator-secret',
    FEISHU_BASE_URL: emulator.url,
    FEISHU_QUOTA_CALLS: String(emulatorOptions?.quotaCalls ?? PLENTY_OF_CALLS),
    FEISHU_QUOTA_WINDOW_SECONDS: String(emulatorOptions?.quotaWindowSeconds ?? 60),
    AUTH_ANONYMOUS: 'all',
    ...MANY_CLIENTS,
    ...env,
  });
  const semesterId = emulator.semesters.at(-1)?.id ?? '';
  const client = createTasksReader({ url: gateway.url, semesterId });
  return {
    gateway,
    emulator,
    semesterId,
    client,
    people: (count, from = 0) =>
      emulator.people.slice(from, from + count).map(({ openId }) => openId),
    metric: (name) => readMetric(gateway.url, name),
    async close() {
      client.close();
      gateway.process.kill('SIGKILL');
      await gateway.exit;
      await emulator.close();
    },
  };
}

export async function readMetric(url: string, name: string): Promise<number> {
  const text = await (await fetch(`${url}/metrics`)).text();
  const line = text.split('\n').find((one) => one.startsWith(`${name} `));
  if (line === undefined) throw new Error(`metrics: expected ${name}, got none of that name`);
  return Number(line.slice(name.length));
}
