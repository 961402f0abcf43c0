import { setTimeout as delay } from 'node:timers/promises';
import { startReplicas, type Replicas } from './replicas';

/** How four replicas have spent a quota. */
export interface Spending {
  /** Calls that reached Feishu. */
  readonly calls: number;
  /** Calls that would have fitted. */
  readonly quota: number;
  /** Calls above the quota, which Feishu refused. */
  readonly refused: number;
  /** By how much the earliest of these calls was too early. */
  readonly earliestMs: number;
  /** Pages of 50 users by replica, answered before the windows ended. */
  readonly answered: readonly number[];
  /** Codes of the errors that clients received. */
  readonly errors: readonly string[];
  /** How often a replica has found Redis away. */
  readonly timesAway: number;
}

export interface SpendingOptions {
  readonly windows: number;
  readonly windowSeconds: number;
  /** Runs during the windows. */
  readonly disturb?: Disturbance;
  /** Additional duration of a round trip to Redis for each replica; by default none. */
  readonly roundTripsMs?: readonly number[];
}

export type Disturbance = (replicas: Replicas, windowMs: number) => Promise<void>;

const REPLICAS = 4;
const QUOTA_CALLS = 20;
/** Together they request more than the quota. */
const CLIENTS_OF_A_REPLICA = 6;
const USERS_PER_CALL = 50;
const DEADLINE_MS = 60_000;
/** Until every replica knows the others. */
const SETTLING_MS = 4_000;

/** Starts real processes with a real Redis. The window is shorter than Feishu's, so that ten take a minute. */
export async function spendQuota(options: SpendingOptions): Promise<Spending> {
  const { windows, windowSeconds, disturb, roundTripsMs = [] } = options;
  const windowMs = windowSeconds * 1_000;
  const replicas = await startReplicas({
    count: REPLICAS,
    quotaCalls: QUOTA_CALLS,
    windowSeconds,
    roundTripsMs,
    env: {
      CACHE_FRESH_SECONDS: '0',
      CACHE_STALE_SECONDS: '0',
      // Clients want more than the quota, and wait for a window or two without an error.
      REQUEST_DEADLINE_MS: String(DEADLINE_MS),
    },
  });
  // Warms up: each replica connects, and compiles the code that it runs.
  for (const [replica, userIds] of pagesOf(replicas)) await replicas.ask(replica, userIds);
  const answered = replicas.processes.map(() => 0);
  await delay(Math.max(SETTLING_MS, windowMs));
  const errors: string[] = [];
  const startedAtMs = Date.now();
  const endsAtMs = startedAtMs + windows * windowMs;

  /** Clients wait for a replica that restarts, as behind a load balancer that holds requests. */
  async function ask(replica: number, userIds: readonly string[]): Promise<string[]> {
    const isRestarting = () => replicas.processes[replica]?.process.killed === true;
    while (isRestarting()) await delay(50);
    return replicas
      .ask(replica, userIds)
      .catch(() => (isRestarting() ? ask(replica, userIds) : ['UNREACHABLE']));
  }

  /** One client, which sends the next request as soon as the last one is answered. */
  async function client(replica: number, userIds: readonly string[]): Promise<void> {
    while (Date.now() < endsAtMs) {
      const codes = await ask(replica, userIds);
      errors.push(...codes);
      // A client waits before it retries an error.
      if (codes.length > 0) await delay(500);
      else if (Date.now() < endsAtMs) answered[replica] = (answered[replica] ?? 0) + 1;
    }
  }

  await Promise.all([
    ...pagesOf(replicas).map(([replica, userIds]) => client(replica, userIds)),
    disturb?.(replicas, windowMs),
  ]);
  const logs = replicas.processes.map(({ output }) => output()).join('');
  const timesAway = logs.match(/redis (disconnected|not connected)/g)?.length ?? 0;
  await replicas.close();
  return { ...countCalls(replicas, startedAtMs, endsAtMs, windowMs), answered, errors, timesAway };
}

/** For each client its replica and 50 users of its own. */
function pagesOf({ emulator }: Replicas): [number, string[]][] {
  return Array.from({ length: REPLICAS * CLIENTS_OF_A_REPLICA }, (_, i) => {
    const people = emulator.people.slice(i * USERS_PER_CALL, (i + 1) * USERS_PER_CALL);
    return [i % REPLICAS, people.map((person) => person.openId)];
  });
}

function countCalls(
  { emulator }: Replicas,
  startedAtMs: number,
  endsAtMs: number,
  windowMs: number,
) {
  const all = emulator.callsOf('find_by_user_list');
  const answered = all.filter(({ status }) => status === 200).map(({ at }) => at);
  const refused = all.filter(({ status }) => status !== 200).map(({ at }) => at);
  /** How much later a call would have had to come. */
  const earlyMs = (atMs: number) =>
    (answered.filter((ms) => ms <= atMs).at(-QUOTA_CALLS) ?? -Infinity) + windowMs - atMs;
  return {
    calls: answered.filter((ms) => ms >= startedAtMs && ms < endsAtMs).length,
    quota: Math.round((QUOTA_CALLS * (endsAtMs - startedAtMs)) / windowMs),
    refused: refused.length,
    earliestMs: Math.max(0, ...refused.map(earlyMs)),
  };
}
