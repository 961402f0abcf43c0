import { randomUUID } from 'node:crypto';
import type { CallLedger, LedgerReading } from '../../src/quota/call-ledger';
import { reasonAt, type ClosingReason } from '../../src/quota/closing';
import { createMemoryLedger } from '../../src/quota/memory.ledger';
import type { Quota } from '../../src/quota/pacing';
import { createRedisLedger } from '../../src/quota/redis.ledger';
import { startRedisLink, type RedisLink } from '../../src/redis/redis-link';
import { createLogger } from '../../src/observability/logger';
import { systemClock } from '../../src/system-clock';
import { describeWithRedis } from '../support/describe-with-redis';
import { startRedis, type TestRedis } from '../support/redis';
import { REDIS_CHECKS } from '../support/redis-checks';
import { until } from '../support/until';

/** What every ledger has to do. */
const QUOTA: Quota = { calls: 5, windowMs: 400 };
const log = createLogger('silent');
const rateLimited = (forMs: number) => ({ forMs, reason: 'rate-limited' }) as const;
/** After that a replica that has come takes part in the quota of all. */
const RETURN_MS = 3_100;

/** Takes as often as it is told to, each time on a reading of its own; says how often it was let. */
async function takeMany(ledger: CallLedger, times: number): Promise<number> {
  let taken = 0;
  for (let i = 0; i < times; i += 1) {
    const reading = await ledger.read();
    if (hasRoom(reading) && (await ledger.take(reading))) taken += 1;
  }
  return taken;
}

function hasRoom({ callTimesMs, quotaCalls, closing, nowMs }: LedgerReading): boolean {
  return callTimesMs.length < quotaCalls && closing.untilMs <= nowMs;
}

/** As after a refusal for the month's number of calls. */
const exhausted = (forMs: number) => ({ forMs, reason: 'quota-exhausted' }) as const;

async function stateOf(ledger: CallLedger): Promise<ClosingReason> {
  const { closing, nowMs } = await ledger.read();
  return reasonAt(closing, nowMs);
}

function suite(open: () => Promise<CallLedger>): void {
  test('shows the calls of the last window, on the clock of the process, and forgets older ones', async () => {
    const ledger = await open();
    const before = systemClock.now();
    expect(await takeMany(ledger, 2)).toBe(2);
    const reading = await ledger.read();

    expect(reading.callTimesMs).toHaveLength(2);
    expect(reading.nowMs).toBeGreaterThanOrEqual(before);
    for (const timeMs of reading.callTimesMs) {
      expect(timeMs).toBeGreaterThanOrEqual(before - 20);
      expect(timeMs).toBeLessThanOrEqual(systemClock.now() + 20);
    }
    await systemClock.sleep(QUOTA.windowMs + 50);
    expect((await ledger.read()).callTimesMs).toEqual([]);
  });

  test('counts a call only if none has been counted since the reading', async () => {
    const ledger = await open();
    const reading = await ledger.read();

    expect(await ledger.take(reading)).toBe(true);
    expect(await ledger.take(reading)).toBe(false);
    expect((await ledger.read()).callTimesMs).toHaveLength(1);
  });

  test('counts one call of a crowd that has seen the same', async () => {
    const ledger = await open();
    const readings = await Promise.all(Array.from({ length: 20 }, () => ledger.read()));
    const taken = await Promise.all(readings.map((reading) => ledger.take(reading)));

    expect(taken.filter(Boolean)).toHaveLength(1);
  });

  test('stays closed for as long as requested, and a shorter request does not open it earlier', async () => {
    const ledger = await open();
    await ledger.closeFor(rateLimited(300));
    await ledger.closeFor(rateLimited(10));
    const { closing, nowMs } = await ledger.read();

    expect(closing.reason).toBe('rate-limited');
    expect(closing.untilMs - nowMs).toBeGreaterThan(200);
    expect(closing.untilMs - nowMs).toBeLessThan(350);
  });

  test('allows one call, the probe, once the time for an exhausted quota has passed', async () => {
    const ledger = await open();
    await ledger.closeFor(exhausted(50));
    expect(await ledger.take(await ledger.read())).toBe(false);
    await systemClock.sleep(80);
    expect(await takeMany(ledger, 3)).toBe(1);
    expect(await stateOf(ledger)).toBe('probing');

    await ledger.noteAnswered();
    expect(await stateOf(ledger)).toBe('none');
    expect(await takeMany(ledger, 3)).toBe(3);
  });

  test('closes again, and not for longer than it is told to, when the probe was in vain', async () => {
    const ledger = await open();
    await ledger.closeFor(exhausted(50));
    await systemClock.sleep(80);
    await takeMany(ledger, 1);
    await ledger.closeFor(exhausted(300));
    const { closing, nowMs } = await ledger.read();

    expect(closing.reason).toBe('quota-exhausted');
    expect(closing.untilMs - nowMs).toBeLessThan(350);
    await ledger.noteAnswered();
    expect(await stateOf(ledger)).toBe('quota-exhausted');
  });
}

describe('the ledger in memory', () => {
  suite(() => Promise.resolve(createMemoryLedger(QUOTA, () => systemClock.now())));
});

