import { randomUUID } from 'node:crypto';
import { createLogger } from '../../src/observability/logger';
import type { CallLedger } from '../../src/quota/call-ledger';
import { createRedisLedger } from '../../src/quota/redis.ledger';
import { startRedisLink, type RedisLink } from '../../src/redis/redis-link';
import { systemClock } from '../../src/system-clock';
import { describeWithRedis } from '../support/describe-with-redis';
import { REDIS_CHECKS } from '../support/redis-checks';
import { startWatchedRedis, type WatchedRedis } from '../support/sentinels';
import { until } from '../support/until';

/** The window is longer than the test, so that no call leaves it. */
const QUOTA = { calls: 12, windowMs: 600_000 };
/** How long Redis has to be up before a replica spends the quota of all. */
const RETURN_MS = 3_100;

describeWithRedis('Two replicas of a Redis that sentinels watch', () => {
  let redis: WatchedRedis;
  const links: RedisLink[] = [];
  const ledgers: CallLedger[] = [];

  beforeAll(async () => {
    redis = await startWatchedRedis();
    for (let i = 0; i < 2; i += 1) {
      const parts = { clock: systemClock, quota: QUOTA, prefix: 'p', ...REDIS_CHECKS };
      const log = createLogger('silent');
      const link = startRedisLink({ url: redis.url, clock: systemClock, log });
      links.push(link);
      ledgers.push(createRedisLedger({ ...parts, link, replicaId: randomUUID() }));
    }
    await connected();
  }, 60_000);
  afterAll(async () => {
    for (const link of links) link.close();
    await redis.close();
  });

  async function connected(): Promise<void> {
    await until(() => links.every((link) => link.upSinceMs() !== undefined));
    await systemClock.sleep(RETURN_MS);
  }

  /** Each replica makes up to this many calls. @returns how many both have made */
  async function makeCalls(each: number): Promise<number> {
    let made = 0;
    for (const ledger of ledgers)
      for (let i = 0; i < each; i += 1) made += await ledger.take(await ledger.read(), 1);
    return made;
  }

  test('find the master, and go on with the new one after a fail-over', async () => {
    expect(await makeCalls(2)).toBe(4);
    await redis.failOver();
    await connected();
    for (const ledger of ledgers) expect((await ledger.read()).callTimesMs).toHaveLength(4);
    expect(await makeCalls(1)).toBe(2);
    await redis.startReplica();
  }, 60_000);

  test('do not notice that all sentinels are down', async () => {
    const onDisconnected = jest.fn();
    for (const link of links) link.onDisconnected(onDisconnected);
    await redis.killSentinels();
    await systemClock.sleep(8_000);
    expect(await makeCalls(1)).toBe(2);
    expect(onDisconnected).not.toHaveBeenCalled();
  }, 60_000);

  test('go on after another fail-over when the sentinels are back, and never exceed the quota', async () => {
    await redis.startSentinels();
    await redis.failOver();
    await connected();
    expect(await makeCalls(10)).toBe(QUOTA.calls - 8);
    for (const ledger of ledgers)
      expect((await ledger.read()).callTimesMs).toHaveLength(QUOTA.calls);
  }, 60_000);
});
