import { createLogger } from '../../src/observability/logger';
import { createLinkScope, createQuietLink } from '../../src/redis/link-scope';
import { startRedisLink, type RedisLink } from '../../src/redis/redis-link';
import { systemClock } from '../../src/system-clock';
import { describeWithRedis } from '../support/describe-with-redis';
import { startRedis, type TestRedis } from '../support/redis';
import { until } from '../support/until';

describeWithRedis('The part of one tenant in the link to Redis', () => {
  let redis: TestRedis;
  let link: RedisLink;

  beforeAll(async () => {
    redis = await startRedis();
    link = startRedisLink({ url: redis.url, clock: systemClock, log: createLogger('silent') });
    await link.opened();
  });
  afterAll(async () => {
    link.close();
    await redis.close();
  });

  const subscribers = async (channel: string) =>
    link.use(async (client) => (await client.pubSubNumSub([channel]))[channel]);
  const publish = (channel: string, message: string) =>
    link.use((client) => client.publish(channel, message));

  test('subscribes at once, although the link has been connected for long', async () => {
    const scope = createLinkScope(link);
    const heard: string[] = [];
    scope.link.subscribe('at once', (message) => heard.push(message));
    await publish('at once', 'hello');
    await until(() => heard.length > 0);
    expect(heard).toEqual(['hello']);
    scope.end();
  });

  test('ends its subscriptions, and those of no other part', async () => {
    const [one, other] = [createLinkScope(link), createLinkScope(link)];
    const heard: string[] = [];
    one.link.subscribe('ends', () => heard.push('one'));
    other.link.subscribe('ends', () => heard.push('other'));
    one.link.subscribe('ends too', () => undefined);
    await until(async () => (await subscribers('ends too')) === 1);
    one.end();
    await until(async () => (await subscribers('ends too')) === 0);
    await publish('ends', 'hello');
    await until(() => heard.length > 0);
    expect(heard).toEqual(['other']);
    other.end();
    await until(async () => (await subscribers('ends')) === 0);
  });

  test('shares a round trip of a pulse with at most 200 others, so that many companies are no outage', async () => {
    const scope = createLinkScope(link);
    let [running, most] = [0, 0];
    const done = new Set<number>();
    for (let part = 0; part < 450; part += 1) {
      scope.link.onPulse(async (client) => {
        running += 1;
        most = Math.max(most, running);
        await client.ping();
        running -= 1;
        done.add(part);
      });
    }
    await until(() => done.size === 450);
    scope.end();
    expect(most).toBe(200);
    expect(link.upSinceMs()).toBeDefined();
  });

  test('hears of no disconnection and no pulse after its end, and all do so again after a break', async () => {
    const [ended, lasting] = [createLinkScope(link), createLinkScope(link)];
    const counts = { ended: 0, lasting: 0, heard: 0 };
    for (const [name, scope] of Object.entries({ ended, lasting })) {
      const count = () => (counts[name as 'ended' | 'lasting'] += 1);
      scope.link.onDisconnected(count);
      scope.link.onConnected(count);
    }
    lasting.link.subscribe('after a break', () => (counts.heard += 1));
    ended.end();
    await redis.kill();
    await until(() => link.upSinceMs() === undefined);
    await redis.start();
    await until(() => link.upSinceMs() !== undefined);
    await publish('after a break', 'hello');
    await until(() => counts.heard > 0);
    expect(counts).toEqual({ ended: 0, lasting: 2, heard: 1 });
    lasting.end();
  }, 20_000);

  test('takes part in pulses for a while after it was used, and not while it is idle', async () => {
    let nowMs = 0;
    const scope = createLinkScope(link);
    const quiet = createQuietLink(scope.link, 1_000, () => nowMs);
    let [pulses, allPulses] = [0, 0];
    quiet.onPulse(() => Promise.resolve((pulses += 1)));
    link.onPulse(() => Promise.resolve((allPulses += 1)));
    await until(() => allPulses >= 2);
    expect(pulses).toBe(0);
    await quiet.use((client) => client.ping());
    await until(() => pulses >= 2);
    nowMs = 1_001;
    const before = pulses;
    const since = allPulses;
    await until(() => allPulses >= since + 2);
    expect(pulses).toBe(before);
    scope.end();
  }, 20_000);
});
