import { setTimeout as delay } from 'node:timers/promises';
import { startReplicas, type Replicas } from '../../test/support/replicas';

/** What became of a quota that four replicas could use up, through an outage of their Redis. */
export interface Spending {
  /** Calls that reached Feishu. */
  readonly calls: number;
  /** Calls that would have fitted. */
  readonly quota: number;
  /** Calls that Feishu refused, each of which was one too many. */
  readonly refused: number;
  /** By how much the earliest of these came too early. */
  readonly earliestMs: number;
  readonly answered: number;
  /** Codes of the errors that clients saw. */
  readonly errors: readonly string[];
  /** Of the gateways, in words. */
  readonly logs: readonly string[];
}

export interface SpendingOptions {
  readonly windows: number;
  readonly windowSeconds: number;
  /** In windows from the start on: when Redis is killed, and when it is started again. */
  readonly killedAt: number;
  readonly startedAt: number;
}

const REPLICAS = 4;
const QUOTA_CALLS = 20;
/** Together they want more than the quota. */
const CLIENTS_OF_A_REPLICA = 6;
const USERS_PER_CALL = 50;
const DEADLINE_MS = 60_000;
/** Until every replica has met the others. */
const SETTLING_MS = 4_000;

/** Real processes on a real Redis; only the window is shorter than Feishu's, so that ten take a minute. */
export async function spendQuota(options: SpendingOptions): Promise<Spending> {
  const windowMs = options.windowSeconds * 1_000;
  const replicas = await startReplicas({
    count: REPLICAS,
    quotaCalls: QUOTA_CALLS,
    windowSeconds: options.windowSeconds,
    env: {
      CACHE_FRESH_SECONDS: '0',
      CACHE_STALE_SECONDS: '0',
      // Whoever wants more than the quota waits for a window or two; that is not what this is about.
      REQUEST_DEADLINE_MS: String(DEADLINE_MS),
    },
  });
  // Each has its connections, and has compiled what it runs, before anything is measured.
  for (const [replica, userIds] of pagesOf(replicas)) await replicas.ask(replica, userIds);
  await delay(Math.max(SETTLING_MS, windowMs));
  const errors: string[] = [];
  let answered = 0;
  const startedAtMs = Date.now();
  const endsAtMs = startedAtMs + options.windows * windowMs;

  /** One client: the next question as soon as the last one is answered. */
  async function client(replica: number, userIds: readonly string[]): Promise<void> {
    while (Date.now() < endsAtMs) {
      const codes = await replicas.ask(replica, userIds);
      errors.push(...codes);
      if (codes.length === 0) answered += 1;
      // Whoever is turned away does not come back at once.
      else await delay(500);
    }
  }

  await Promise.all([
    ...pagesOf(replicas).map(([replica, userIds]) => client(replica, userIds)),
    breakRedis(replicas, options, windowMs),
  ]);
  const logs = replicas.processes.flatMap((gateway) =>
    gateway
      .output()
      .split('\n')
      .filter((line) => line.includes('Redis')),
  );
  await replicas.close();
  return { ...countCalls(replicas, startedAtMs, endsAtMs, windowMs), answered, errors, logs };
}

/** For each client its replica and 50 users of its own. */
function pagesOf({ emulator }: Replicas): [number, string[]][] {
  return Array.from({ length: REPLICAS * CLIENTS_OF_A_REPLICA }, (_, i) => {
    const people = emulator.people.slice(i * USERS_PER_CALL, (i + 1) * USERS_PER_CALL);
    return [i % REPLICAS, people.map((person) => person.openId)];
  });
}

async function breakRedis(
  { redis }: Replicas,
  { killedAt, startedAt }: SpendingOptions,
  windowMs: number,
): Promise<void> {
  await delay(killedAt * windowMs);
  await redis.kill();
  await delay((startedAt - killedAt) * windowMs);
  await redis.start();
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
