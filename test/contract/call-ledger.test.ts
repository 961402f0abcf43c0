import { randomUUID } from 'node:crypto';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Clock } from '../../src/domain/clock';
import type { CallLedger, LedgerReading } from '../../src/quota/call-ledger';
import { reasonAt, type ClosingReason } from '../../src/quota/closing';
import { createMemoryLedger } from '../../src/quota/memory.ledger';
import type { Quota } from '../../src/quota/pacing';
import { createRedisLedger } from '../../src/quota/redis.ledger';
import { startRedisLink, type RedisLink } from '../../src/redis/redis-link';
import { createLogger } from '../../src/observability/logger';
import { describeWithRedis } from '../support/describe-with-redis';
import { ManualClock } from '../support/manual-clock';
import { MovableClock } from '../support/movable-clock';
import { startRedis, type TestRedis } from '../support/redis';
import { REDIS_CHECKS } from '../support/redis-checks';
import { until } from '../support/until';

/** The contract of `CallLedger`, run against each of its adapters. */
const QUOTA: Quota = { calls: 5, windowMs: 400 };
const log = createLogger('silent');
const rateLimited = (forMs: number) => ({ forMs, reason: 'rate-limited' }) as const;
/** The state after Feishu has said that the quota of the month is used up. */
const exhausted = (forMs: number) => ({ forMs, reason: 'quota-exhausted' }) as const;

/** Reads and takes this many times. @returns how many calls the ledger has granted */
async function takeMany(ledger: CallLedger, times: number): Promise<number> {
  let taken = 0;
  for (let i = 0; i < times; i += 1) {
    const reading = await ledger.read();
    if (hasRoom(reading)) taken += await ledger.take(reading, 1);
  }
  return taken;
}

/** A reading as the gate gets it. */
async function look(ledger: CallLedger): Promise<LedgerReading> {
  return ledger.recent() ?? (await ledger.read());
}

function hasRoom({ callTimesMs, quotaCalls, closing, nowMs }: LedgerReading): boolean {
  return callTimesMs.length < quotaCalls && closing.untilMs <= nowMs;
}

async function stateOf(ledger: CallLedger): Promise<ClosingReason> {
  const { closing, nowMs } = await ledger.read();
  return reasonAt(closing, nowMs);
}

function suite(clock: Clock, create: () => Promise<CallLedger>): void {
  test('shows the calls of the last window, on the clock of the process, and forgets older ones', async () => {
    const ledger = await create();
    const before = clock.now();
    expect(await takeMany(ledger, 2)).toBe(2);
    const { callTimesMs, nowMs } = await ledger.read();

    expect(callTimesMs).toHaveLength(2);
    expect(nowMs).toBeGreaterThanOrEqual(before);
    for (const timeMs of callTimesMs) {
      expect(timeMs).toBeGreaterThanOrEqual(before - 20);
      expect(timeMs).toBeLessThanOrEqual(clock.now() + 20);
    }
    await clock.sleep(QUOTA.windowMs + 50);
    expect((await ledger.read()).callTimesMs).toEqual([]);
  });

  test('counts a call only if no other has been counted since the reading', async () => {
    const ledger = await create();
    const reading = await ledger.read();

    expect(await ledger.take(reading, 1)).toBe(1);
    expect(await ledger.take(reading, 1)).toBe(0);
    expect((await ledger.read()).callTimesMs).toHaveLength(1);
  });

  test('counts several calls of one moment, if no other has been counted since the reading', async () => {
    const ledger = await create();
    const reading = await ledger.read();

    expect(await ledger.take(reading, 3)).toBe(3);
    expect(await ledger.take(reading, 2)).toBe(0);
    expect((await ledger.read()).callTimesMs).toHaveLength(3);
  });

  test('counts one of 20 calls that are taken on the same reading', async () => {
    const ledger = await create();
    const readings = await Promise.all(Array.from({ length: 20 }, () => ledger.read()));
    const taken = await Promise.all(readings.map((reading) => ledger.take(reading, 1)));

    expect(taken.filter((calls) => calls === 1)).toHaveLength(1);
    expect(taken.filter((calls) => calls === 0)).toHaveLength(19);
  });

  test('stays closed as long as it was told to; a shorter closing does not end a longer one', async () => {
    const ledger = await create();
    await ledger.closeFor(rateLimited(300));
    await ledger.closeFor(rateLimited(10));
    const { closing, nowMs } = await ledger.read();

    expect(closing.reason).toBe('rate-limited');
    expect(closing.untilMs - nowMs).toBeGreaterThan(200);
    expect(closing.untilMs - nowMs).toBeLessThan(350);
  });

  test('grants one call, the probe, once the time for an exhausted quota has passed', async () => {
    const ledger = await create();
    await ledger.closeFor(exhausted(50));
    expect(await ledger.take(await ledger.read(), 1)).toBe(0);
    await clock.sleep(80);
    expect(await ledger.take(await ledger.read(), 3)).toBe(1);
    expect(await takeMany(ledger, 3)).toBe(0);
    expect(await stateOf(ledger)).toBe('probing');

    await ledger.noteAnswered();
    expect(await stateOf(ledger)).toBe('none');
    expect(await takeMany(ledger, 3)).toBe(3);
  });

  test('closes again, no longer than it was told to, when the probe fails', async () => {
    const ledger = await create();
    await ledger.closeFor(exhausted(50));
    await clock.sleep(80);
    await takeMany(ledger, 1);
    await ledger.closeFor(exhausted(300));
    const { closing, nowMs } = await ledger.read();

    expect(closing.reason).toBe('quota-exhausted');
    expect(closing.untilMs - nowMs).toBeLessThan(350);
    await ledger.noteAnswered();
    expect(await stateOf(ledger)).toBe('quota-exhausted');
  });
}