describeWithRedis('the ledger in Redis', () => {
  let redis: TestRedis;
  const links: RedisLink[] = [];

  beforeAll(async () => {
    redis = await startRedis();
  });
  afterEach(() => {
    for (const link of links.splice(0)) link.close();
  });
  afterAll(() => redis.close());

  async function startReplica(prefix: string, quota = QUOTA): Promise<CallLedger> {
    const link = startRedisLink({ url: redis.url, clock: systemClock, log });
    links.push(link);
    const replicaId = randomUUID();
    const ledger = createRedisLedger({
      link,
      prefix,
      quota,
      replicaId,
      clock: systemClock,
      ...REDIS_CHECKS,
    });
    await link.opened();
    return ledger;
  }

  suite(() => startReplica(randomUUID()));

  test('has the same calls, the same closing and the same last word for all replicas', async () => {
    const prefix = randomUUID();
    const replicas = [await startReplica(prefix), await startReplica(prefix)] as const;
    const [seenByOne, seenByOther] = [await replicas[0].read(), await replicas[1].read()];
    expect(await replicas[0].take(seenByOne)).toBe(true);
    expect(await replicas[1].take(seenByOther)).toBe(false);
    await replicas[0].closeFor(rateLimited(5_000));
    const reading = await replicas[1].read();

    expect(reading.foreignCallTimesMs).toHaveLength(1);
    expect(reading.closing.reason).toBe('rate-limited');
    expect(reading.closing.untilMs - reading.nowMs).toBeGreaterThan(4_000);
  });

  test('has one probe for all replicas, and its outcome too', async () => {
    const prefix = randomUUID();
    const replicas = [await startReplica(prefix), await startReplica(prefix)] as const;
    for (const outcome of ['refused', 'answered']) {
      await replicas[0].closeFor(exhausted(60));
      expect(await stateOf(replicas[1])).toBe('quota-exhausted');
      await systemClock.sleep(100);
      const taken = [await takeMany(replicas[1], 3), await takeMany(replicas[0], 3)];
      expect(taken).toEqual([1, 0]);
      expect(await stateOf(replicas[0])).toBe('probing');
      if (outcome === 'answered') await replicas[1].noteAnswered();
      else await replicas[1].closeFor(exhausted(60));
      const state = outcome === 'answered' ? 'none' : 'quota-exhausted';
      for (const ledger of replicas) expect(await stateOf(ledger)).toBe(state);
    }
  });

  test('has the replica that was told bring back a closing that Redis has lost', async () => {
    const prefix = randomUUID();
    const replicas = [await startReplica(prefix), await startReplica(prefix)] as const;
    await replicas[0].closeFor(exhausted(5_000));
    await redis.flush();
    await replicas[0].read();
    expect(await stateOf(replicas[1])).toBe('quota-exhausted');
  });

  test('tells each how many calls wait at the others, of whom are there', async () => {
    const prefix = randomUUID();
    const [one, other] = [await startReplica(prefix), await startReplica(prefix)];
    await systemClock.sleep(RETURN_MS);
    one.watchWaitingCalls(() => 7);
    await one.read();

    expect((await other.read()).callsWaitingElsewhere).toEqual([7]);
  });

  test('keeps apart what is counted under different names', async () => {
    const ledger = await startReplica(randomUUID());
    await takeMany(ledger, 1);

    expect((await (await startReplica(randomUUID())).read()).callTimesMs).toEqual([]);
  });

  test('never counts more than the quota, however many replicas try at once', async () => {
    const prefix = randomUUID();
    const quota = { calls: 10, windowMs: 60_000 };
    const replicas = await Promise.all(
      Array.from({ length: 4 }, () => startReplica(prefix, quota)),
    );
    await systemClock.sleep(RETURN_MS);
    const taken = await Promise.all(replicas.map((ledger) => takeMany(ledger, 200)));

    expect(taken.reduce((a, b) => a + b)).toBe(quota.calls);
  });

  test('recovers lost data with the next run of any replica that knows it', async () => {
    const prefix = randomUUID();
    const quota = { calls: 5, windowMs: 60_000 };
    const replicas = [
      await startReplica(prefix, quota),
      await startReplica(prefix, quota),
    ] as const;
    await systemClock.sleep(RETURN_MS);
    const spent = (await takeMany(replicas[0], 2)) + (await takeMany(replicas[1], 2));
    expect(spent).toBe(4);
    await redis.flush();
    expect(await takeMany(replicas[1], 20)).toBe(1);
    expect(await takeMany(replicas[0], 20)).toBe(0);

    for (const ledger of replicas) expect((await ledger.read()).callTimesMs).toHaveLength(5);
  });

  test('has every call known to all replicas by the time Redis is gone', async () => {
    const prefix = randomUUID();
    const quota = { calls: 6, windowMs: 60_000 };
    const replicas = [
      await startReplica(prefix, quota),
      await startReplica(prefix, quota),
    ] as const;
    await systemClock.sleep(RETURN_MS);
    await takeMany(replicas[0], 4);
    await redis.kill();
    const taken = [await takeMany(replicas[0], 20), await takeMany(replicas[1], 20)];
    await redis.start();

    // Two calls are left of the quota: one for each.
    expect(taken).toEqual([1, 1]);
    await until(() => links.every((link) => link.upSinceMs() !== undefined));
    for (const ledger of replicas) {
      const { foreignCallTimesMs } = await ledger.read();
      expect(foreignCallTimesMs.length).toBeGreaterThan(0);
      expect(await takeMany(ledger, 20)).toBe(0);
    }
  }, 30_000);
});
