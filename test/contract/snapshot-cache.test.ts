import { randomUUID } from 'node:crypto';
import { userKey, userOfKey, type BatchScope } from '../../src/batching/scope';
import { createMemoryCache, MAX_ANSWERS_PER_USER } from '../../src/cache/memory.cache';
import { createRedisCache } from '../../src/cache/redis.cache';
import type { Snapshot, SnapshotCache } from '../../src/cache/snapshot-cache';
import { createCache } from '../../src/composition/shared-state';
import { createLogger } from '../../src/observability/logger';
import { startRedisLink, type RedisLink } from '../../src/redis/redis-link';
import { systemClock } from '../../src/system-clock';
import { describeWithRedis } from '../support/describe-with-redis';
import { startRedis, type TestRedis } from '../support/redis';
import { REDIS_CHECKS } from '../support/redis-checks';
import { until } from '../support/until';

/** What every cache has to do, whoever keeps the answers. */
const STARTED_AT_MS = systemClock.now() - 5_000;
const WHOLE: Snapshot = {
  stageTasks: {
    userId: 'ou_a',
    counts: [{ option: 'TODO', count: 1 }],
    stageTasks: [
      {
        stageId: '7270346432875692033',
        name: { zhCN: '360° 评估', enUS: null },
        deadline: new Date('2026-12-04T15:59:59Z'),
        needTodoCount: 2,
        finishedCount: null,
        jumpUrl: 'https://performance.example.com/perf',
        status: 'NEED_TODO',
        option: 'TODO',
      },
    ],
  },
  semester: {
    id: '7406841555196582732',
    name: { zhCN: '周期', enUS: 'Cycle' },
    startTime: new Date('2026-07-01T00:00:00Z'),
    endTime: null,
  },
  fetchedAtMs: STARTED_AT_MS,
};
const SCOPE: BatchScope = {
  identity: { kind: 'app' },
  semesterId: '1',
  idType: 'OPEN_ID',
  filter: {},
};
const NOBODY: Snapshot = {
  stageTasks: null,
  semester: null,
  fetchedAtMs: STARTED_AT_MS,
};
const newer = (snapshot: Snapshot): Snapshot => ({
  ...snapshot,
  fetchedAtMs: STARTED_AT_MS + 1_000,
});

/** Its age is known as well as the clocks of this process and of Redis can be compared. */
function about(snapshot: Snapshot): Snapshot {
  return { ...snapshot, fetchedAtMs: expect.closeTo(snapshot.fetchedAtMs, -2) };
}

function suite(open: () => Promise<SnapshotCache>): void {
  test('gives back what it was given, whole, in the order asked', async () => {
    const cache = await open();
    await cache.setMany([
      ['whole', WHOLE],
      ['nobody', NOBODY],
    ]);

    expect(await cache.getMany(['nobody', 'unknown', 'whole'], 0)).toEqual([
      NOBODY,
      undefined,
      WHOLE,
    ]);
  });

  test('keeps the last word on each key', async () => {
    const cache = await open();
    await cache.setMany([['key', WHOLE]]);
    await cache.setMany([['key', newer(NOBODY)]]);

    expect(await cache.getMany(['key'], 0)).toEqual([newer(NOBODY)]);
  });

  test('does not go back in time when an older answer comes late', async () => {
    const cache = await open();
    await cache.setMany([['key', newer(WHOLE)]]);
    await cache.setMany([['key', WHOLE]]);

    expect(await cache.getMany(['key'], 0)).toEqual([newer(WHOLE)]);
  });

  test('has nothing to do where nothing is asked or given', async () => {
    const cache = await open();
    await cache.setMany([]);

    expect(await cache.getMany([], 0)).toEqual([]);
  });
}

describe('the cache in memory', () => {
  suite(() => Promise.resolve(createMemoryCache({ maxUsers: 10, userOf: userOfKey })));

  test('keeps as many answers as it may, and forgets those first that were not asked for longest', async () => {
    const cache = createMemoryCache({ maxUsers: 2, userOf: userOfKey });
    await cache.setMany([
      ['a', WHOLE],
      ['b', WHOLE],
    ]);
    await cache.getMany(['a'], 0);
    await cache.setMany([['c', WHOLE]]);

    expect(await cache.getMany(['a', 'b', 'c'], 0)).toEqual([WHOLE, undefined, WHOLE]);
  });

  test('lets no user push out another one, however many of their answers come', async () => {
    const cache = createMemoryCache({ maxUsers: 100, userOf: userOfKey });
    const scope = (n: number): BatchScope => ({ ...SCOPE, filter: { deadlineAfterMs: n } });
    const page = Array.from({ length: 30 }, (_, i) => userKey(scope(0), `ou_${i}`));
    const greedy = Array.from({ length: 2_700 }, (_, n) => userKey(scope(n), 'ou_greedy'));
    await cache.setMany(page.map((key) => [key, WHOLE] as const));
    for (const key of greedy) await cache.setMany([[key, WHOLE]]);

    expect(await cache.getMany(page, 0)).toEqual(page.map(() => WHOLE));
    const kept = (await cache.getMany(greedy, 0)).flatMap((answer, n) => (answer ? [n] : []));
    expect(kept).toEqual(greedy.map((_, n) => n).slice(-MAX_ANSWERS_PER_USER));
  });
});

describe('the cache that is off', () => {
  test('keeps nothing of anybody', async () => {
    const cache = createCache(10, { freshMs: 0, staleMs: 0 }, undefined, systemClock);
    await cache.setMany([['key', WHOLE]]);

    expect(await cache.getMany(['key'], 0)).toEqual([undefined]);
  });
});

