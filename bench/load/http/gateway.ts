import { spawn } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { until } from '../../../test/support/until';
import { EMULATOR_APP_ID, EMULATOR_APP_SECRET } from '../../../src/emulator/emulator';
import type { Contestant } from './contestant';
import type { Workload } from './workloads';

/** A gateway that is started as in production, with its log in a file. */
export interface BenchGateway extends Contestant {
  /** Calls for tasks since the start. */
  taskCalls(): Promise<number>;
  failedOperations(): Promise<number>;
  /** Stops it with SIGTERM: it writes a profile only if it exits by itself. */
  stop(): Promise<void>;
  kill(): void;
}

export interface BenchGatewayOptions {
  readonly name: string;
  /** Where it writes its log. */
  readonly directory: string;
  readonly upstreamUrl: string;
  readonly redisUrl?: string;
  readonly nodeArguments?: readonly string[];
}

const SERVICE_TOKEN = randomBytes(32).toString('hex');
const ROUTER_SECRET = randomBytes(32).toString('hex');
const ALL_SCOPE = 'all';

/** The headers of each kind of client. */
export const HEADERS: Readonly<Record<Workload['client'], Record<string, string>>> = {
  service: { 'content-type': 'application/json', authorization: `Bearer ${SERVICE_TOKEN}` },
  router: {
    'content-type': 'application/json',
    'x-router-secret': ROUTER_SECRET,
    'x-user-id': `ou_${'0'.repeat(32)}`,
    'x-user-scopes': ALL_SCOPE,
  },
};

const ENVIRONMENT = {
  NODE_ENV: 'production',
  PORT: '0',
  FEISHU_APP_ID: EMULATOR_APP_ID,
  FEISHU_APP_SECRET: EMULATOR_APP_SECRET,
  // Feishu's rate (20 calls in 60 s) with 50 times the window, so that no round waits for the quota.
  FEISHU_QUOTA_CALLS: '1000',
  FEISHU_QUOTA_WINDOW_SECONDS: '3000',
  // Users that are cached at the start stay fresh until the end.
  CACHE_FRESH_SECONDS: '86400',
  // The gateway counts requests, but never reaches the limit.
  RATE_LIMIT_PER_MINUTE: '10000000',
  AUTH_SERVICE_TOKENS: `bench:${createHash('sha256').update(SERVICE_TOKEN).digest('hex')}:all`,
  AUTH_ROUTER_SECRET: ROUTER_SECRET,
  AUTH_ROUTER_ALL_SCOPE: ALL_SCOPE,
};

const MAIN = join(process.cwd(), 'dist/main.js');
const LISTENING = /"url":"(http[^"]+)\/graphql"/;

export async function startGateway(options: BenchGatewayOptions): Promise<BenchGateway> {
  const { name, directory, upstreamUrl, redisUrl, nodeArguments = [] } = options;
  const logPath = join(directory, `${name}.log`);
  const child = spawn(process.execPath, [...nodeArguments, MAIN], {
    stdio: ['ignore', openSync(logPath, 'w'), 'inherit'],
    env: {
      ...ENVIRONMENT,
      FEISHU_BASE_URL: upstreamUrl,
      ...(redisUrl && { REDIS_URL: redisUrl }),
    },
  });
  const log = () => readFileSync(logPath, 'utf8');
  await until(() => child.exitCode !== null || LISTENING.test(log()));
  const url = LISTENING.exec(log())?.[1];
  if (!url) throw new Error(`gateway: expected a URL in its log, got ${log()}`);
  return {
    name,
    url,
    pid: child.pid ?? 0,
    isGateway: true,
    taskCalls: () => readCount(url, CALLS, 'api="find_by_user_list"'),
    failedOperations: () => readCount(url, OPERATIONS, 'outcome="errors"'),
    async stop() {
      const exit = once(child, 'exit');
      child.kill('SIGTERM');
      await exit;
    },
    kill: () => child.kill('SIGKILL'),
  };
}

const CALLS = 'gateway_upstream_attempt_duration_seconds_count';
const OPERATIONS = 'gateway_operation_duration_seconds_count';

/** The sum of all values of a metric that have a label. */
async function readCount(url: string, metric: string, label: string): Promise<number> {
  const metrics = await (await fetch(`${url}/metrics`)).text();
  return metrics
    .split('\n')
    .filter((line) => line.startsWith(`${metric}{`) && line.includes(label))
    .reduce((sum, line) => sum + Number(line.split('} ')[1]), 0);
}
