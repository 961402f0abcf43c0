import { createLogger } from '../../src/observability/logger';
import type { Quota } from '../../src/quota/pacing';
import { startRedisLink } from '../../src/redis/redis-link';
import { systemClock } from '../../src/system-clock';
import {
  callAt,
  callUntil,
  createCompetingReplica,
  resultOf,
  type CompetingReplica,
  type Competition,
} from '../support/competing-replicas';
import { describeWithRedis } from '../support/describe-with-redis';
import { startRedis, type TestRedis } from '../support/redis';
import { until } from '../support/until';
import { startVirtualRedis } from '../support/virtual-redis';

const REPLICAS = 100;
const PULSE_MS = 500;
/** From Redis to the most distant replica. */
const LONGEST_WAY_MS = 10;
/** How long Redis has to be up before a replica spends the quota of all. */
const RETURN_MS = 3_100;
/** Between the times at which Redis counts a call and the test sees it. */
const NOISE_MS = 150;

describeWithRedis('A hundred replicas on one ledger', () => {
  let redis: TestRedis;
  beforeEach(async () => {
    redis = await startRedis();
  });
  afterEach(() => redis.close());

  function expectFair({ calls, fewest, most }: Competition, minCalls: number): void {
    expect(calls).toBeGreaterThanOrEqual(minCalls);
    expect(most).toBeLessThanOrEqual(1.5 * fewest);
  }

  /** They always have calls waiting, and are 2 to 20 ms away from Redis. */
  async function competeOnVirtualTime(quota: Quota, windows: number): Promise<Competition> {
    const virtual = await startVirtualRedis(redis.url);
    const { clock } = virtual;
    const endMs = PULSE_MS + windows * quota.windowMs;
    const replicas = Array.from({ length: REPLICAS }, (_, i) => {
      const link = virtual.createLink(2 + 2 * (i % 10));
      for (let atMs = i * 5; atMs < endMs; atMs += PULSE_MS)
        clock.at(atMs, () => void link.pulse());
      return createCompetingReplica(link, { replicaId: `r${i}`, quota, clock });
    });
    for (const replica of replicas) clock.at(PULSE_MS, () => void callUntil(endMs, replica, clock));
    await clock.run();
    virtual.close();
    return resultOf(replicas, quota);
  }

  test('keep the quota in every window on virtual time, use it, and make equally many calls', async () => {
    const quota: Quota = { calls: 20, windowMs: 4_000 };
    const windows = 11;
    const result = await competeOnVirtualTime(quota, windows);

    // A call is sent one way after Redis has counted it.
    expect(result.shortestSpanMs).toBeGreaterThanOrEqual(quota.windowMs - LONGEST_WAY_MS);
    expectFair(result, quota.calls * windows * 0.9);
  }, 400_000);

  test('keep the quota in every window on connections of their own, with one call in 20 s of each', async () => {
    const quota: Quota = { calls: 24, windowMs: 4_000 };
    const links = Array.from({ length: REPLICAS }, () =>
      startRedisLink({ url: redis.url, clock: systemClock, log: createLogger('silent') }),
    );
    const replicas = links.map((link, i) =>
      createCompetingReplica(link, { replicaId: `r${i}`, quota, clock: systemClock }),
    );
    await until(() => links.every((link) => link.upSinceMs() !== undefined));
    await systemClock.sleep(RETURN_MS);
    const startMs = systemClock.now();
    const call = (replica: CompetingReplica, i: number) => {
      const firstMs = startMs + (i * 20_000) / REPLICAS;
      return callAt([firstMs, firstMs + 20_000], replica, systemClock);
    };
    await Promise.all(replicas.map(call));
    const result = resultOf(replicas, quota);
    for (const link of links) link.close();

    expect(result.shortestSpanMs).toBeGreaterThan(quota.windowMs - NOISE_MS);
    expectFair(result, 2 * REPLICAS);
  }, 120_000);
});
