import { createClient } from '@redis/client';
import { describeWithRedis } from '../support/describe-with-redis';
import { startGateway } from '../support/gateway';
import { participantsOf } from '../support/participants';
import { startRedis, type TestRedis } from '../support/redis';
import { until } from '../support/until';

describeWithRedis('The last answer of a gateway that closes', () => {
  let redis: TestRedis;
  beforeAll(async () => {
    redis = await startRedis();
  });
  afterAll(() => redis.close());

  test('is written to Redis, and announced to the streams of other replicas', async () => {
    const subscriber = createClient({ url: redis.url });
    let announced = 0;
    await subscriber.connect();
    await subscriber.pSubscribe('*:changes', () => (announced += 1));
    const gateway = await startGateway({
      env: { CACHE_FRESH_SECONDS: '60', CACHE_STALE_SECONDS: '60', REDIS_URL: redis.url },
      faults: [{ api: 'find_by_user_list', delayMs: 100, times: Infinity }],
    });
    const ids = participantsOf(gateway).map(({ openId }) => openId);
    const answer = gateway.readTasks(ids.slice(0, 40));
    await until(() => gateway.emulator.callsOf('find_by_user_list').length > 0);
    await gateway.close();
    const { errors } = await answer;
    await until(() => announced > 0).finally(() => subscriber.close());
    const keys = await redis.keys();

    expect(errors).toEqual([]);
    expect(keys.filter((key) => key.includes(':snapshot:'))).toHaveLength(40);
    expect(announced).toBe(1);
  });
});
