import { createLogger } from '../../src/observability/logger';
import { createRedisChannel } from '../../src/redis/redis-channel';
import { startRedisLink, type RedisLink } from '../../src/redis/redis-link';
import { systemClock } from '../../src/system-clock';
import { describeWithRedis } from '../support/describe-with-redis';
import { startRedis, type TestRedis } from '../support/redis';
import { REDIS_CHECKS } from '../support/redis-checks';
import { until } from '../support/until';

describeWithRedis('A channel of replicas', () => {
  let redis: TestRedis;
  const links: RedisLink[] = [];

  beforeAll(async () => (redis = await startRedis()));
  afterAll(async () => {
    for (const link of links) link.close();
    await redis.close();
  });

  function startChannel(name: string) {
    const log = createLogger('silent');
    const link = startRedisLink({ url: redis.url, clock: systemClock, log });
    links.push(link);
    const heard: string[] = [];
    const channel = createRedisChannel(name, { link, clock: systemClock, ...REDIS_CHECKS });
    channel.subscribe((message) => heard.push(message));
    return { link, channel, heard };
  }

  test('delivers each message to the other replicas, and to no other channel', async () => {
    const [one, other, stranger] = [startChannel('ids'), startChannel('ids'), startChannel('else')];
    await Promise.all([one, other, stranger].map(({ link }) => link.opened()));
    await one.channel.publish('hello');
    await until(() => other.heard.length > 0);

    expect(other.heard).toEqual(['hello']);
    expect(stranger.heard).toEqual([]);
  });

  test('loses messages only while Redis is down', async () => {
    const { link, channel, heard } = startChannel('lost');
    await link.opened();
    await redis.kill();
    await until(() => link.upSinceMs() === undefined);
    await channel.publish('lost');
    await redis.start();
    await until(() => link.upSinceMs() !== undefined);
    await channel.publish('kept');
    await until(() => heard.length > 0);

    expect(heard).toEqual(['kept']);
  }, 20_000);
});
