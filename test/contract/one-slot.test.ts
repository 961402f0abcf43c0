import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { userOfKey } from '../../src/batching/scope';
import { createMemoryCache } from '../../src/cache/memory.cache';
import { createRedisCache } from '../../src/cache/redis.cache';
import type { SnapshotCache } from '../../src/cache/snapshot-cache';
import { createLogger } from '../../src/observability/logger';
import { createRedisLedger } from '../../src/quota/redis.ledger';
import { startRedisLink, type RedisLink } from '../../src/redis/redis-link';
import { systemClock } from '../../src/system-clock';
import { describeWithRedis } from '../support/describe-with-redis';
import { freePort } from '../support/free-port';
import { startRedis, type TestRedis } from '../support/redis';
import { REDIS_CHECKS } from '../support/redis-checks';
import { until } from '../support/until';

/**
 * Clusters, and the proxies of managed ones, refuse a command with keys of several hash slots (`CROSSSLOT`). A
 * cluster of one node has this rule too, and needs no client for clusters.
 */
describeWithRedis('Replicas of a Redis that accepts only keys of one slot', () => {
  const PARTS = { prefix: 'p', clock: systemClock, ...REDIS_CHECKS };
  let redis: TestRedis;
  let folder: string;
  const links: RedisLink[] = [];
  const onDisconnected = jest.fn();

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'one-slot-'));
    const cluster = ['--cluster-enabled', 'yes', '--cluster-port', String(await freePort())];
    redis = await startRedis([...cluster, '--cluster-config-file', join(folder, 'nodes.conf')]);
    await redis.send(['CLUSTER', 'ADDSLOTSRANGE', '0', '16383']);
    const isUp = async () => String(await redis.send(['CLUSTER', 'INFO'])).includes('state:ok');
    await until(isUp);
  });
  afterEach(() => {
    const { calls } = onDisconnected.mock;
    onDisconnected.mockReset();
    expect(calls).toEqual([]);
    for (const link of links.splice(0)) link.close();
  });
  afterAll(async () => {
    await redis.close();
    await rm(folder, { recursive: true });
  });

  async function openLink(): Promise<RedisLink> {
    const link = startRedisLink({
      url: redis.url,
      clock: systemClock,
      log: createLogger('silent'),
    });
    link.onDisconnected(onDisconnected);
    links.push(link);
    await link.opened();
    return link;
  }

  async function createCache(): Promise<SnapshotCache> {
    const memory = createMemoryCache({ maxUsers: 100, userOf: userOfKey });
    return createRedisCache({ ...PARTS, link: await openLink(), memory, lifeMs: 60_000 });
  }

  test('share the answers of a call of 50 users', async () => {
    const keys = Array.from({ length: 50 }, (_, i) => `key ${i}`);
    const snapshot = { stageTasks: null, semester: null, fetchedAtMs: systemClock.now() };
    await (await createCache()).setMany(keys.map((key) => [key, snapshot]));

    const found = await (await createCache()).getMany(keys, 0);
    expect(found.filter((answer) => answer !== undefined)).toHaveLength(50);
  });

  test('share the quota', async () => {
    const quota = { calls: 5, windowMs: 60_000 };
    const start = async () =>
      createRedisLedger({ ...PARTS, link: await openLink(), quota, replicaId: randomUUID() });
    const [one, other] = [await start(), await start()];
    await one.take(await one.read(), 3);

    expect((await other.read()).foreignCallTimesMs).toHaveLength(3);
  });
});
