import { setTimeout as delay } from 'node:timers/promises';
import { describeWithRedis } from '../support/describe-with-redis';
import { openIds } from '../support/expected';
import { startReplicas, type Replicas } from '../support/replicas';
import { startSteadyLoad } from '../support/steady-load';
import { story, type StoryContext } from '../support/story';
import { MANY_CLIENTS, readMetric } from '../support/story-gateway';
import { allBut } from '../support/tally';
import { ANSWERED, createTasksReader, type TasksReader } from '../support/tasks-reader';
import { until } from '../support/until';

/** Each replica makes one call a second, which is half of its share of the quota. */
const QUOTA_CALLS = 20;
const WINDOW_SECONDS = 5;
const REQUESTS_PER_SECOND = 100;
/** Redis has to be up for 3 s before replicas share again. */
const RETURN_MS = 3_500;
const GIVE_UP_MS = 30_000;
const GIVEN = `2 replicas, ${REQUESTS_PER_SECOND} requests/s for 200 cached users and each second 2 for a new one`;
const PROMISED = 'each request is answered; Feishu refuses no call';

describeWithRedis('Replicas whose Redis', () => {
  let replicas: Replicas;
  let clients: readonly TasksReader[];
  let people: readonly string[];
  let newUsers = 200;

  beforeAll(async () => {
    replicas = await startReplicas({
      ...{ count: 2, quotaCalls: QUOTA_CALLS, windowSeconds: WINDOW_SECONDS, env: MANY_CLIENTS },
    });
    const { emulator, processes } = replicas;
    people = openIds(emulator.people);
    const semesterId = emulator.semesters.at(-1)?.id ?? '';
    clients = processes.map(({ url }) => createTasksReader({ url, semesterId }));
    for (const client of clients) await client.read(people.slice(0, 200));
    await untilUp(1);
  }, 120_000);
  afterAll(async () => {
    for (const client of clients) client.close();
    await replicas.close();
  });

  const untilUp = (up: 0 | 1) =>
    until(async () => {
      const { processes } = replicas;
      const states = processes.map(({ url }) => readMetric(url, 'gateway_redis_up'));
      return (await Promise.all(states)).every((state) => state === up);
    }, GIVE_UP_MS);

  const countInLogs = (text: string) =>
    replicas.processes.reduce((sum, { output }) => sum + output().split(text).length - 1, 0);

  /** Two of the requests of a second are for a new user, one at each replica. */
  function send(index: number): Promise<string> {
    const client = clients[index % 2];
    const place = index % REQUESTS_PER_SECOND;
    const from = place < 2 ? newUsers++ : place;
    return client?.read(people.slice(from, from + 1)) ?? Promise.resolve('NO CLIENT');
  }

  /** Requests run while Redis is disturbed, and until all replicas share again. */
  async function disturb(
    { seen, use }: StoryContext,
    disturbance: () => Promise<void>,
  ): Promise<void> {
    const { emulator } = replicas;
    const callsBefore = emulator.callsOf('find_by_user_list').length;
    const outagesBefore = countInLogs('redis disconnected');
    const load = use(startSteadyLoad(REQUESTS_PER_SECOND, send));
    await delay(500);
    await disturbance();
    await untilUp(1);
    await delay(RETURN_MS);
    const { sent, outcomes } = await load.stop();
    const calls = emulator.callsOf('find_by_user_list').slice(callsBefore);
    const refused = calls.filter(({ status }) => status !== 200).length;

    seen['requests'] = sent;
    seen['failed'] = allBut(ANSWERED, outcomes);
    seen['calls'] = calls.length;
    seen['refused by Feishu'] = refused;
    seen['log lines "redis disconnected"'] = countInLogs('redis disconnected') - outagesBefore;
    expect(outcomes).toEqual({ [ANSWERED]: sent });
    expect(refused).toBe(0);
  }

  story(
    'is killed',
    {
      given: `${GIVEN}; Redis is killed, and starts again empty`,
      promised: `${PROMISED}; one log line for each replica`,
    },
    async (context) => {
      await disturb(context, async () => {
        await replicas.redis.kill();
        await untilUp(0);
        await delay(1_000);
        await replicas.redis.start();
      });
      expect(context.seen['log lines "redis disconnected"']).toBe(2);
    },
  );

  story(
    'is slow',
    { given: `${GIVEN}; Redis answers only every 1.2 s`, promised: PROMISED },
    async (context) => {
      await disturb(context, async () => {
        for (let i = 0; i < 3; i += 1) {
          replicas.redis.pause();
          await delay(1_200);
          replicas.redis.resume();
          await delay(100);
        }
      });
      expect(context.seen['log lines "redis disconnected"']).toBeGreaterThanOrEqual(2);
    },
  );

  story(
    'is full',
    {
      given: `${GIVEN}; maxmemory is reached, with noeviction`,
      promised: `${PROMISED}; the replicas stay connected; one log line for each`,
    },
    async (context) => {
      const limit = (bytes: string) => replicas.redis.send(['CONFIG', 'SET', 'maxmemory', bytes]);
      await disturb(context, async () => {
        await limit('1');
        await delay(2_000);
        await limit('0');
      });
      context.seen['log lines "redis writes refused"'] = countInLogs('redis writes refused');
      expect(context.seen['log lines "redis writes refused"']).toBe(2);
      expect(context.seen['log lines "redis disconnected"']).toBe(0);
    },
  );

  story(
    'is flushed',
    { given: `${GIVEN}; FLUSHALL three times`, promised: PROMISED },
    async (context) => {
      await disturb(context, async () => {
        for (let i = 0; i < 3; i += 1) {
          await replicas.redis.flush();
          await delay(700);
        }
      });
      expect(context.seen['log lines "redis disconnected"']).toBe(0);
    },
  );
});
