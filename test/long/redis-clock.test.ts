import { randomUUID } from 'node:crypto';
import { userOfKey } from '../../src/batching/scope';
import { createMemoryCache } from '../../src/cache/memory.cache';
import { createRedisCache } from '../../src/cache/redis.cache';
import type { Snapshot } from '../../src/cache/snapshot-cache';
import { createLogger } from '../../src/observability/logger';
import type { CallLedger } from '../../src/quota/call-ledger';
import type { Quota } from '../../src/quota/pacing';
import { createQuotaGate, type QuotaGate } from '../../src/quota/quota-gate';
import { createRedisLedger } from '../../src/quota/redis.ledger';
import { startRedisLink, type RedisLink } from '../../src/redis/redis-link';
import { systemClock } from '../../src/system-clock';
import { describeWithRedis } from '../support/describe-with-redis';
import { MovableClock } from '../support/movable-clock';
import { REDIS_CHECKS } from '../support/redis-checks';
import { startRedis, type TestRedis } from '../support/redis';

/** Data that replicas share while a clock is set: that of Redis, or that of one of them. */
const QUOTA: Quota = { calls: 5, windowMs: 1_000 };
/** How long Redis has to be up before a replica spends the quota of all. */
const RETURN_MS = 3_100;
/** Between the times at which Redis counts a call and the test sees it. */
const NOISE_MS = 150;
/** An hour, a minute, and less than a window. */
const STEPS_MS = [-3_600_000, -60_000, 3_600_000, -400, 400];

