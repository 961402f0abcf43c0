import { randomUUID } from 'node:crypto';
import type { CallLedger, LedgerView } from '../../src/quota/call-ledger';
import { createMemoryLedger } from '../../src/quota/memory.ledger';
import type { Quota } from '../../src/quota/pacing';
import { createRedisLedger } from '../../src/quota/redis.ledger';
import { createRedisLink, type RedisLink } from '../../src/redis/redis-link';
import { createLogger } from '../../src/observability/logger';
import { systemClock } from '../../src/system-clock';
import { describeWithRedis } from '../support/describe-with-redis';
import { startRedis, type TestRedis } from '../support/redis';
import { until } from '../support/until';

/** What every ledger has to do, whoever keeps it. */
const QUOTA: Quota = { calls: 5, windowMs: 400 };
const log = createLogger('silent');
/** After that a replica that has come takes part in the quota of all. */
const RETURN_MS = 3_100;

/** Takes as often as it is told to, each time on a view of its own; says how often it was let. */
async function takeMany(ledger: CallLedger, times: number): Promise<number> {
  let taken = 0;
  for (let i = 0; i < times; i += 1) {
    const view = await ledger.view();
    if (hasRoom(view) && (await ledger.take(view))) taken += 1;
  }
  return taken;
}

function hasRoom({ callTimesMs, quotaCalls, closedUntilMs, nowMs }: LedgerView): boolean {
  return callTimesMs.length < quotaCalls && closedUntilMs <= nowMs;
}

function suite(open: () => Promise<CallLedger>): void {
  it('shows the calls of the last window, on the clock of the process, and forgets older ones', async () => {
    const ledger = await open();
    const before = Date.now();
    expect(await takeMany(ledger, 2)).toBe(2);
    const view = await ledger.view();

    expect(view.callTimesMs).toHaveLength(2);
    expect(view.nowMs).toBeGreaterThanOrEqual(before);
    for (const timeMs of view.callTimesMs) {
      expect(timeMs).toBeGreaterThanOrEqual(before - 20);
      expect(timeMs).toBeLessThanOrEqual(Date.now() + 20);
    }
    await systemClock.sleep(QUOTA.windowMs + 50);
    expect((await ledger.view()).callTimesMs).toEqual([]);
  });

  it('counts a call only if none has been counted since the view', async () => {
    const ledger = await open();
    const view = await ledger.view();

    expect(await ledger.take(view)).toBe(true);
    expect(await ledger.take(view)).toBe(false);
    expect((await ledger.view()).callTimesMs).toHaveLength(1);
  });

  it('counts one call of a crowd that has seen the same', async () => {
    const ledger = await open();
    const views = await Promise.all(Array.from({ length: 20 }, () => ledger.view()));
    const taken = await Promise.all(views.map((view) => ledger.take(view)));

    expect(taken.filter(Boolean)).toHaveLength(1);
  });

  it('stays closed for as long as it is told, and not for less because of somebody else', async () => {
    const ledger = await open();
    await ledger.closeFor(300);
    await ledger.closeFor(10);
    const { closedUntilMs } = await ledger.view();

    expect(closedUntilMs - Date.now()).toBeGreaterThan(200);
    expect(closedUntilMs - Date.now()).toBeLessThan(350);
  });
}

describe('the ledger in memory', () => {
  suite(() => Promise.resolve(createMemoryLedger(QUOTA, () => Date.now())));
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

  async function openReplica(prefix: string, quota = QUOTA): Promise<CallLedger> {
    const link = createRedisLink({ url: redis.url, clock: systemClock, log });
    links.push(link);
    const replicaId = randomUUID();
    const ledger = createRedisLedger({ link, prefix, quota, replicaId, clock: systemClock });
    await link.opened();
    return ledger;
  }

  suite(() => openReplica(randomUUID()));

  it('has the same calls, the same closing and the same last word for all replicas', async () => {
    const prefix = randomUUID();
    const replicas = [await openReplica(prefix), await openReplica(prefix)] as const;
    const [seenByOne, seenByOther] = [await replicas[0].view(), await replicas[1].view()];
    expect(await replicas[0].take(seenByOne)).toBe(true);
    expect(await replicas[1].take(seenByOther)).toBe(false);
    await replicas[0].closeFor(5_000);
    const view = await replicas[1].view();

    expect(view.foreignCallTimesMs).toHaveLength(1);
    expect(view.closedUntilMs - Date.now()).toBeGreaterThan(4_000);
  });

  it('tells each how many calls wait at the others, of whom are there', async () => {
    const prefix = randomUUID();
    const [one, other] = [await openReplica(prefix), await openReplica(prefix)];
    await systemClock.sleep(RETURN_MS);
    one.watchWaitingCalls(() => 7);
    await one.view();

    expect((await other.view()).callsWaitingElsewhere).toEqual([7]);
  });

  it('keeps apart what is counted under different names', async () => {
    const ledger = await openReplica(randomUUID());
    await takeMany(ledger, 1);

    expect((await (await openReplica(randomUUID())).view()).callTimesMs).toEqual([]);
  });

  it('never counts more than the quota, however many replicas try at once', async () => {
    const prefix = randomUUID();
    const quota = { calls: 10, windowMs: 60_000 };
    const replicas = await Promise.all(Array.from({ length: 4 }, () => openReplica(prefix, quota)));
    await systemClock.sleep(RETURN_MS);
    const taken = await Promise.all(replicas.map((ledger) => takeMany(ledger, 200)));

    expect(taken.reduce((a, b) => a + b)).toBe(quota.calls);
  });

  it('knows again what it has lost with the next word of anybody who knew', async () => {
    const prefix = randomUUID();
    const quota = { calls: 5, windowMs: 60_000 };
    const replicas = [await openReplica(prefix, quota), await openReplica(prefix, quota)] as const;
    await systemClock.sleep(RETURN_MS);
    const spent = (await takeMany(replicas[0], 2)) + (await takeMany(replicas[1], 2));
    expect(spent).toBe(4);
    await redis.flush();
    expect(await takeMany(replicas[1], 20)).toBe(1);
    expect(await takeMany(replicas[0], 20)).toBe(0);

    for (const ledger of replicas) expect((await ledger.view()).callTimesMs).toHaveLength(5);
  });

  it('has every call known to all replicas by the time Redis is gone', async () => {
    const prefix = randomUUID();
    const quota = { calls: 6, windowMs: 60_000 };
    const replicas = [await openReplica(prefix, quota), await openReplica(prefix, quota)] as const;
    await systemClock.sleep(RETURN_MS);
    await takeMany(replicas[0], 4);
    await redis.kill();
    const taken = [await takeMany(replicas[0], 20), await takeMany(replicas[1], 20)];
    await redis.start();

    // Two calls are left of the quota: one for each.
    expect(taken).toEqual([1, 1]);
    await until(() => links.every((link) => link.upSinceMs() !== undefined));
    for (const ledger of replicas) {
      const { foreignCallTimesMs } = await ledger.view();
      expect(foreignCallTimesMs.length).toBeGreaterThan(0);
      expect(await takeMany(ledger, 20)).toBe(0);
    }
  }, 30_000);
});