describeWithRedis('the cache in Redis', () => {
  let redis: TestRedis;
  const links: RedisLink[] = [];

  beforeAll(async () => {
    redis = await startRedis();
  });
  afterEach(() => {
    for (const link of links.splice(0)) link.close();
  });
  afterAll(() => redis.close());

  async function startReplica(prefix: string, lifeMs = 60_000): Promise<SnapshotCache> {
    const link = startRedisLink({
      url: redis.url,
      clock: systemClock,
      log: createLogger('silent'),
    });
    links.push(link);
    await link.opened();
    const memory = createMemoryCache({ maxUsers: 10, userOf: userOfKey });
    return createRedisCache({ link, prefix, lifeMs, memory, clock: systemClock, ...REDIS_CHECKS });
  }

  suite(() => startReplica(randomUUID()));

  test('has what any replica was given, and keeps apart what stands under different names', async () => {
    const prefix = randomUUID();
    const [one, other, stranger] = [
      await startReplica(prefix),
      await startReplica(prefix),
      await startReplica(randomUUID()),
    ];
    await one.setMany([['key', WHOLE]]);

    expect(await other.getMany(['key'], 0)).toEqual([about(WHOLE)]);
    expect(await stranger.getMany(['key'], 0)).toEqual([undefined]);
  });

  test('looks elsewhere only for what is not new enough here', async () => {
    const prefix = randomUUID();
    const [one, other] = [await startReplica(prefix), await startReplica(prefix)];
    await one.setMany([['key', WHOLE]]);
    await other.setMany([['key', newer(WHOLE)]]);

    expect(await one.getMany(['key'], STARTED_AT_MS - 500)).toEqual([WHOLE]);
    expect(await one.getMany(['key'], STARTED_AT_MS + 500)).toEqual([about(newer(WHOLE))]);
    // Now it knows.
    expect(await one.getMany(['key'], STARTED_AT_MS - 500)).toEqual([about(newer(WHOLE))]);
  });

  test('does not look elsewhere for the one user whose answer is new enough, when it does for others', async () => {
    const prefix = randomUUID();
    const [one, other] = [await startReplica(prefix), await startReplica(prefix)];
    await one.setMany([['new enough', WHOLE]]);
    await other.setMany([
      ['new enough', newer(WHOLE)],
      ['unknown', NOBODY],
    ]);

    expect(await one.getMany(['new enough', 'unknown'], STARTED_AT_MS - 500)).toEqual([
      WHOLE,
      about(NOBODY),
    ]);
  });

  test('keeps the newer answer when an older one lies in Redis', async () => {
    const prefix = randomUUID();
    const one = await startReplica(prefix);
    await one.setMany([['key', WHOLE]]);
    for (const link of links) link.close();
    await one.setMany([['key', newer(WHOLE)]]);
    const memory = createMemoryCache({ maxUsers: 10, userOf: userOfKey });
    await memory.setMany([['key', newer(WHOLE)]]);
    const link = startRedisLink({
      url: redis.url,
      clock: systemClock,
      log: createLogger('silent'),
    });
    links.push(link);
    await link.opened();
    const back = createRedisCache({
      link,
      prefix,
      lifeMs: 60_000,
      memory,
      clock: systemClock,
      ...REDIS_CHECKS,
    });

    for (let i = 0; i < 2; i += 1) {
      expect(await back.getMany(['key'], STARTED_AT_MS + 4_000)).toEqual([newer(WHOLE)]);
    }
  });

  test('names nobody in its keys', async () => {
    const cache = await startReplica(randomUUID());
    await redis.flush();
    await cache.setMany([['["app","7406841555196582732","ou_somebody"]', WHOLE]]);
    const keys = await redis.keys();

    expect(keys.filter((key) => key.includes('snapshot'))).toHaveLength(1);
    expect(keys.join()).not.toMatch(/ou_somebody|7406841555196582732/);
  });

  test('forgets by itself what is too old to be of use', async () => {
    const prefix = randomUUID();
    await (await startReplica(prefix, 50)).setMany([['key', WHOLE]]);
    await systemClock.sleep(80);

    expect(await (await startReplica(prefix)).getMany(['key'], 0)).toEqual([undefined]);
  });

  test.each(['', '{', 'null', '[]', '{"fetchedAtMs":"1"}'])(
    'takes %j, which it has not written, for nothing',
    async (text) => {
      const prefix = randomUUID();
      const cache = await startReplica(prefix);
      await redis.flush();
      await cache.setMany([['key', WHOLE]]);
      const [key = ''] = (await redis.keys()).filter((name) => name.includes('snapshot'));
      await redis.set(key, text);

      expect(await (await startReplica(prefix)).getMany(['key'], 0)).toEqual([undefined]);
    },
  );

  test('goes on with what is known here while Redis is gone, and shares again when it is back', async () => {
    const prefix = randomUUID();
    const [one, other] = [await startReplica(prefix), await startReplica(prefix)];
    await one.setMany([['key', WHOLE]]);
    await redis.kill();

    expect(await one.getMany(['key', 'unknown'], STARTED_AT_MS + 4_000)).toEqual([
      WHOLE,
      undefined,
    ]);
    expect(await other.getMany(['key'], 0)).toEqual([undefined]);
    await one.setMany([['other', NOBODY]]);
    expect(await one.getMany(['other'], 0)).toEqual([NOBODY]);
    await redis.start();
    await until(() => links.every((link) => link.upSinceMs() !== undefined));
    await one.setMany([['key', newer(WHOLE)]]);
    expect(await other.getMany(['key'], 0)).toEqual([about(newer(WHOLE))]);
  });
});
