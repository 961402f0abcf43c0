import { randomUUID } from 'node:crypto';
import { createMemoryCache } from '../../src/cache/memory.cache';
import { createRedisCache } from '../../src/cache/redis.cache';
import type { Snapshot, SnapshotCache } from '../../src/cache/snapshot-cache';
import { createLogger } from '../../src/observability/logger';
import { startRedisLink, type RedisLink } from '../../src/redis/redis-link';
import { systemClock } from '../../src/system-clock';
import { describeWithRedis } from '../support/describe-with-redis';
import { startRedis, type TestRedis } from '../support/redis';
import { REDIS_CHECKS } from '../support/redis-checks';

/** Requests that arrive in one turn of the event loop share the reads from Redis. */
const FETCHED_AT_MS = systemClock.now() - 5_000;
const snapshotAt = (fetchedAtMs: number): Snapshot => ({
  stageTasks: null,
  semester: null,
  fetchedAtMs,
});

/** Keys of different users. */
function keysOf(name: string, count: number): string[] {
  return Array.from({ length: count }, (_, i) => `${name} ${i}`);
}

function missesOf(answers: readonly (Snapshot | undefined)[]): number {
  return answers.filter((answer) => !answer).length;
}

interface Replica {
  readonly cache: SnapshotCache;
  readonly memory: SnapshotCache;
  /** How many commands Redis has answered. */
  readonly commandsAnswered: () => number;
}

describeWithRedis('Requests of one turn of the event loop', () => {
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
    maxUsers = 1_000,
    onAnswer?: (memory: SnapshotCache) => Promise<void>,
  ): Promise<Replica> {
    const direct = startRedisLink({
      url: redis.url,
      clock: systemClock,
      log: createLogger('silent'),
    });
    links.push(direct);
    await direct.opened();
    const memory = createMemoryCache({ maxUsers, userOf: (key) => key });
    let answered = 0;
    const link: RedisLink = {
      ...direct,
      async use(command) {
        const reply = await direct.use(command);
        answered += 1;
        await onAnswer?.(memory);
        return reply;
      },
    };
    const cache = createRedisCache({
      link,
      prefix,
      lifeMs: 60_000,
      memory,
      clock: systemClock,
      ...REDIS_CHECKS,
    });
    return { cache, memory, commandsAnswered: () => answered };
  }

  /** Writes answers of this time to Redis, as another replica does. */
  async function write(prefix: string, keys: readonly string[], fetchedAtMs = FETCHED_AT_MS) {
    const { cache } = await startReplica(prefix);
    await cache.setMany(keys.map((key) => [key, snapshotAt(fetchedAtMs)]));
  }

  test('all get their answers from Redis if the memory holds fewer users than they ask for', async () => {
    const prefix = randomUUID();
    const keys = keysOf('user', 2_000);
    await write(prefix, keys);
    const { cache, commandsAnswered } = await startReplica(prefix, 1_000);
    const pages = Array.from({ length: 40 }, (_, i) => keys.slice(i * 50, (i + 1) * 50));
    const answers = await Promise.all(pages.map((page) => cache.getMany(page, 0)));

    expect(answers.map(missesOf)).toEqual(pages.map(() => 0));
    expect(commandsAnswered()).toBe(10);
  });

  test('get answers of one request from Redis that do not fit into memory', async () => {
    const prefix = randomUUID();
    const keys = keysOf('user', 450);
    await write(prefix, keys);
    const { cache } = await startReplica(prefix, 10);

    expect(missesOf(await cache.getMany(keys, 0))).toBe(0);
  });

  test('keep the answers that memory had when they arrived, even if reads evict them', async () => {
    const prefix = randomUUID();
    const keys = keysOf('user', 250);
    await write(prefix, keys);
    const { cache, memory } = await startReplica(prefix, 10);
    await memory.setMany([['in memory', snapshotAt(FETCHED_AT_MS)]]);
    const [first] = await cache.getMany(['in memory', ...keys], FETCHED_AT_MS);

    expect(first).toEqual(snapshotAt(FETCHED_AT_MS));
  });

  test.each(['before', 'after'])(
    'wait for their own users only, if they arrive %s a request of 1,000',
    async (order) => {
      const prefix = randomUUID();
      const { cache, commandsAnswered } = await startReplica(prefix);
      const answeredWhen = { small: NaN, large: NaN };
      const ask = async (size: 'small' | 'large', keys: readonly string[]) => {
        await cache.getMany(keys, 0);
        answeredWhen[size] = commandsAnswered();
      };
      const small = () => ask('small', ['small']);
      const large = () => ask('large', keysOf('large', 1_000));
      await Promise.all((order === 'before' ? [small, large] : [large, small]).map((f) => f()));

      expect(answeredWhen).toEqual({ small: 1, large: 6 });
    },
  );

  test('read a user of several requests once', async () => {
    const prefix = randomUUID();
    const keys = keysOf('user', 400);
    await write(prefix, keys);
    const { cache, commandsAnswered } = await startReplica(prefix);
    const [all, some] = await Promise.all([
      cache.getMany(keys, 0),
      cache.getMany(keys.slice(100, 300), 0),
    ]);

    expect([missesOf(all), missesOf(some), commandsAnswered()]).toEqual([0, 0, 2]);
  });

  test('get the newer answer that arrives in memory while Redis is read', async () => {
    const prefix = randomUUID();
    await write(prefix, ['user']);
    const newer = snapshotAt(FETCHED_AT_MS + 1_000);
    const { cache } = await startReplica(prefix, 1_000, (memory) =>
      memory.setMany([['user', newer]]),
    );

    expect(await cache.getMany(['user'], 0)).toEqual([newer]);
  });

  test('get the newer answer that Redis has, and leave it in memory', async () => {
    const prefix = randomUUID();
    await write(prefix, ['user'], FETCHED_AT_MS + 2_000);
    const { cache, memory } = await startReplica(prefix);
    await memory.setMany([['user', snapshotAt(FETCHED_AT_MS)]]);
    const [answer] = await cache.getMany(['user'], FETCHED_AT_MS + 1_000);

    expect(answer?.fetchedAtMs).toBeCloseTo(FETCHED_AT_MS + 2_000, -2);
    // The same object, since the texts of an answer are kept with it.
    expect((await memory.getMany(['user'], 0))[0]).toBe(answer);
  });

  test('get what memory has while Redis is down', async () => {
    const { cache, memory } = await startReplica(randomUUID());
    await memory.setMany([['user', snapshotAt(FETCHED_AT_MS)]]);
    for (const link of links) link.close();

    expect(await cache.getMany(['user', 'other'], FETCHED_AT_MS + 1_000)).toEqual([
      snapshotAt(FETCHED_AT_MS),
      undefined,
    ]);
  });
});
