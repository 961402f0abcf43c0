import { EveryoneDocument } from '../generated/operations';
import { describeWithRedis } from '../support/describe-with-redis';
import { startGateway, type TestGateway } from '../support/gateway';
import { participantsOf } from '../support/participants';
import { startRedis, type TestRedis } from '../support/redis';
import { until } from '../support/until';

/** Waits until a replica may spend the quota of all: for some seconds after it has connected, it keeps to its share. */
function untilWhole(gateway: TestGateway): Promise<void> {
  return until(async () => {
    const { data } = await gateway.query<{ upstreamQuota: { callsLeft: number } }, object>(
      '{ upstreamQuota { callsLeft } }',
      {},
    );
    return data?.upstreamQuota.callsLeft === 3;
  });
}

describeWithRedis('Replicas that read everyone in a cycle', () => {
  let redis: TestRedis;
  let one: TestGateway;
  let other: TestGateway;
  beforeAll(async () => {
    redis = await startRedis();
    const env = {
      REDIS_URL: redis.url,
      CACHE_FRESH_SECONDS: '600',
      FEISHU_QUOTA_CALLS: '3',
    };
    one = await startGateway({ env, emulator: { quotaCalls: 3 } });
    other = await startGateway({ env: { ...env, FEISHU_BASE_URL: one.emulator.url } });
    for (const gateway of [one, other]) await untilWhole(gateway);
  });
  afterAll(async () => {
    await other.close();
    await one.close();
    await redis.close();
  });

  test('share one quota of pages, and the answers about the users of a page', async () => {
    const { semesterId, emulator } = one;
    const first = await one.query(EveryoneDocument, { semesterId, first: 100 });
    expect(first.errors).toEqual([]);
    // The answer does not wait until Redis has the last of its users.
    await until(async () => {
      const keys = (await redis.send(['KEYS', '*:snapshot:*'])) as string[];
      return keys.length >= 100;
    });
    const users = participantsOf(one).slice(0, 100);
    const { errors } = await other.readTasks(users.map(({ openId }) => openId));
    expect(errors).toEqual([]);
    expect(emulator.callsOf('find_by_user_list')).toEqual([]);

    const last = await other.query(EveryoneDocument, { semesterId, first: 50 });
    expect(last.errors).toEqual([]);
    const late = await other.query(EveryoneDocument, { semesterId, userIdType: 'UNION_ID' });
    expect(late.codes).toEqual(['UPSTREAM_RATE_LIMITED']);
    expect(emulator.callsOf('find_by_page').map(({ status }) => status)).toEqual([200, 200, 200]);
  });
});
