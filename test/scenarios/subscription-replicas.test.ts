import { changeTasks } from '../support/change-tasks';
import { describeWithRedis } from '../support/describe-with-redis';
import { CHANGES, openEventStream, shownBy } from '../support/event-stream';
import { startGateway, type TestGateway } from '../support/gateway';
import { startRedis, type TestRedis } from '../support/redis';
import { until } from '../support/until';

describeWithRedis('Streams of a replica', () => {
  let redis: TestRedis;
  let one: TestGateway;
  let other: TestGateway;
  beforeAll(async () => {
    redis = await startRedis();
    const env = { REDIS_URL: redis.url, CACHE_FRESH_SECONDS: '600' };
    one = await startGateway({ env });
    other = await startGateway({ env: { ...env, FEISHU_BASE_URL: one.emulator.url } });
  });
  afterAll(async () => {
    await other.close();
    await one.close();
    await redis.close();
  });

  const open = (gateway: TestGateway, lastEventId?: string) =>
    openEventStream(
      gateway.url,
      {
        query: CHANGES,
        variables: { semesterId: one.semesterId, userIds: [one.person(0).openId] },
      },
      lastEventId === undefined ? {} : { 'last-event-id': lastEventId },
    );

  test('show what another replica finds changed, and are resumed by it, without a call of their own', async () => {
    const { openId } = one.person(0);
    const stream = await open(one);
    await stream.received(1);
    one.emulator.clearCalls();
    await changeTasks({ ...other, emulator: one.emulator }, openId, 51);
    const [, changed] = await stream.received(2);
    stream.close();
    const resumed = await open(other, changed?.id);
    await changeTasks(one, openId, 52);
    await resumed.received(1);
    resumed.close();

    expect(changed && shownBy(changed)).toEqual([openId, 51]);
    expect(resumed.events.map(shownBy)).toEqual([[openId, 52]]);
    expect(one.emulator.callsOf('find_by_user_list')).toHaveLength(2);
  });

  test('show, once Redis is reachable again, what they have missed', async () => {
    const { openId } = one.person(0);
    const stream = await open(one);
    await stream.received(1);
    const isUp = async (up: number) =>
      (await one.metric('gateway_redis_up')) === up &&
      (await other.metric('gateway_redis_up')) === up;
    await redis.kill();
    await until(() => isUp(0));
    await redis.start();
    await until(() => isUp(1));
    await changeTasks({ ...other, emulator: one.emulator }, openId, 61);
    await stream.received(2);
    stream.close();

    expect(stream.events.map(shownBy)[1]).toEqual([openId, 61]);
  });
});
