import { createLogger } from '../../src/observability/logger';
import { createRedisLedger } from '../../src/quota/redis.ledger';
import { startRedisLink, type RedisLink } from '../../src/redis/redis-link';
import { systemClock } from '../../src/system-clock';
import { describeWithRedis } from '../support/describe-with-redis';
import { REDIS_CHECKS } from '../support/redis-checks';
import { startRedis, type TestRedis } from '../support/redis';

describeWithRedis('a Redis that is full and evicts nothing', () => {
  let redis: TestRedis;
  let link: RedisLink;
  const lines: string[] = [];
  beforeAll(async () => {
    redis = await startRedis();
    const log = createLogger('info', { write: (line) => lines.push(line) });
    link = startRedisLink({ url: redis.url, clock: systemClock, log });
    await link.opened();
    await redis.send(['CONFIG', 'SET', 'maxmemory', '1']);
  });
  afterAll(async () => {
    link.close();
    await redis.close();
  });

  const write = () => link.use((client) => client.set('key', 'value'));

  test('stays connected: it refuses writes, and still serves the ledger', async () => {
    const upSinceMs = link.upSinceMs();
    await expect(write()).rejects.toThrow('OOM');
    await expect(write()).rejects.toThrow('OOM');

    expect(upSinceMs).toBeDefined();
    expect(link.upSinceMs()).toBe(upSinceMs);
    expect(await link.use((client) => client.get('key'))).toBeNull();
  });

  test('is one line of the log, however many writes it refuses', () => {
    const warnings = lines.filter((line) => line.includes('"level":40'));
    expect(warnings).toEqual([expect.stringContaining('"kind":"OOM"')]);
    expect(warnings[0]).toContain('redis writes refused');
  });

  test('counts the calls of all replicas', async () => {
    const ledgerOf = (replicaId: string) =>
      createRedisLedger({
        ...{ link, prefix: 'p', quota: { calls: 5, windowMs: 60_000 }, replicaId },
        ...{ clock: systemClock, ...REDIS_CHECKS },
      });
    const [one, other] = [ledgerOf('one'), ledgerOf('other')];
    expect(await one.take(await one.read(), 2)).toBe(2);
    expect((await other.read()).foreignCallTimesMs).toHaveLength(2);
  });

  test('counts as down if it refuses what the health check writes', async () => {
    const stop = link.onPulse((client) => client.set('key', 'value'));
    const down = new Promise<void>((resolve) => link.onDisconnected(resolve));
    await down;
    expect(link.upSinceMs()).toBeUndefined();
    expect(link.lastError()).toBe('OOM');
    stop();
  });
});
