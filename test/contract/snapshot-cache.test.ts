import { createChangeFeed } from '../../src/changes/change-feed';
import { randomUUID } from 'node:crypto';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Clock } from '../../src/domain/clock';
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

/** The contract of `SnapshotCache`, run against each of its adapters. */
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
const UNKNOWN_USER: Snapshot = {
  stageTasks: null,
  semester: null,
  fetchedAtMs: STARTED_AT_MS,
};
const newer = (snapshot: Snapshot): Snapshot => ({
  ...snapshot,
  fetchedAtMs: STARTED_AT_MS + 1_000,
});

/** Its age is as exact as the comparison of the clocks of this process and of Redis. */
function about(snapshot: Snapshot): Snapshot {
  return { ...snapshot, fetchedAtMs: expect.closeTo(snapshot.fetchedAtMs, -2) };
}

function suite(open: () => Promise<SnapshotCache>): void {
  test('returns whole snapshots, in the order of the keys', async () => {
    const cache = await open();
    await cache.setMany([
      ['whole', WHOLE],
      ['unknown user', UNKNOWN_USER],
    ]);

    expect(await cache.getMany(['unknown user', 'unknown', 'whole'], 0)).toEqual([
      UNKNOWN_USER,
      undefined,
      WHOLE,
    ]);
  });

  test('keeps the newest snapshot of each key', async () => {
    const cache = await open();
    await cache.setMany([['key', WHOLE]]);
    await cache.setMany([['key', newer(UNKNOWN_USER)]]);

    expect(await cache.getMany(['key'], 0)).toEqual([newer(UNKNOWN_USER)]);
  });

  test('ignores an older snapshot that arrives late', async () => {
    const cache = await open();
    await cache.setMany([['key', newer(WHOLE)]]);
    await cache.setMany([['key', WHOLE]]);

    expect(await cache.getMany(['key'], 0)).toEqual([newer(WHOLE)]);
  });

  test('accepts empty lists', async () => {
    const cache = await open();
    await cache.setMany([]);

    expect(await cache.getMany([], 0)).toEqual([]);
  });
}

