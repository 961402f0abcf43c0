import { killRedis } from '../support/disturbances';
import { spendQuota } from '../support/spend-quota';
import { openIds } from '../support/expected';
import { describeWithRedis } from '../support/describe-with-redis';
import { startReplicas, type Replicas } from '../support/replicas';

/** How much later a call may arrive than it was sent, with seven processes on few cores. */
const NOISE_MS = 1_000;

describeWithRedis('Several gateways on one Redis', () => {
  let replicas: Replicas;
  const listCalls = () => replicas.emulator.callsOf('find_by_user_list');
  const people = (count: number, from = 0) =>
    openIds(replicas.emulator.people.slice(from, from + count));

  describe('with a quota of 20 calls a minute', () => {
    beforeEach(async () => {
      replicas = await startReplicas({ count: 2, quotaCalls: 20, windowSeconds: 60 });
    });
    afterEach(() => replicas.close());

    test('serve a user that one of them has cached', async () => {
      expect(await replicas.ask(0, people(50))).toEqual([]);
      expect(await replicas.ask(1, people(50))).toEqual([]);

      expect(listCalls()).toHaveLength(1);
    });

    test('run few scripts for 2,000 aliases of upstreamQuota and 1,000 scrapes at once', async () => {
      const { url = '', output } = replicas.processes[0] ?? {};
      const scripts = async () => {
        const stats = String(await replicas.redis.send(['INFO', 'commandstats']));
        return Number(/cmdstat_eval:calls=(\d+)/.exec(stats)?.[1]);
      };
      const before = await scripts();
      const aliases = Array.from({ length: 2_000 }, (_, i) => `a${i}: upstreamQuota { callsLeft }`);
      const response = await fetch(`${url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ query: `{ ${aliases.join(' ')} }` }),
      });
      expect(await response.json()).toMatchObject({
        data: { a1999: { callsLeft: expect.any(Number) } },
      });
      const scrapes = Array.from({ length: 1_000 }, () => fetch(`${url}/metrics`));
      const statuses = (await Promise.all(scrapes)).map(({ status }) => status);
      expect(new Set(statuses)).toEqual(new Set([200]));
      // Each replica's pulses, of two ledgers, run four scripts a second as well.
      expect((await scripts()) - before).toBeLessThan(200);
      expect(output?.()).not.toMatch(/redis (disconnected|not connected)/);
    });

    test('answer while Redis accepts connections and does not reply', async () => {
      await replicas.ask(0, people(50));
      replicas.redis.pause();
      const startedAtMs = Date.now();
      const codes = await replicas.ask(0, people(50, 50));
      const againAtMs = Date.now();
      codes.push(...(await replicas.ask(0, people(50, 100))));
      replicas.redis.resume();

      expect(codes).toEqual([]);
      // The first request notices the outage; later ones do not wait for Redis.
      expect(againAtMs - startedAtMs).toBeLessThan(5_000);
      expect(listCalls()).toHaveLength(3);
    });

    test.each([
      [99991400, 'UPSTREAM_RATE_LIMITED'],
      [99991403, 'UPSTREAM_QUOTA_EXHAUSTED'],
    ] as const)('all close when Feishu answers %d to one of them', async (code, told) => {
      replicas.emulator.script({
        api: 'find_by_user_list',
        answer: { status: 429, code, headers: { 'x-ogw-ratelimit-reset': '40' } },
      });

      expect(await replicas.ask(0, people(1))).toEqual([told]);
      expect(await replicas.ask(1, people(1, 1))).toEqual([told]);
      expect(listCalls()).toHaveLength(1);
    });
  });

  test('start without Redis, and log it', async () => {
    replicas = await startReplicas({
      count: 1,
      quotaCalls: 20,
      windowSeconds: 60,
      env: { REDIS_URL: 'redis://127.0.0.1:1' },
    });

    expect(await replicas.ask(0, people(50))).toEqual([]);
    expect(replicas.processes[0]?.output()).toContain('redis not connected at start');
    await replicas.close();
  });

  test('spend one quota together through an outage of Redis, never more of it, and fail no request', async () => {
    const spending = await spendQuota({
      windows: 4,
      windowSeconds: 8,
      disturb: killRedis(1.5, 2.5),
    });

    expect(spending.errors).toEqual([]);
    // No replica has spent the share of another; `bench:replicas` shows how exactly the window is kept.
    expect(spending.earliestMs).toBeLessThan(NOISE_MS);
    expect(spending.calls).toBeGreaterThanOrEqual(spending.quota * 0.95);
  }, 120_000);
});