describeWithRedis('Replicas of a Redis with a clock that is set', () => {
  let redis: TestRedis;
  const links: RedisLink[] = [];

  beforeEach(async () => {
    redis = await startRedis();
  });
  afterEach(async () => {
    for (const link of links.splice(0)) link.close();
    await redis.close();
  });

  async function startLink(clock = systemClock): Promise<RedisLink> {
    const link = startRedisLink({ url: redis.url, clock, log: createLogger('silent') });
    links.push(link);
    await link.opened();
    return link;
  }

  async function startLedger(quota = QUOTA, clock = systemClock): Promise<CallLedger> {
    const link = await startLink(clock);
    return createRedisLedger({
      link,
      prefix: 'p',
      quota,
      replicaId: randomUUID(),
      clock,
      ...REDIS_CHECKS,
    });
  }

  async function createGate(): Promise<QuotaGate> {
    const ledger = await startLedger();
    return createQuotaGate({ quota: QUOTA, ledger, nowMs: () => systemClock.now() });
  }

  /** Makes each call as soon as the gate permits it. @returns how many attempts were refused without a wait */
  async function callUntil(gate: QuotaGate, endMs: number, leftAtMs: number[]): Promise<number> {
    let inVain = 0;
    while (systemClock.now() < endMs) {
      const permit = await gate.tryAcquire(await gate.look(), {
        full: true,
        sendByMs: -Infinity,
      });
      if (permit.granted) leftAtMs.push(systemClock.now());
      else if (permit.waitMs === 0) inVain += 1;
      else await systemClock.sleep(Math.min(permit.waitMs, endMs - systemClock.now() + 1));
    }
    return inVain;
  }

  test.each(STEPS_MS)(
    'keep the quota, and wait no longer than a window, when it is set by %d ms',
    async (stepMs) => {
      const gates = await Promise.all([createGate(), createGate()]);
      await systemClock.sleep(RETURN_MS);
      const leftAtMs: number[] = [];
      const endMs = systemClock.now() + 4 * QUOTA.windowMs;
      const calling = gates.map((gate) => callUntil(gate, endMs, leftAtMs));
      await systemClock.sleep(1.5 * QUOTA.windowMs);
      await redis.stepClock(stepMs);
      const inVain = await Promise.all(calling);

      leftAtMs.sort((a, b) => a - b);
      for (const [i, atMs] of leftAtMs.entries()) {
        const nextWindowMs = leftAtMs[i + QUOTA.calls] ?? Infinity;
        expect(nextWindowMs - atMs).toBeGreaterThan(QUOTA.windowMs - NOISE_MS);
        const nextMs = leftAtMs[i + 1] ?? endMs;
        expect(nextMs - atMs).toBeLessThan(QUOTA.windowMs + NOISE_MS);
      }
      // A refused call is not tried again and again.
      expect(Math.max(...inVain)).toBeLessThan(leftAtMs.length * 3);
    },
  );

  test.each([-3_600_000, -60_000])(
    'count its calls as just made, for one window, if they start after it was set by %d ms',
    async (stepMs) => {
      const one = await startLedger();
      await one.take(await one.read(), 1);
      links.splice(0).forEach((link) => {
        link.close();
      });
      await redis.stepClock(stepMs);
      const other = await startLedger();
      const { foreignCallTimesMs, nowMs } = await other.read();
      expect(foreignCallTimesMs).toEqual([expect.closeTo(nowMs, -2)]);
      await systemClock.sleep(QUOTA.windowMs + NOISE_MS);
      expect((await other.read()).foreignCallTimesMs).toEqual([]);
    },
  );

  test.each(STEPS_MS)(
    'stay away as long as Feishu wants, and no longer, when it is set by %d ms',
    async (stepMs) => {
      const [one, other] = [await startLedger(), await startLedger()];
      const closedAtMs = systemClock.now();
      await one.closeFor({ forMs: 2_000, reason: 'rate-limited' });
      await other.read();
      await redis.stepClock(stepMs);

      for (const ledger of [other, one, other]) {
        const { closing, nowMs } = await ledger.read();
        expect(closing.reason).toBe('rate-limited');
        expect(closing.untilMs - closedAtMs).toBeGreaterThanOrEqual(2_000 - NOISE_MS);
        expect(closing.untilMs - nowMs).toBeLessThanOrEqual(2_000 + NOISE_MS);
      }
    },
  );

  test('forget a replica that is down, even if its last sign of life is in the future', async () => {
    const [gone, here] = [await startLedger(), await startLedger()];
    await systemClock.sleep(RETURN_MS);
    gone.watchWaitingCalls(() => 7);
    await gone.read();
    links[0]?.close();
    await redis.stepClock(-3_600_000);
    expect((await here.read()).callsWaitingElsewhere).toEqual([7]);
    await systemClock.sleep(5_500);
    expect((await here.read()).callsWaitingElsewhere).toEqual([]);
  });

  const snapshotOf = (fetchedAtMs: number): Snapshot => ({
    stageTasks: null,
    semester: null,
    fetchedAtMs,
  });

  async function createCache(clock: MovableClock) {
    const link = await startLink(clock);
    const memory = createMemoryCache({ maxUsers: 10, userOf: userOfKey });
    return createRedisCache({
      link,
      memory,
      prefix: 'p',
      lifeMs: 3_600_000,
      clock,
      ...REDIS_CHECKS,
    });
  }

  async function ageSeenBy(clock: MovableClock): Promise<number> {
    const [snapshot] = await (await createCache(clock)).getMany(['key'], clock.now());
    return clock.now() - (snapshot?.fetchedAtMs ?? -Infinity);
  }

  test('agree on the age of an answer with any clocks of their machines', async () => {
    const [clock, other] = [new MovableClock(), new MovableClock()];
    clock.stepWall(-3_600_000);
    other.advance(123_456_789);
    await (await createCache(clock)).setMany([['key', snapshotOf(clock.now() - 30_000)]]);

    expect(Math.abs((await ageSeenBy(other)) - 30_000)).toBeLessThan(NOISE_MS);
  });

  test('treat an answer from the future as a miss, since its age is unknown', async () => {
    const clock = new MovableClock();
    await (await createCache(clock)).setMany([['key', snapshotOf(clock.now() - 30_000)]]);
    await redis.stepClock(-3_600_000, REDIS_CHECKS.seal);
    expect(await ageSeenBy(clock)).toBe(Infinity);

    const [key = ''] = (await redis.keys()).filter((name) => name.includes('snapshot'));
    await redis.set(key, REDIS_CHECKS.seal.seal(key, '{"fetchedAtMs":1e999}'));
    expect(await ageSeenBy(clock)).toBe(Infinity);
  });

  test('take the age of an answer from Redis, and keep an age that they know', async () => {
    const clock = new MovableClock();
    const author = await createCache(clock);
    await author.setMany([['key', snapshotOf(clock.now() - 30_000)]]);
    await redis.stepClock(60_000, REDIS_CHECKS.seal);
    expect(await ageSeenBy(clock)).toBeGreaterThanOrEqual(90_000 - NOISE_MS);
    await redis.stepClock(-3_600_000, REDIS_CHECKS.seal);
    const [snapshot] = await author.getMany(['key'], clock.now());
    expect(clock.now() - (snapshot?.fetchedAtMs ?? -Infinity)).toBeGreaterThanOrEqual(30_000);
  });
});