describe('The ledger in memory', () => {
  const clock = new ManualClock();
  suite(clock, () => Promise.resolve(createMemoryLedger(QUOTA, clock.now)));
});

/** How long Redis has to be up before a replica spends the quota of all. */
const RETURN_MS = 3_100;

describeWithRedis('The ledger in Redis', () => {
  const clock = new MovableClock();
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
    const link = startRedisLink({ url: redis.url, clock, log });
    links.push(link);
    const replicaId = randomUUID();
    const ledger = createRedisLedger({
      link,
      prefix,
      quota,
      replicaId,
      clock,
      ...REDIS_CHECKS,
    });
    await link.opened();
    return ledger;
  }

  suite(clock, () => startReplica(randomUUID()));

  test('has the same calls, the same closing and the same version for all replicas', async () => {
    const prefix = randomUUID();
    const replicas = [await startReplica(prefix), await startReplica(prefix)] as const;
    const readings = [await replicas[0].read(), await replicas[1].read()] as const;
    expect(await replicas[0].take(readings[0], 1)).toBe(1);
    expect(await replicas[1].take(readings[1], 1)).toBe(0);
    await replicas[0].closeFor(rateLimited(5_000));
    const { foreignCallTimesMs, closing, nowMs } = await replicas[1].read();

    expect(foreignCallTimesMs).toHaveLength(1);
    expect(closing.reason).toBe('rate-limited');
    expect(closing.untilMs - nowMs).toBeGreaterThan(4_000);
  });

  test('has one probe, with one outcome, for all replicas', async () => {
    const prefix = randomUUID();
    const replicas = [await startReplica(prefix), await startReplica(prefix)] as const;
    for (const outcome of ['refused', 'answered']) {
      await replicas[0].closeFor(exhausted(60));
      expect(await stateOf(replicas[1])).toBe('quota-exhausted');
      await clock.sleep(100);
      const taken = [await takeMany(replicas[1], 3), await takeMany(replicas[0], 3)];
      expect(taken).toEqual([1, 0]);
      expect(await stateOf(replicas[0])).toBe('probing');
      if (outcome === 'answered') await replicas[1].noteAnswered();
      else await replicas[1].closeFor(exhausted(60));
      const state = outcome === 'answered' ? 'none' : 'quota-exhausted';
      for (const ledger of replicas) expect(await stateOf(ledger)).toBe(state);
    }
  });

  test('gets back a closing that Redis has lost from the replica that was told of it', async () => {
    const prefix = randomUUID();
    const replicas = [await startReplica(prefix), await startReplica(prefix)] as const;
    await replicas[0].closeFor(exhausted(5_000));
    await redis.flush();
    await replicas[0].read();
    expect(await stateOf(replicas[1])).toBe('quota-exhausted');
  });

  test('tells each replica how many calls wait at the others that are up', async () => {
    const prefix = randomUUID();
    const [one, other] = [await startReplica(prefix), await startReplica(prefix)];
    clock.advance(RETURN_MS);
    one.watchWaitingCalls(() => 7);
    await one.read();

    expect((await other.read()).callsWaitingElsewhere).toEqual([7]);
  });

  /** A replica that knows the state of its ledger. No other one runs a script. */
  async function startAlone(): Promise<CallLedger> {
    for (const link of links.splice(0)) link.close();
    const ledger = await startReplica(randomUUID());
    clock.advance(RETURN_MS);
    await ledger.read();
    return ledger;
  }

  test('takes calls one after the other with one round trip each, and looks with none', async () => {
    async function takeThree(): Promise<void> {
      const ledger = await startAlone();
      let waiting = 3;
      ledger.watchWaitingCalls(() => waiting);
      await redis.send(['CONFIG', 'RESETSTAT']);
      for (; waiting > 0; waiting -= 1) expect(await ledger.take(await look(ledger), 1)).toBe(1);
      expect((await look(ledger)).callTimesMs).toHaveLength(3);
    }
    const scripts: number[] = [];
    for (let i = 0; i < 3; i += 1) {
      await takeThree();
      scripts.push(await scriptsRun());
    }

    // A pulse of the link may add one.
    expect(Math.min(...scripts)).toBe(3);
  });

  test('takes several calls with one round trip', async () => {
    const scripts: number[] = [];
    for (let i = 0; i < 3; i += 1) {
      const ledger = await startAlone();
      ledger.watchWaitingCalls(() => 4);
      await redis.send(['CONFIG', 'RESETSTAT']);
      expect(await ledger.take(await look(ledger), 4)).toBe(4);
      ledger.watchWaitingCalls(() => 0);
      expect((await look(ledger)).callTimesMs).toHaveLength(4);
      scripts.push(await scriptsRun());
    }

    // A pulse of the link may add one.
    expect(Math.min(...scripts)).toBe(1);
  });

  test('has no recent reading of what other replicas may have changed', async () => {
    const prefix = randomUUID();
    const [one, other] = [await startReplica(prefix), await startReplica(prefix)];
    clock.advance(RETURN_MS);
    await one.read();
    expect(one.recent()?.callTimesMs).toEqual([]);

    const before = await other.read();
    expect(await other.take(before, 1)).toBe(1);
    // The message about the call arrives, and a pulse brings the state after it.
    await until(() => one.recent()?.callTimesMs.length !== 0);
    const reading = await one.read();
    expect([one.recent()?.version, one.recent()?.foreignCallTimesMs.length]).toEqual([
      reading.version,
      1,
    ]);

    await other.closeFor(rateLimited(5_000));
    expect(await one.take(await look(one), 1)).toBe(0);
    expect(one.recent()).toBeUndefined();
    expect(await stateOf(one)).toBe('rate-limited');
  });

  test('has no recent reading when pulses stay away, nor without Redis', async () => {
    const ledger = await startReplica(randomUUID());
    clock.advance(RETURN_MS);
    await ledger.read();
    expect(ledger.recent()).toBeDefined();
    clock.advance(600);
    expect(ledger.recent()).toBeUndefined();
    await ledger.read();
    expect(ledger.recent()).toBeDefined();
    await redis.kill();
    await until(() => links.every((link) => link.upSinceMs() === undefined));
    const recent = ledger.recent();
    await redis.start();
    expect(recent).toBeUndefined();
  });

  test('tells the others how many calls wait here, once', async () => {
    const prefix = randomUUID();
    const [one, other] = [await startReplica(prefix), await startReplica(prefix)];
    clock.advance(RETURN_MS);
    await one.read();
    one.watchWaitingCalls(() => 7);
    one.tellWaitingCalls();
    one.tellWaitingCalls();
    await untilSeenWaiting(other, 7);
    const scripts: number[] = [];
    for (let i = 0; i < 3; i += 1) {
      await redis.send(['CONFIG', 'RESETSTAT']);
      one.tellWaitingCalls();
      scripts.push(await scriptsRun());
    }
    // A pulse of the links may add some.
    expect(Math.min(...scripts)).toBe(0);
  });

  test('tells the others of a change that comes while it tells them', async () => {
    const prefix = randomUUID();
    const [one, other] = [await startReplica(prefix), await startReplica(prefix)];
    clock.advance(RETURN_MS);
    await one.read();
    for (const waiting of [1, 5]) {
      one.watchWaitingCalls(() => waiting);
      one.tellWaitingCalls();
      // Until the number is on its way.
      await nextTurn();
    }
    await untilSeenWaiting(other, 5);
  });

  test('tells the others, when it is looked at, that fewer calls wait here', async () => {
    const prefix = randomUUID();
    const [one, other] = [await startReplica(prefix), await startReplica(prefix)];
    clock.advance(RETURN_MS);
    one.watchWaitingCalls(() => 2);
    await one.read();
    one.watchWaitingCalls(() => 0);
    expect(one.recent()).toBeDefined();
    await untilSeenWaiting(other, 0);
  });

  test('tells the others of no call as waiting that is being counted', async () => {
    const prefix = randomUUID();
    const [one, other] = [await startReplica(prefix), await startReplica(prefix)];
    clock.advance(RETURN_MS);
    let waiting = 3;
    one.watchWaitingCalls(() => waiting);
    const reading = await one.read();
    // A pulse may fall between a call and its permit, as this reading does.
    const [taken] = await Promise.all([
      one.take(reading, 2).then((calls) => {
        waiting -= calls;
        return calls;
      }),
      one.read(),
    ]);

    expect(taken).toBe(2);
    expect((await other.read()).callsWaitingElsewhere).toEqual([1]);
  });

  test('tells the others of no call as waiting whose permit is on its way', async () => {
    const prefix = randomUUID();
    const quota: Quota = { calls: 20, windowMs: 60_000 };
    const [one, other] = [await startReplica(prefix, quota), await startReplica(prefix, quota)];
    const [link] = links;
    clock.advance(RETURN_MS);
    let waiting = 0;
    one.watchWaitingCalls(() => waiting);
    // A pulse reads the clock of Redis first. Its reply may arrive together with the one about the call.
    const pulse = async (promisesLater: number) => {
      await link?.use((client) => client.time());
      for (let i = 0; i < promisesLater; i += 1) await Promise.resolve();
      await one.read();
    };
    for (let promisesLater = 0; promisesLater < 10; promisesLater += 1) {
      waiting = 1;
      const reading = await one.read();
      const take = async () => {
        waiting -= await one.take(reading, 1);
      };
      await Promise.all([take(), pulse(promisesLater)]);
      expect(waiting).toBe(0);
      expect((await other.read()).callsWaitingElsewhere).toEqual([0]);
    }
  });

  test('tells the others again of a call that was not counted', async () => {
    const prefix = randomUUID();
    const [one, other] = [await startReplica(prefix), await startReplica(prefix)];
    clock.advance(RETURN_MS);
    one.watchWaitingCalls(() => 2);
    const reading = await one.read();
    expect(await takeMany(other, 1)).toBe(1);
    const [taken] = await Promise.all([one.take(reading, 2), one.read()]);

    expect(taken).toBe(0);
    await untilSeenWaiting(other, 2);
  });

  /** Waits for about 100 ms. A pulse, which tells the number too, seldom falls into them. */
  async function untilSeenWaiting(ledger: CallLedger, calls: number): Promise<void> {
    const seen = async () => (await ledger.read()).callsWaitingElsewhere[0];
    for (let i = 0; i < 20 && (await seen()) !== calls; i += 1) await clock.sleep(5);
    expect(await seen()).toBe(calls);
  }

  test('has no recent reading while it keeps to its share', async () => {
    const ledger = await startReplica(randomUUID());
    await ledger.read();
    expect(ledger.recent()).toBeUndefined();
    clock.advance(RETURN_MS);
    await ledger.read();
    expect(ledger.recent()?.quotaCalls).toBe(QUOTA.calls);
  });

  test('takes only as many calls as come before the turn of another replica', async () => {
    const prefix = randomUUID();
    const [one, other] = [await startReplica(prefix), await startReplica(prefix)];
    clock.advance(RETURN_MS);
    other.watchWaitingCalls(() => 2);
    await other.read();
    expect(await one.take(await one.read(), 4)).toBe(1);
    expect(await one.take(await one.read(), 4)).toBe(0);
    expect(await other.take(await other.read(), 2)).toBe(2);
    expect(await one.take(await one.read(), 4)).toBe(2);
  });

  test('reads again after a call when another replica has counted one', async () => {
    const prefix = randomUUID();
    const [one, other] = [await startReplica(prefix), await startReplica(prefix)];
    clock.advance(5_000);
    let waiting = 1;
    one.watchWaitingCalls(() => waiting);
    expect(await one.take(await one.read(), 1)).toBe(1);
    waiting = 2;
    expect(await one.take(await look(one), 1)).toBe(1);
    waiting = 1;
    expect(await takeMany(other, 1)).toBe(1);
    // It may not know of that call yet. Then Redis refuses its own, and it reads again.
    await one.take(await look(one), 1);
    expect((await look(one)).foreignCallTimesMs).toHaveLength(1);
  });

  /** How often replicas have run the script since the statistics were reset. */
  async function scriptsRun(): Promise<number> {
    const stats = (await redis.send(['INFO', 'commandstats'])) as string;
    return Number(/cmdstat_evalsha:calls=(\d+)/.exec(stats)?.[1] ?? 0);
  }

  test('goes on when Redis has lost its script', async () => {
    const ledger = await startReplica(randomUUID());
    await redis.send(['SCRIPT', 'FLUSH']);
    expect(await takeMany(ledger, 2)).toBe(2);
    expect((await ledger.read()).callTimesMs).toHaveLength(2);
  });

  test('lets the replica take whose last call is the oldest, although it has left the window', async () => {
    const prefix = randomUUID();
    const quota = { calls: 1, windowMs: 200 };
    const [one, other] = [await startReplica(prefix, quota), await startReplica(prefix, quota)];
    clock.advance(RETURN_MS);
    for (const ledger of [one, other]) ledger.watchWaitingCalls(() => 9);
    await other.read();
    const winners: string[] = [];
    for (let i = 0; i < 3; i += 1) {
      const before = winners.length;
      await clock.sleep(quota.windowMs + 50);
      // The first one always asks first.
      while (winners.length === before) {
        for (const [name, ledger] of Object.entries({ one, other }))
          if ((await takeMany(ledger, 1)) === 1) winners.push(name);
      }
    }

    expect(winners).toEqual(['one', 'other', 'one']);
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
    clock.advance(RETURN_MS);
    const taken = await Promise.all(replicas.map((ledger) => takeMany(ledger, 50)));

    expect(taken.reduce((a, b) => a + b)).toBe(quota.calls);
  });

  test('never counts more than the quota when replicas take several calls at once', async () => {
    const prefix = randomUUID();
    const quota = { calls: 10, windowMs: 60_000 };
    const replicas = [await startReplica(prefix, quota), await startReplica(prefix, quota)];
    clock.advance(RETURN_MS);
    let taken = 0;
    for (let i = 0; i < 4; i += 1) {
      for (const ledger of replicas) taken += await ledger.take(await ledger.read(), 3);
    }

    expect(taken).toBe(quota.calls);
    for (const ledger of replicas) expect((await ledger.read()).callTimesMs).toHaveLength(10);
  });

  test('gets back the calls that it has lost from the next replica that knows of them', async () => {
    const prefix = randomUUID();
    const quota = { calls: 5, windowMs: 60_000 };
    const replicas = [
      await startReplica(prefix, quota),
      await startReplica(prefix, quota),
    ] as const;
    clock.advance(RETURN_MS);
    const spent = (await takeMany(replicas[0], 2)) + (await takeMany(replicas[1], 2));
    expect(spent).toBe(4);
    await redis.flush();
    expect(await takeMany(replicas[1], 20)).toBe(1);
    expect(await takeMany(replicas[0], 20)).toBe(0);

    for (const ledger of replicas) expect((await ledger.read()).callTimesMs).toHaveLength(5);
  });

  test('has told every replica of every call before Redis goes down', async () => {
    const prefix = randomUUID();
    const quota = { calls: 6, windowMs: 60_000 };
    const replicas = [
      await startReplica(prefix, quota),
      await startReplica(prefix, quota),
    ] as const;
    clock.advance(RETURN_MS);
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
