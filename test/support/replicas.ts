import { startEmulator, type Emulator } from '../../src/emulator/emulator';
import { startGatewayProcess, type GatewayProcess } from './gateway-process';
import { startDistantRedis } from './distant-redis';
import { startRedis, type TestRedis } from './redis';

/** Several gateway processes with one Redis and one Feishu. */
export interface Replicas {
  readonly emulator: Emulator;
  readonly redis: TestRedis;
  readonly processes: readonly GatewayProcess[];
  /** Reads these users from one replica. @returns the codes of the errors */
  ask(replica: number, userIds: readonly string[]): Promise<string[]>;
  /** Stops one replica as a deployment does, and starts it again. @returns its exit code */
  restart(replica: number): Promise<number | null | undefined>;
  close(): Promise<void>;
}

export interface ReplicasOptions {
  readonly count: number;
  readonly quotaCalls: number;
  readonly windowSeconds: number;
  readonly env?: Record<string, string>;
  /** Additional duration of a round trip to Redis for each replica; by default all connect directly. */
  readonly roundTripsMs?: readonly number[];
}

const QUERY = `query ($semesterId: ID!, $userIds: [ID!]!) {
  semester(id: $semesterId) { userStageTasks(userIds: $userIds) { id fetchedAt } }
}`;

interface Answer {
  readonly errors?: readonly { readonly extensions: { readonly code: string } }[];
}

export async function startReplicas(options: ReplicasOptions): Promise<Replicas> {
  const { count, quotaCalls, windowSeconds, env, roundTripsMs = [] } = options;
  const redis = await startRedis();
  const emulator = await startEmulator({ quotaCalls, quotaWindowSeconds: windowSeconds });
  const semesterId = emulator.semesters.at(-1)?.id ?? '';
  const ways = await Promise.all(
    roundTripsMs.map((roundTripMs) => startDistantRedis(redis.url, roundTripMs)),
  );
  const start = (replica: number) =>
    startGatewayProcess({
      FEISHU_APP_ID: 'cli_emulator',
      FEISHU_APP_SECRET: 'emulator-secret',
      FEISHU_BASE_URL: emulator.url,
      FEISHU_QUOTA_CALLS: String(quotaCalls),
      FEISHU_QUOTA_WINDOW_SECONDS: String(windowSeconds),
      AUTH_ANONYMOUS: 'all',
      REDIS_URL: ways[replica]?.url ?? redis.url,
      ...env,
    });
  const processes: GatewayProcess[] = [];
  // One after the other, since each needs the CPU for seconds before it listens.
  for (let replica = 0; replica < count; replica += 1) processes.push(await start(replica));

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
    async restart(replica) {
      processes[replica]?.process.kill('SIGTERM');
      const exitCode = await processes[replica]?.exit;
      processes[replica] = await start(replica);
      return exitCode;
    },
    async close() {
      for (const { process } of processes) process.kill('SIGTERM');
      await Promise.all(processes.map(({ exit }) => exit));
      await emulator.close();
      for (const way of ways) way.close();
      await redis.close();
    },
  };
}
