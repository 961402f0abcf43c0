import { Secret } from '../../src/domain/secret';
import { createLogger } from '../../src/observability/logger';
import { startRedisLink } from '../../src/redis/redis-link';
import { createRedisText } from '../../src/redis/redis-text';
import { createSeal } from '../../src/redis/seal';
import { systemClock } from '../../src/system-clock';
import { describeWithRedis } from '../support/describe-with-redis';
import { startRedis, type TestRedis } from '../support/redis';
import { until } from '../support/until';

describeWithRedis('a text that replicas share', () => {
  let redis: TestRedis;
  let closing: (() => void)[];
  beforeAll(async () => {
    redis = await startRedis();
  });
  afterAll(() => redis.close());
  beforeEach(() => {
    closing = [];
  });
  afterEach(async () => {
    for (const close of closing) close();
    await redis.flush();
  });

  /** One replica; another secret is another app. */
  async function replica(secret = 'the-secret') {
    const log = createLogger('silent');
    const link = startRedisLink({ url: redis.url, clock: systemClock, log });
    closing.push(() => {
      link.close();
    });
    const rejected: string[] = [];
    const text = createRedisText('app:ticket', {
      ...{ link, clock: systemClock, lifeMs: 60_000, seal: createSeal(new Secret(secret)) },
      onRejected: (kind) => rejected.push(kind),
    });
    const heard: string[] = [];
    text.onWritten((one) => heard.push(one));
    await link.opened();
    return { text, heard, rejected };
  }

  test('is heard by others at once, and read by one that starts later', async () => {
    const [first, second] = [await replica(), await replica()];
    first.text.write('ticket');
    await until(() => second.heard.length === 1);
    const third = await replica();

    expect(second.heard).toEqual(['ticket']);
    expect(await third.text.read()).toBe('ticket');
    expect(Number(await redis.send(['PTTL', 'app:ticket']))).toBeGreaterThan(50_000);
  });

  test('of someone without the secret is refused', async () => {
    const ours = await replica();
    const theirs = await replica('another-secret');
    theirs.text.write('forged');
    await until(() => ours.rejected.length === 1);

    expect(await ours.text.read()).toBeUndefined();
    expect(ours.heard).toEqual([]);
    expect(ours.rejected).toEqual(['message', 'message']);
  });

  test('is unknown while Redis is down, without an error', async () => {
    const ours = await replica();
    await redis.kill();
    ours.text.write('lost');

    expect(await ours.text.read()).toBeUndefined();
    await redis.start();
  });
});
