import { startEmulator, type Emulator } from '../../src/emulator/emulator';
import { startGatewayProcess, type GatewayProcess } from './gateway-process';
import { startRedis, type TestRedis } from './redis';

/** Several gateways as processes of their own, one Redis between them and one Feishu behind them. */
export interface Replicas {
  readonly emulator: Emulator;
  readonly redis: TestRedis;
  readonly processes: readonly GatewayProcess[];
  /** Asks one of them for these users; the codes of the errors, and none where all were answered. */
  ask(replica: number, userIds: readonly string[]): Promise<string[]>;
  close(): Promise<void>;
}

export interface ReplicasOptions {
  readonly count: number;
  readonly quotaCalls: number;
  readonly windowSeconds: number;
  readonly env?: Record<string, string>;
}

const QUERY = `query ($semesterId: ID!, $userIds: [ID!]!) {
  semester(id: $semesterId) { userStageTasks(userIds: $userIds) { id fetchedAt } }
}`;

interface Answer {
  readonly errors?: readonly { readonly extensions: { readonly code: string } }[];
}

export async function startReplicas(options: ReplicasOptions): Promise<Replicas> {
  const { count, quotaCalls, windowSeconds, env } = options;
  const redis = await startRedis();
  const emulator = await startEmulator({ quotaCalls, quotaWindowSeconds: windowSeconds });
  const semesterId = emulator.semesters.at(-1)?.id ?? '';
  const start = () =>
    startGatewayProcess({
      FEISHU_APP_ID: 'cli_emulator',
      FEISHU_APP_SECRET: 'emulator-secret',
      FEISHU_BASE_URL: emulator.url,
      FEISHU_QUOTA_CALLS: String(quotaCalls),
      FEISHU_QUOTA_WINDOW_SECONDS: String(windowSeconds),
      AUTH_ANONYMOUS: 'all',
      REDIS_URL: redis.url,
      ...env,
    });
  const processes = await Promise.all(Array.from({ length: count }, start));

  return {
    emulator,
    redis,
    processes,
    async ask(replica, userIds) {
      const response = await fetch(`${processes[replica]?.url ?? ''}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ query: QUERY, variables: { semesterId, userIds } }),
      });
      const { errors = [] } = (await response.json()) as Answer;
      return errors.map(({ extensions }) => extensions.code);
    },
    async close() {
      for (const { process } of processes) process.kill('SIGTERM');
      await Promise.all(processes.map(({ exit }) => exit));
      await emulator.close();
      await redis.close();
    },
  };
}
