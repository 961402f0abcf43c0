import type { Clock } from '../../src/domain/clock';
import type { Quota } from '../../src/quota/pacing';
import { createQuotaGate, type QuotaGate } from '../../src/quota/quota-gate';
import { createRedisLedger } from '../../src/quota/redis.ledger';
import type { RedisLink } from '../../src/redis/redis-link';
import { REDIS_CHECKS } from './redis-checks';

/** One of the replicas that spend a quota together. */
export interface CompetingReplica {
  readonly gate: QuotaGate;
  readonly callTimesMs: number[];
  /** How many calls wait here. */
  waiting: number;
}

export function createCompetingReplica(
  link: RedisLink,
  { replicaId, quota, clock }: { replicaId: string; quota: Quota; clock: Clock },
): CompetingReplica {
  const parts = { link, prefix: 'p', quota, replicaId, clock, ...REDIS_CHECKS };
  const ledger = createRedisLedger(parts);
  const gate = createQuotaGate({ quota, ledger, nowMs: () => clock.now() });
  const replica: CompetingReplica = { gate, callTimesMs: [], waiting: 0 };
  ledger.watchWaitingCalls(() => replica.waiting);
  return replica;
}

/** Always has calls waiting, and makes each as soon as the gate permits it. */
export async function callUntil(
  endMs: number,
  replica: CompetingReplica,
  clock: Clock,
): Promise<void> {
  replica.waiting = 9;
  while (clock.now() < endMs) await tryCall(endMs, replica, clock);
}

/** Wants one call at each of these times, and makes it as soon as the gate permits it. */
export async function callAt(
  timesMs: readonly number[],
  replica: CompetingReplica,
  clock: Clock,
): Promise<void> {
  for (const [i, atMs] of timesMs.entries()) {
    await clock.sleep(Math.max(0, atMs - clock.now()));
    replica.waiting = 1;
    while (replica.callTimesMs.length <= i) await tryCall(Infinity, replica, clock);
    replica.waiting = 0;
  }
}

async function tryCall(
  endMs: number,
  { gate, callTimesMs }: CompetingReplica,
  clock: Clock,
): Promise<void> {
  const permit = await gate.tryAcquire(await gate.look(), { full: true, sendByMs: -Infinity });
  if (permit.granted) callTimesMs.push(clock.now());
  else await clock.sleep(Math.min(permit.waitMs, endMs - clock.now() + 1));
}

/** How evenly replicas have spent a quota together. */
export interface Competition {
  readonly calls: number;
  readonly fewest: number;
  readonly most: number;
  /** The shortest time in which more calls than the quota were made; `Infinity` if they never were. */
  readonly shortestSpanMs: number;
}

export function resultOf(replicas: readonly CompetingReplica[], quota: Quota): Competition {
  const counts = replicas.map(({ callTimesMs }) => callTimesMs.length);
  const timesMs = replicas.flatMap(({ callTimesMs }) => callTimesMs).sort((a, b) => a - b);
  const spansMs = timesMs.slice(quota.calls).map((atMs, i) => atMs - (timesMs[i] ?? atMs));
  return {
    calls: timesMs.length,
    fewest: Math.min(...counts),
    most: Math.max(...counts),
    shortestSpanMs: Math.min(Infinity, ...spansMs),
  };
}
