import { spawn } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { until } from '../../../test/support/until';
import { EMULATOR_APP_ID, EMULATOR_APP_SECRET } from '../../../src/emulator/emulator';
import type { Contestant } from './contestant';
import type { Work } from './works';

/** A gateway as production starts it, with its log in a file. */
export interface BenchGateway extends Contestant {
  /** Calls for tasks that it has made. */
  taskCalls(): Promise<number>;
  /** Operations whose answer has errors, since the start. */
  failedOperations(): Promise<number>;
  /** Lets it end by itself, as it must to write a profile. */
  stop(): Promise<void>;
  kill(): void;
}

export interface BenchGatewayOptions {
  readonly name: string;
  /** For its log. */
  readonly directory: string;
  readonly upstreamUrl: string;
  readonly redisUrl?: string;
  readonly nodeArguments?: readonly string[];
}

const SERVICE_TOKEN = randomBytes(32).toString('hex');
const ROUTER_SECRET = randomBytes(32).toString('hex');
const ALL_SCOPE = 'all';

/** Who sends the requests. */
export const HEADERS: Readonly<Record<Work['sender'], Record<string, string>>> = {
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
  // A call every three seconds, as Feishu allows, with room for many calls at once: no round waits for it.
  FEISHU_QUOTA_CALLS: '1000',
  FEISHU_QUOTA_WINDOW_SECONDS: '3000',
  // What was remembered at the start is fresh until the end.
  CACHE_FRESH_SECONDS: '86400',
  // Requests are counted, and none is one too many.
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
  if (!url) throw new Error(`the gateway: expected it to listen, got ${log()}`);
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

/** The sum of a metric's values that have a label. */
async function readCount(url: string, metric: string, label: string): Promise<number> {
  const metrics = await (await fetch(`${url}/metrics`)).text();
  return metrics
    .split('\n')
    .filter((line) => line.startsWith(`${metric}{`) && line.includes(label))
    .reduce((sum, line) => sum + Number(line.split('} ')[1]), 0);
}
