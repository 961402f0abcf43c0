import { randomUUID } from 'node:crypto';
import { userOfKey } from '../../src/batching/scope';
import { createMemoryCache } from '../../src/cache/memory.cache';
import { createRedisCache } from '../../src/cache/redis.cache';
import type { Snapshot, SnapshotCache } from '../../src/cache/snapshot-cache';
import { Secret } from '../../src/domain/secret';
import { createLogger } from '../../src/observability/logger';
import type { CallLedger } from '../../src/quota/call-ledger';
import type { Quota } from '../../src/quota/pacing';
import { createRedisLedger } from '../../src/quota/redis.ledger';
import { createRedisChannel } from '../../src/redis/redis-channel';
import { startRedisLink, type RedisLink } from '../../src/redis/redis-link';
import { createSeal } from '../../src/redis/seal';
import { systemClock } from '../../src/system-clock';
import { describeWithRedis } from '../support/describe-with-redis';
import { MovableClock } from '../support/movable-clock';
import { startRedis, type TestRedis } from '../support/redis';
import { until } from '../support/until';

/** Redis may hold anything: no replica fails on it, ignores Redis because of it, or believes it. */
const QUOTA: Quota = { calls: 25, windowMs: 60_000 };
const YEAR_5138_MS = '99999999999999';
const [CALLS, REPLICAS, STATE] = ['{p}:calls', '{p}:replicas', '{p}:state'] as const;
const KEYS_OF_OTHER_TYPES = `
redis.call('DEL', unpack(KEYS))
redis.call('SET', KEYS[1], 'x')
redis.call('LPUSH', KEYS[2], 'x')
redis.call('SADD', KEYS[3], 'x')`;
const seal = createSeal(new Secret('app-secret'));

