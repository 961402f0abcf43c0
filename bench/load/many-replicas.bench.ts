import { createLogger } from '../../src/observability/logger';
import type { Quota } from '../../src/quota/pacing';
import { createRedisLedger } from '../../src/quota/redis.ledger';
import { startRedisLink, type RedisLink } from '../../src/redis/redis-link';
import { systemClock } from '../../src/system-clock';
import { callAt, createCompetingReplica, resultOf } from '../../test/support/competing-replicas';
import { REDIS_CHECKS } from '../../test/support/redis-checks';
import { startRedis, type TestRedis } from '../../test/support/redis';

/**
 * What 100 replicas cost one Redis: while they are idle, with the three ledgers that a gateway has, and while each makes
 * a call every 20 s. Their connections are real and in one process. Fails if the quota is exceeded.
 */
const REPLICAS = 100;
const IDLE_SECONDS = 10;
const QUOTA: Quota = { calls: 24, windowMs: 4_000 };
const CALL_EVERY_MS = 20_000;
const CALLS_OF_A_REPLICA = 2;
/** How long Redis has to be up before a replica spends the quota of all. */
const RETURN_MS = 3_100;
/** Between the times at which Redis counts a call and the process sees it. */
const NOISE_MS = 150;
const LEDGERS = ['users', 'pages', 'semesters'];

interface Usage {
  readonly cpuMs: number;
  readonly scripts: number;
  readonly scriptMs: number;
}

async function usageOf(redis: TestRedis): Promise<Usage> {
  const info = String(await redis.send(['INFO', 'everything']));
  const number = (pattern: RegExp) => Number(pattern.exec(info)?.[1] ?? 0);
  const scripts = [...info.matchAll(/cmdstat_eval(?:sha)?:calls=(\d+),usec=(\d+)/g)];
  const sum = (group: number) => scripts.reduce((total, match) => total + Number(match[group]), 0);
  return {
    cpuMs: 1_000 * (number(/used_cpu_user:([\d.]+)/) + number(/used_cpu_sys:([\d.]+)/)),
    scripts: sum(1),
    scriptMs: sum(2) / 1_000,
  };
}

async function measure(redis: TestRedis, run: () => Promise<unknown>): Promise<Usage> {
  const before = await usageOf(redis);
  await run();
  const after = await usageOf(redis);
  return {
    cpuMs: after.cpuMs - before.cpuMs,
    scripts: after.scripts - before.scripts,
    scriptMs: after.scriptMs - before.scriptMs,
  };
}

function startLinks(redis: TestRedis): RedisLink[] {
  const log = createLogger('warn');
  const start = () => startRedisLink({ url: redis.url, clock: systemClock, log });
  return Array.from({ length: REPLICAS }, start);
}

async function opened(links: readonly RedisLink[]): Promise<void> {
  await Promise.all(links.map((link) => link.opened()));
  await systemClock.sleep(RETURN_MS);
}

async function measureIdle(redis: TestRedis) {
  const links = startLinks(redis);
  for (const [i, link] of links.entries())
    for (const prefix of LEDGERS) {
      const parts = { link, prefix, quota: QUOTA, replicaId: `r${i}`, clock: systemClock };
      createRedisLedger({ ...parts, ...REDIS_CHECKS });
    }
  await opened(links);
  const usage = await measure(redis, () => systemClock.sleep(IDLE_SECONDS * 1_000));
  for (const link of links) link.close();
  return {
    'scripts a second': Math.round(usage.scripts / IDLE_SECONDS),
    'CPU of Redis': `${((usage.cpuMs / IDLE_SECONDS / 1_000) * 100).toFixed(1)} %`,
    'a script in ms': (usage.scriptMs / usage.scripts).toFixed(2),
  };
}

async function measureBusy(redis: TestRedis) {
  const links = startLinks(redis);
  const parts = { quota: QUOTA, clock: systemClock };
  const replicas = links.map((link, i) =>
    createCompetingReplica(link, { ...parts, replicaId: `r${i}` }),
  );
  await opened(links);
  let [timesAway, pulses] = [0, 0];
  for (const link of links) {
    link.onDisconnected(() => (timesAway += 1));
    link.onPulse(() => Promise.resolve((pulses += 1)));
  }
  const startMs = systemClock.now();
  const timesOf = (i: number) =>
    Array.from(
      { length: CALLS_OF_A_REPLICA },
      (_, n) => startMs + CALL_EVERY_MS * (n + i / REPLICAS),
    );
  const call = () => Promise.all(replicas.map((r, i) => callAt(timesOf(i), r, systemClock)));
  const usage = await measure(redis, call);
  const seconds = (systemClock.now() - startMs) / 1_000;
  for (const link of links) link.close();
  const { calls, fewest, most, shortestSpanMs } = resultOf(replicas, QUOTA);
  if (shortestSpanMs < QUOTA.windowMs - NOISE_MS) process.exitCode = 1;
  return {
    calls,
    'calls of a replica': `${fewest} to ${most}`,
    seconds,
    'shortest time of 25 calls in ms': shortestSpanMs,
    'Redis found unreachable': timesAway,
    'scripts a call, without pulses': ((usage.scripts - pulses) / calls).toFixed(1),
    'CPU of Redis': `${(usage.cpuMs / seconds / 10).toFixed(1)} %`,
    'a script in ms': (usage.scriptMs / usage.scripts).toFixed(2),
  };
}

async function main(): Promise<void> {
  const redis = await startRedis();
  console.log(`${REPLICAS} replicas, idle`, await measureIdle(redis));
  await redis.flush();
  console.log(`${REPLICAS} replicas, each with a call every 20 s`, await measureBusy(redis));
  await redis.close();
}

void main();
