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
import { createRedisLink, type RedisLink } from '../../src/redis/redis-link';
import { createSeal } from '../../src/redis/seal';
import { systemClock } from '../../src/system-clock';
import { describeWithRedis } from '../support/describe-with-redis';
import { startRedis, type TestRedis } from '../support/redis';
import { until } from '../support/until';

/** What lies in Redis may be anything: no replica fails, looks away, or believes it. */
const QUOTA: Quota = { calls: 25, windowMs: 1_000 };
const RETURN_MS = 3_100;
const YEAR_5138_MS = '99999999999999';
const [CALLS, REPLICAS, STATE] = ['{p}:calls', '{p}:replicas', '{p}:state'] as const;
const seal = createSeal(new Secret('app-secret'));

describeWithRedis('Replicas whose Redis says what cannot be', () => {
  let redis: TestRedis;
  let rejected: string[];
  let awayCount: number;
  const links: RedisLink[] = [];
  const onRejected = (kind: string, count = 1) => {
    rejected.push(...Array.from({ length: count }, () => kind));
  };

  beforeEach(async () => {
    [rejected, awayCount] = [[], 0];
    redis = await startRedis();
  });
  afterEach(async () => {
    expect(awayCount).toBe(0);
    for (const link of links.splice(0)) link.close();
    await redis.close();
  });

  /** What listens must say so before the first pulse. */
  function startLink(): RedisLink {
    const log = createLogger('silent');
    const link = createRedisLink({ url: redis.url, clock: systemClock, log });
    link.onAway(() => (awayCount += 1));
    links.push(link);
    return link;
  }

  async function openLink(): Promise<RedisLink> {
    const link = startLink();
    await link.opened();
    return link;
  }

  async function openLedger(): Promise<CallLedger> {
    const parts = { prefix: 'p', quota: QUOTA, replicaId: randomUUID(), clock: systemClock };
    const link = startLink();
    const ledger = createRedisLedger({ link, ...parts, onRejected });
    await link.opened();
    return ledger;
  }

  async function openCache(secret = seal): Promise<SnapshotCache> {
    const memory = createMemoryCache({ maxUsers: 10, userOf: userOfKey });
    const parts = { prefix: 'p', lifeMs: 60_000, memory, clock: systemClock };
    return createRedisCache({ link: await openLink(), ...parts, seal: secret, onRejected });
  }

  const snapshotOf = (userId: string): Snapshot => ({
    stageTasks: { userId, counts: [], stageTasks: [] },
    semester: null,
    fetchedAtMs: systemClock.now(),
  });
  const snapshotKeys = async () =>
    (await redis.keys()).filter((key) => key.includes('snapshot')).sort();

  describe('remembered answers', () => {
    it('swapped between users are nobody’s', async () => {
      await (
        await openCache()
      ).setMany([
        ['a', snapshotOf('ou_a')],
        ['b', snapshotOf('ou_b')],
      ]);
      const [one = '', other = ''] = await snapshotKeys();
      const text = (await redis.send(['GET', one])) as string;
      await redis.send(['RENAME', other, one]);
      await redis.set(other, text);

      expect(await (await openCache()).getMany(['a', 'b'], 0)).toEqual([undefined, undefined]);
      expect(rejected).toEqual(['answer', 'answer']);
    });

    it('of another user are nobody’s, although a gateway has sealed them here', async () => {
      await (await openCache()).setMany([['a', snapshotOf('ou_a')]]);
      const [key = ''] = await snapshotKeys();
      const text = seal.open(key, (await redis.send(['GET', key])) as string) ?? '';
      await redis.set(key, seal.seal(key, text.replace('"key":"a"', '"key":"b"')));

      expect(await (await openCache()).getMany(['a'], 0)).toEqual([undefined]);
    });

    it('of another secret are not believed', async () => {
      await (await openCache(createSeal(new Secret('other')))).setMany([['a', snapshotOf('ou_a')]]);

      expect(await (await openCache()).getMany(['a'], 0)).toEqual([undefined]);
      expect(rejected).toEqual(['answer']);
    });

    it.each([
      (text: string) => text.replace('"version":1', '"version":2'),
      (text: string) => text.replace(/"fetchedAtMs":[^,]+/, `"fetchedAtMs":${YEAR_5138_MS}`),
      (text: string) => text.replace('"counts":[]', '"counts":[{"option":"LATER","count":1}]'),
      () => '',
      () => 'null',
    ])('that are no answer of this version are a miss: %#', async (change) => {
      await (await openCache()).setMany([['a', snapshotOf('ou_a')]]);
      const [key = ''] = await snapshotKeys();
      const text = seal.open(key, (await redis.send(['GET', key])) as string) ?? '';
      await redis.set(key, seal.seal(key, change(text)));
      const cache = await openCache();

      expect(await cache.getMany(['a'], 0)).toEqual([undefined]);
      await cache.setMany([['a', snapshotOf('ou_a')]]);
      expect(await (await openCache()).getMany(['a'], 0)).toEqual([expect.anything()]);
    });

    it('under a key of another type are a miss, and written anew', async () => {
      await (await openCache()).setMany([['a', snapshotOf('ou_a')]]);
      const [key = ''] = await snapshotKeys();
      await redis.send(['DEL', key]);
      await redis.send(['LPUSH', key, 'x']);
      const cache = await openCache();

      expect(await cache.getMany(['a'], 0)).toEqual([undefined]);
      await cache.setMany([['a', snapshotOf('ou_a')]]);
      expect(await (await openCache()).getMany(['a'], 0)).toEqual([expect.anything()]);
    });
  });

  describe('the ledger', () => {
    it.each([
      ['from the future', YEAR_5138_MS, 'x:'],
      ['at the end of time', '+inf', 'x:'],
      ['from the year 1970', '1', 'x:'],
      ['at the beginning of time', '-inf', 'x:'],
      ['of no name', YEAR_5138_MS, 'no call '],
    ])('counts 25 calls %s as just made, for one window', async (_, time, name) => {
      const ledgers = [await openLedger(), await openLedger()];
      await systemClock.sleep(RETURN_MS);
      const records = Array.from({ length: 25 }, (_, i) => [time, `${name}${i}`]).flat();
      await redis.send(['ZADD', CALLS, ...records]);
      for (const ledger of ledgers) {
        const { callTimesMs, nowMs } = await ledger.view();
        expect(callTimesMs).toHaveLength(25);
        expect(nowMs - Math.min(...callTimesMs)).toBeLessThan(300);
      }
      await systemClock.sleep(QUOTA.windowMs + 100);
      for (const ledger of ledgers) {
        const view = await ledger.view();
        expect(view.callTimesMs).toEqual([]);
      }
      const [ledger] = ledgers;
      expect(ledger && (await ledger.take(await ledger.view()))).toBe(true);
      expect(rejected).toHaveLength(25);
    });

    it.each([
      ['rate-limited', 24 * 3_600_000],
      ['quota-exhausted', 3_600_000],
      ['probing', 60_000],
      ['bad weather', 0],
    ])('is closed for no longer than Feishu can ask for: %s', async (reason, longestMs) => {
      const ledger = await openLedger();
      const closing = ['closedUntil', YEAR_5138_MS, 'closedFor', YEAR_5138_MS, 'closedWhy', reason];
      await redis.send(['HSET', STATE, ...closing]);
      for (const seenBy of [ledger, await openLedger()]) {
        const view = await seenBy.view();
        expect(view.closing.untilMs - view.nowMs).toBeLessThanOrEqual(longestMs);
      }
      expect(rejected).toEqual(['ledger']);
    });

    it.each(['abc', 'nan', 'inf', '1e999', '', '-1', '007', '9'.repeat(19)])(
      'goes on where each field of its state is %j',
      async (garbage) => {
        const [one, other] = [await openLedger(), await openLedger()];
        await systemClock.sleep(RETURN_MS);
        one.watchWaitingCalls(() => 1);
        const ids = (await redis.send(['ZRANGE', REPLICAS, '0', '-1'])) as string[];
        const fields = ids.flatMap((id) => [`waiting:${id}`, `turnFor:${id}`, `turnUntil:${id}`]);
        const all = ['version', 'closedUntil', 'closedFor', 'closedWhy', ...fields];
        await redis.send(['HSET', STATE, ...all.flatMap((field) => [field, garbage])]);
        let taken = 0;
        for (let i = 0; i < 4; i += 1) {
          if (await other.take(await other.view())) taken += 1;
        }
        expect(taken).toBeGreaterThan(0);
      },
    );

    it('goes on where its keys have other types, and replicas no names', async () => {
      const ledger = await openLedger();
      await systemClock.sleep(RETURN_MS);
      await ledger.take(await ledger.view());
      await redis.send(['DEL', CALLS, REPLICAS, STATE]);
      await redis.send(['SET', CALLS, 'x']);
      await redis.send(['LPUSH', REPLICAS, 'x']);
      await redis.send(['SADD', STATE, 'x']);
      expect((await ledger.view()).callTimesMs).toHaveLength(1);
      await redis.send(['ZADD', REPLICAS, YEAR_5138_MS, 'no name', YEAR_5138_MS, 'x'.repeat(200)]);
      expect((await ledger.view()).callsWaitingElsewhere).toEqual([]);
      expect(rejected).toHaveLength(5);
    });

    it('hears no calls in messages that name none, and those of impossible ages as just made', async () => {
      const ledger = await openLedger();
      await systemClock.sleep(RETURN_MS);
      for (const message of ['', 'x', '{}', '\u0000', 'a b c', 'x'.repeat(10_000)]) {
        await redis.send(['PUBLISH', CALLS, message]);
      }
      await until(() => rejected.length === 6);
      expect((await ledger.view()).callTimesMs).toEqual([]);
      for (const [i, age] of ['-9e15', '9e15', 'NaN', 'old', ''].entries()) {
        await redis.send(['PUBLISH', CALLS, `x:${i} ${age}`]);
      }
      await systemClock.sleep(50);
      expect((await ledger.view()).callTimesMs).toHaveLength(5);
      await systemClock.sleep(QUOTA.windowMs + 100);
      expect((await ledger.view()).callTimesMs).toEqual([]);
    });

    it('stays there under 20,000 foreign calls and replicas', async () => {
      const ledger = await openLedger();
      const flood = Array.from({ length: 20_000 }, (_, i) => [YEAR_5138_MS, `f:${i}`]).flat();
      await redis.send(['ZADD', CALLS, ...flood]);
      await redis.send(['ZADD', REPLICAS, ...flood.map((text) => text.replace(':', '-'))]);
      expect((await ledger.view()).callTimesMs.length).toBeGreaterThan(0);
    });
  });

  it('hear no message of another secret, nor one of another channel', async () => {
    const link = startLink();
    const heard: string[] = [];
    const channel = createRedisChannel('ids', { link, seal, clock: systemClock, onRejected });
    channel.subscribe((message) => heard.push(message));
    await link.opened();
    const foreign = createSeal(new Secret('other')).seal('ids', 'x');
    for (const message of ['', 'x', foreign, seal.seal('other', 'x')]) {
      await redis.send(['PUBLISH', 'ids', message]);
    }
    channel.publish('true');
    await until(() => heard.length > 0);

    expect(heard).toEqual(['true']);
    expect(rejected).toEqual(Array.from({ length: 4 }, () => 'message'));
  });

  it('hear no message that is older than a few seconds, from the future, or without a time', async () => {
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
    channel.publish('two\nlines');
    await until(() => heard.length > 1);

    expect(heard).toEqual(['delayed', 'two\nlines']);
    expect(rejected).toEqual(Array.from({ length: 10 }, () => 'message'));
  });
});