describeWithRedis('Replicas that read garbage from Redis', () => {
  let redis: TestRedis;
  /** Ahead of the clock of the links, so that Redis counts as up long enough for all replicas to be back. */
  let ledgerClock: MovableClock;
  let rejected: string[];
  let disconnects: number;
  const links: RedisLink[] = [];
  const onRejected = (kind: string, count = 1) => {
    rejected.push(...Array.from({ length: count }, () => kind));
  };

  beforeAll(async () => (redis = await startRedis()));
  afterAll(() => redis.close());
  beforeEach(async () => {
    [rejected, disconnects, ledgerClock] = [[], 0, new MovableClock()];
    await redis.flush();
  });
  afterEach(() => {
    expect(disconnects).toBe(0);
    for (const link of links.splice(0)) link.close();
  });

  /** One window passes, for the ledgers and for Redis. */
  async function passWindow(): Promise<void> {
    ledgerClock.advance(QUOTA.windowMs + 1);
    await redis.stepClock(QUOTA.windowMs + 1);
  }

  /** Listeners have to be added before the first pulse. */
  function startLink(): RedisLink {
    const log = createLogger('silent');
    const link = startRedisLink({ url: redis.url, clock: systemClock, log });
    link.onDisconnected(() => (disconnects += 1));
    links.push(link);
    return link;
  }

  async function openedLink(): Promise<RedisLink> {
    const link = startLink();
    await link.opened();
    return link;
  }

  async function startLedger(quota = QUOTA): Promise<CallLedger> {
    const parts = { prefix: 'p', quota, replicaId: randomUUID(), clock: ledgerClock };
    const link = startLink();
    const ledger = createRedisLedger({ link, ...parts, onRejected });
    await link.opened();
    return ledger;
  }

  async function createCache(secret = seal): Promise<SnapshotCache> {
    const memory = createMemoryCache({ maxUsers: 10, userOf: userOfKey });
    const parts = { prefix: 'p', lifeMs: 60_000, memory, clock: systemClock };
    return createRedisCache({ link: await openedLink(), ...parts, seal: secret, onRejected });
  }

  const snapshotOf = (userId: string): Snapshot => ({
    stageTasks: { userId, counts: [], stageTasks: [] },
    semester: null,
    fetchedAtMs: systemClock.now(),
  });
  const snapshotKeys = async () =>
    (await redis.keys()).filter((key) => key.includes('snapshot')).sort();

  describe('for cached answers', () => {
    test('treat answers that are swapped between users as misses', async () => {
      await (
        await createCache()
      ).setMany([
        ['a', snapshotOf('ou_a')],
        ['b', snapshotOf('ou_b')],
      ]);
      const [one = '', other = ''] = await snapshotKeys();
      const text = (await redis.send(['GET', one])) as string;
      await redis.send(['RENAME', other, one]);
      await redis.set(other, text);

      expect(await (await createCache()).getMany(['a', 'b'], 0)).toEqual([undefined, undefined]);
      expect(rejected).toEqual(['answer', 'answer']);
    });

    test('treat a sealed answer of another key as a miss', async () => {
      await (await createCache()).setMany([['a', snapshotOf('ou_a')]]);
      const [key = ''] = await snapshotKeys();
      const text = seal.open(key, (await redis.send(['GET', key])) as string) ?? '';
      await redis.set(key, seal.seal(key, text.replace('"key":"a"', '"key":"b"')));

      expect(await (await createCache()).getMany(['a'], 0)).toEqual([undefined]);
    });

    test('treat answers sealed with another secret as misses', async () => {
      await (
        await createCache(createSeal(new Secret('other')))
      ).setMany([['a', snapshotOf('ou_a')]]);

      expect(await (await createCache()).getMany(['a'], 0)).toEqual([undefined]);
      expect(rejected).toEqual(['answer']);
    });

    test.each([
      (text: string) => text.replace('"version":1', '"version":2'),
      (text: string) => text.replace(/"fetchedAtMs":[^,]+/, `"fetchedAtMs":${YEAR_5138_MS}`),
      (text: string) => text.replace('"counts":[]', '"counts":[{"option":"LATER","count":1}]'),
      () => '',
      () => 'null',
    ])('treat text that is no answer of this version as a miss: %#', async (change) => {
      await (await createCache()).setMany([['a', snapshotOf('ou_a')]]);
      const [key = ''] = await snapshotKeys();
      const text = seal.open(key, (await redis.send(['GET', key])) as string) ?? '';
      await redis.set(key, seal.seal(key, change(text)));
      const cache = await createCache();

      expect(await cache.getMany(['a'], 0)).toEqual([undefined]);
      await cache.setMany([['a', snapshotOf('ou_a')]]);
      expect(await (await createCache()).getMany(['a'], 0)).toEqual([expect.anything()]);
    });

    test('treat a key of another type as a miss, and write it again', async () => {
      await (await createCache()).setMany([['a', snapshotOf('ou_a')]]);
      const [key = ''] = await snapshotKeys();
      await redis.send(['DEL', key]);
      await redis.send(['LPUSH', key, 'x']);
      const cache = await createCache();

      expect(await cache.getMany(['a'], 0)).toEqual([undefined]);
      await cache.setMany([['a', snapshotOf('ou_a')]]);
      expect(await (await createCache()).getMany(['a'], 0)).toEqual([expect.anything()]);
    });
  });

  describe('for the ledger', () => {
    test.each([
      ['from the future', YEAR_5138_MS, 'x:'],
      ['at the end of time', '+inf', 'x:'],
      ['from the year 1970', '1', 'x:'],
      ['at the beginning of time', '-inf', 'x:'],
      ['of no name', YEAR_5138_MS, 'no call '],
    ])('count 25 calls %s as just made, for one window', async (_, time, name) => {
      const ledgers = [await startLedger(), await startLedger()];
      const records = Array.from({ length: 25 }, (_, i) => [time, `${name}${i}`]).flat();
      await redis.send(['ZADD', CALLS, ...records]);
      for (const ledger of ledgers) {
        const { callTimesMs, nowMs } = await ledger.read();
        expect(callTimesMs).toHaveLength(25);
        expect(nowMs - Math.min(...callTimesMs)).toBeLessThan(300);
      }
      await passWindow();
      for (const ledger of ledgers) {
        expect((await ledger.read()).callTimesMs).toEqual([]);
      }
      const [ledger] = ledgers;
      expect(await ledger?.take(await ledger.read(), 1)).toBe(1);
      expect(rejected).toHaveLength(25);
    });

    test.each([
      ['rate-limited', 24 * 3_600_000],
      ['quota-exhausted', 3_600_000],
      ['probing', 60_000],
      ['bad weather', 0],
    ])('close for no longer than Feishu can ask for: %s', async (reason, longestMs) => {
      const ledger = await startLedger();
      const closing = ['closedUntil', YEAR_5138_MS, 'closedFor', YEAR_5138_MS, 'closedWhy', reason];
      await redis.send(['HSET', STATE, ...closing]);
      for (const seenBy of [ledger, await startLedger()]) {
        const { closing: seen, nowMs } = await seenBy.read();
        expect(seen.untilMs - nowMs).toBeLessThanOrEqual(longestMs);
      }
      expect(rejected).toEqual(['ledger']);
    });

    test.each(['abc', 'nan', 'inf', '1e999', '', '-1', '007', '9'.repeat(19)])(
      'grant calls if each field of the state is %j',
      async (garbage) => {
        const [one, other] = [await startLedger(), await startLedger()];
        one.watchWaitingCalls(() => 1);
        const ids = (await redis.send(['ZRANGE', REPLICAS, '0', '-1'])) as string[];
        const fields = ids.flatMap((id) => [
          `waiting:${id}`,
          `turnFor:${id}`,
          `turnUntil:${id}`,
          `lastCall:${id}`,
        ]);
        const all = ['version', 'closedUntil', 'closedFor', 'closedWhy', ...fields];
        await redis.send(['HSET', STATE, ...all.flatMap((field) => [field, garbage])]);
        let taken = 0;
        for (let i = 0; i < 4; i += 1) {
          taken += await other.take(await other.read(), 1);
        }
        expect(taken).toBeGreaterThan(0);
      },
    );

    test('read the ledger if its keys have other types, and replicas invalid names', async () => {
      const ledger = await startLedger();
      await ledger.take(await ledger.read(), 1);
      // In one step: a pulse in between would start a key anew.
      await redis.send(['EVAL', KEYS_OF_OTHER_TYPES, '3', CALLS, REPLICAS, STATE]);
      expect((await ledger.read()).callTimesMs).toHaveLength(1);
      await redis.send(['ZADD', REPLICAS, YEAR_5138_MS, 'no name', YEAR_5138_MS, 'x'.repeat(200)]);
      expect((await ledger.read()).callsWaitingElsewhere).toEqual([]);
      expect(rejected).toHaveLength(5);
    });

    test('ignore messages without a call, and count calls of impossible ages as just made', async () => {
      const ledger = await startLedger();
      for (const message of ['', 'x', '{}', '\u0000', 'a b c', 'x'.repeat(10_000)]) {
        await redis.send(['PUBLISH', CALLS, message]);
      }
      await until(() => rejected.length === 6);
      expect((await ledger.read()).callTimesMs).toEqual([]);
      for (const [i, age] of ['-9e15', '9e15', 'NaN', 'old', ''].entries()) {
        await redis.send(['PUBLISH', CALLS, `x:${i} ${age}`]);
      }
      await systemClock.sleep(50);
      expect((await ledger.read()).callTimesMs).toHaveLength(5);
      await passWindow();
      expect((await ledger.read()).callTimesMs).toEqual([]);
    });

    test('count the quota as used up under 20,000 foreign calls and replicas', async () => {
      // A long window: however slow the machine, none of the calls has left it when the ledger is read.
      const ledger = await startLedger({ ...QUOTA, windowMs: 600_000 });
      const flood = Array.from({ length: 20_000 }, (_, i) => [YEAR_5138_MS, `f:${i}`]).flat();
      await redis.send(['ZADD', CALLS, ...flood]);
      await redis.send(['ZADD', REPLICAS, ...flood.map((text) => text.replace(':', '-'))]);
      const { callTimesMs } = await ledger.read();
      expect(callTimesMs.length).toBeGreaterThanOrEqual(QUOTA.calls);
    });
  });

  test('ignore messages of another secret or another channel', async () => {
    const link = startLink();
    const heard: string[] = [];
    const channel = createRedisChannel('ids', { link, seal, clock: systemClock, onRejected });
    channel.subscribe((message) => heard.push(message));
    await link.opened();
    const foreign = createSeal(new Secret('other')).seal('ids', 'x');
    for (const message of ['', 'x', foreign, seal.seal('other', 'x')]) {
      await redis.send(['PUBLISH', 'ids', message]);
    }
    await channel.publish('true');
    await until(() => heard.length > 0);

    expect(heard).toEqual(['true']);
    expect(rejected).toEqual(Array.from({ length: 4 }, () => 'message'));
  });

  test('ignore messages that are older than a few seconds, from the future, or without a time', async () => {
    const link = startLink();
    const heard: string[] = [];
    const channel = createRedisChannel('ids', { link, seal, clock: systemClock, onRejected });
    channel.subscribe((message) => heard.push(message));
    await link.opened();
    const [seconds] = (await redis.send(['TIME'])) as [string];
    const redisMs = Number(seconds) * 1_000;
    const publish = (text: string) => redis.send(['PUBLISH', 'ids', seal.seal('ids', text)]);
    const MONTH_MS = 30 * 24 * 3_600_000;
    for (const ageMs of [MONTH_MS, 10_000, -5_000, -MONTH_MS]) {
      await publish(`${redisMs - ageMs} replayed`);
    }
    for (const text of ['no time', '', ' x', 'NaN x', '1e400 x', `${redisMs}x`])
      await publish(text);
    await publish(`${redisMs - 1_000} delayed`);
    await channel.publish('two\nlines');
    await until(() => heard.length > 1);

    expect(heard).toEqual(['delayed', 'two\nlines']);
    expect(rejected).toEqual(Array.from({ length: 10 }, () => 'message'));
  });
});