describe('The cache in memory', () => {
  suite(() => Promise.resolve(createMemoryCache({ maxUsers: 10, userOf: userOfKey })));

  test('keeps the snapshots of as many users as allowed, and evicts the least recently read ones', async () => {
    const cache = createMemoryCache({ maxUsers: 2, userOf: userOfKey });
    await cache.setMany([
      ['a', WHOLE],
      ['b', WHOLE],
    ]);
    await cache.getMany(['a'], 0);
    await cache.setMany([['c', WHOLE]]);

    expect(await cache.getMany(['a', 'b', 'c'], 0)).toEqual([WHOLE, undefined, WHOLE]);
  });

  test('evicts no user because of many snapshots of another user', async () => {
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

describe('The cache that is disabled', () => {
  test('keeps nothing', async () => {
    const cache = createCache(
      () => createMemoryCache({ maxUsers: 10, userOf: userOfKey }),
      { freshMs: 0, staleMs: 0 },
      undefined,
      systemClock,
      createChangeFeed(),
    );
    await cache.setMany([['key', WHOLE]]);

    expect(await cache.getMany(['key'], 0)).toEqual([undefined]);
  });
});

describeWithRedis('The cache in Redis', () => {
  let redis: TestRedis;
  const links: RedisLink[] = [];

  beforeAll(async () => {
    redis = await startRedis();
  });
  afterEach(() => {
    for (const link of links.splice(0)) link.close();
  });
  afterAll(() => redis.close());

  async function startReplica(
    prefix: string,
    lifeMs = 60_000,
    clock: Pick<Clock, 'now'> = systemClock,
  ): Promise<SnapshotCache> {
    const link = startRedisLink({
      url: redis.url,
      clock: systemClock,
      log: createLogger('silent'),
    });
    links.push(link);
    await link.opened();
    const memory = createMemoryCache({ maxUsers: 10, userOf: userOfKey });
    return createRedisCache({ link, prefix, lifeMs, memory, clock, ...REDIS_CHECKS });
  }

  /** The number of keys of each command that reads snapshots. */
  async function keysRead(act: () => Promise<unknown>): Promise<number[]> {
    await redis.send(['SLOWLOG', 'RESET']);
    await redis.send(['CONFIG', 'SET', 'slowlog-log-slower-than', '0']);
    await act();
    await redis.send(['CONFIG', 'SET', 'slowlog-log-slower-than', '-1']);
    const log = (await redis.send(['SLOWLOG', 'GET', '-1'])) as [
      number,
      number,
      number,
      string[],
    ][];
    return log.flatMap(([, , , [command, ...keys]]) => (command === 'MGET' ? [keys.length] : []));
  }

  suite(() => startReplica(randomUUID()));

  test('returns snapshots of every replica with the same prefix, and of no other', async () => {
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

  test('reads from Redis only snapshots that are not new enough in memory', async () => {
    const prefix = randomUUID();
    const [one, other] = [await startReplica(prefix), await startReplica(prefix)];
    await one.setMany([['key', WHOLE]]);
    await other.setMany([['key', newer(WHOLE)]]);

    expect(await one.getMany(['key'], STARTED_AT_MS - 500)).toEqual([WHOLE]);
    expect(await one.getMany(['key'], STARTED_AT_MS + 500)).toEqual([about(newer(WHOLE))]);
    // It has read the newer one.
    expect(await one.getMany(['key'], STARTED_AT_MS - 500)).toEqual([about(newer(WHOLE))]);
  });

  test('reads from Redis only the users whose snapshots are not new enough', async () => {
    const prefix = randomUUID();
    const [one, other] = [await startReplica(prefix), await startReplica(prefix)];
    await one.setMany([['new enough', WHOLE]]);
    await other.setMany([
      ['new enough', newer(WHOLE)],
      ['unknown', UNKNOWN_USER],
    ]);

    expect(await one.getMany(['new enough', 'unknown'], STARTED_AT_MS - 500)).toEqual([
      WHOLE,
      about(UNKNOWN_USER),
    ]);
  });

  test('reads the keys of requests that arrive together once, with one command', async () => {
    const cache = await startReplica(randomUUID());
    const read = await keysRead(async () => {
      const answers: Promise<unknown>[] = [];
      for (let i = 0; i < 20; i += 1) {
        answers.push(cache.getMany([`key ${i}`, 'shared'], 0));
        // The work of each request is done before the next one arrives.
        for (let j = 0; j < 20; j += 1) await Promise.resolve();
      }
      await Promise.all(answers);
    });

    expect(read).toEqual([21]);
  });

  /** How often replicas have run a script, and how many snapshots they have set. */
  async function countWrites(
    act: () => Promise<unknown>,
  ): Promise<{ scripts: number; sets: number }> {
    await redis.send(['CONFIG', 'RESETSTAT']);
    await act();
    const stats = (await redis.send(['INFO', 'commandstats'])) as string;
    const countOf = (command: string) =>
      Number(new RegExp(`cmdstat_${command}:calls=(\\d+)`).exec(stats)?.[1] ?? 0);
    return { scripts: countOf('eval') + countOf('evalsha'), sets: countOf('set') };
  }

  const callOf = (call: number) =>
    Array.from({ length: 50 }, (_, i): [string, Snapshot] => [`key ${call} ${i}`, WHOLE]);

  test('writes the snapshots of a call with one command', async () => {
    const cache = await startReplica(randomUUID());
    const written = await countWrites(() => cache.setMany(callOf(1)));
    expect(written).toEqual({ scripts: 1, sets: 50 });
  });

  test('writes the snapshots of calls that are answered one after the other with one command', async () => {
    const prefix = randomUUID();
    const stoppedClock = { now: () => STARTED_AT_MS };
    const cache = await startReplica(prefix, 60_000, stoppedClock);
    const written = await countWrites(async () => {
      const writes: Promise<void>[] = [];
      for (let call = 1; call <= 4; call += 1) {
        writes.push(cache.setMany(callOf(call)));
        // The next answer comes while the process completes responses.
        await nextTurn();
      }
      await Promise.all(writes);
    });
    expect(written).toEqual({ scripts: 1, sets: 200 });
    const other = await startReplica(prefix);
    expect(await other.getMany(['key 1 0', 'key 4 49'], 0)).toEqual([about(WHOLE), about(WHOLE)]);
  });

  test('writes snapshots at the latest after 25 ms, although answers keep coming', async () => {
    const prefix = randomUUID();
    const cache = await startReplica(prefix);
    const written: number[] = [];
    const startedMs = systemClock.now();
    for (let call = 1; written.length === 0; call += 1) {
      void cache.setMany([[`key ${call}`, WHOLE]]).then(() => written.push(call));
      await nextTurn();
      expect(systemClock.now()).toBeLessThan(startedMs + 2_000);
    }

    expect(written).toContain(1);
  });

  test('replaces no snapshot by an older one, however many it writes', async () => {
    const prefix = randomUUID();
    const cache = await startReplica(prefix);
    const calls = Array.from({ length: 20 }, (_, call) => callOf(call));
    const older = cache.setMany([...calls.flat(), ['key', WHOLE]]);
    for (let turn = 0; turn < 5; turn += 1) await nextTurn();
    await Promise.all([older, cache.setMany([['key', newer(WHOLE)]])]);

    const other = await startReplica(prefix);
    expect(await other.getMany(['key'], 0)).toEqual([about(newer(WHOLE))]);
  });

  test('keeps the newer snapshot if Redis has an older one', async () => {
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

  test('has no user IDs in its keys', async () => {
    const cache = await startReplica(randomUUID());
    await redis.flush();
    await cache.setMany([['["app","7406841555196582732","ou_other"]', WHOLE]]);
    const keys = await redis.keys();

    expect(keys.filter((key) => key.includes('snapshot'))).toHaveLength(1);
    expect(keys.join()).not.toMatch(/ou_other|7406841555196582732/);
  });

  test('expires snapshots after their lifetime', async () => {
    const prefix = randomUUID();
    await (await startReplica(prefix, 50)).setMany([['key', WHOLE]]);
    await systemClock.sleep(80);

    expect(await (await startReplica(prefix)).getMany(['key'], 0)).toEqual([undefined]);
  });

  test.each(['', '{', 'null', '[]', '{"fetchedAtMs":"1"}'])(
    'treats %j, which it has not written, as a miss',
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

  test('uses its memory while Redis is down, and shares again when Redis is back', async () => {
    const prefix = randomUUID();
    const [one, other] = [await startReplica(prefix), await startReplica(prefix)];
    await one.setMany([['key', WHOLE]]);
    await redis.kill();

    expect(await one.getMany(['key', 'unknown'], STARTED_AT_MS + 4_000)).toEqual([
      WHOLE,
      undefined,
    ]);
    expect(await other.getMany(['key'], 0)).toEqual([undefined]);
    await one.setMany([['other', UNKNOWN_USER]]);
    expect(await one.getMany(['other'], 0)).toEqual([UNKNOWN_USER]);
    await redis.start();
    await until(() => links.every((link) => link.upSinceMs() !== undefined));
    await one.setMany([['key', newer(WHOLE)]]);
    expect(await other.getMany(['key'], 0)).toEqual([about(newer(WHOLE))]);
  });
});
