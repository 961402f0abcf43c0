import { setTimeout as delay } from 'node:timers/promises';
import { describeWithRedis } from '../support/describe-with-redis';
import { startSteppableGateway, type SteppableGateway } from '../support/gateway-process';
import { startRedis } from '../support/redis';
import { story, type Figures } from '../support/story';
import { startStoryWith, type StoryGateway } from '../support/story-gateway';
import { allBut, tallyOf } from '../support/tally';
import { ANSWERED } from '../support/tasks-reader';

/** The gateway is a process of its own, and only its wall clock is set. */
const STEPS_MS = [-3_600_000, -60_000, 3_600_000];
/** Several processes on a machine with few cores. */
const NOISE_MS = 2_000;
const QUOTA_CALLS = 6;
const WINDOW_SECONDS = 3;
const QUOTA = { quotaCalls: QUOTA_CALLS, quotaWindowSeconds: WINDOW_SECONDS };

const startSteppable = (env: Record<string, string> = {}) =>
  startStoryWith(startSteppableGateway, { emulator: QUOTA, env });

/** One full call after the other, faster than the quota, while the clock is set again and again. */
async function loadThroughSteps(
  { gateway, client, people, emulator }: StoryGateway<SteppableGateway>,
  seen: Figures,
): Promise<void> {
  const answers: Promise<{ outcome: string; tookMs: number }>[] = [];
  const read = async (page: number) => {
    const startedMs = performance.now();
    const outcome = await client.read(people(50, 50 * page));
    return { outcome, tookMs: performance.now() - startedMs };
  };
  for (let i = 0; i < 20; i += 1) {
    const stepMs = STEPS_MS[Math.floor(i / 5) - 1];
    if (i % 5 === 0 && stepMs !== undefined) await gateway.stepWall(stepMs);
    answers.push(read(i));
    await delay(400);
  }
  const all = await Promise.all(answers);
  const outcomes = tallyOf(all.map(({ outcome }) => outcome));
  const longestMs = Math.max(...all.map(({ tookMs }) => tookMs));
  const calls = emulator.callsOf('find_by_user_list');
  const refused = calls.filter(({ status }) => status !== 200).length;

  seen['requests'] = all.length;
  seen['failed'] = allBut(ANSWERED, outcomes);
  seen['refused by Feishu'] = refused;
  seen['longest wait'] = `${(longestMs / 1_000).toFixed(1)} s`;
  expect(outcomes).toEqual({ [ANSWERED]: all.length });
  expect(refused).toBe(0);
  expect(longestMs).toBeLessThan(WINDOW_SECONDS * 1_000 + NOISE_MS);
}

const PLAN = {
  given: `20 pages of 50 new users with a quota of ${QUOTA_CALLS} calls in ${WINDOW_SECONDS} s; the wall clock is set by -1 h, -1 min and +1 h`,
  promised: 'each request is answered within a window; Feishu refuses no call',
};

story('Clock jump: the quota', PLAN, async ({ seen, use }) => {
  await loadThroughSteps(use(await startSteppable()), seen);
});

describeWithRedis('With Redis', () => {
  story('Clock jump: the quota of replicas', PLAN, async ({ seen, use }) => {
    const redis = use(await startRedis());
    const world = use(await startSteppable({ REDIS_URL: redis.url }));
    // Until it takes part in the quota of all.
    await delay(3_500);
    await loadThroughSteps(world, seen);
  });
});

story(
  'Clock jump: ages of answers',
  {
    given: 'a cached answer, fresh for 2 s; the wall clock is set by -1 h, -1 min and +1 h',
    promised: 'no jump makes an answer younger or older than it is',
  },
  async ({ seen, use }) => {
    const world = use(
      await startSteppable({ CACHE_FRESH_SECONDS: '2', CACHE_STALE_SECONDS: '60' }),
    );
    let aheadMs = 0;
    for (const [i, stepMs] of STEPS_MS.entries()) {
      const [user = ''] = world.people(1, i);
      await readAge(world, user, aheadMs);
      await world.gateway.stepWall(stepMs);
      aheadMs += stepMs;
      const fresh = await readAge(world, user, aheadMs);
      await delay(2_100);
      const old = await readAge(world, user, aheadMs);

      seen[`after ${stepMs / 1_000} s`] = `${fresh.ageMs} ms, then ${old.ageMs} ms`;
      expect([fresh.stale, old.stale]).toEqual([false, true]);
      expect(Math.abs(fresh.ageMs)).toBeLessThan(NOISE_MS);
      expect(old.ageMs).toBeGreaterThanOrEqual(2_000);
      expect(old.ageMs).toBeLessThan(2_100 + NOISE_MS);
      expect((await readAge(world, user, aheadMs, 0)).stale).toBe(false);
    }
  },
);

interface AgedAnswer {
  readonly data: { semester: { userStageTasks: { fetchedAt: string; stale: boolean }[] } };
}

/** @param aheadMs how far the gateway's wall clock is ahead */
async function readAge(
  { gateway, semesterId }: StoryGateway,
  userId: string,
  aheadMs: number,
  maxAgeSeconds = 3_600,
): Promise<{ ageMs: number; stale: boolean }> {
  const query = `query ($id: ID!, $userIds: [ID!]!, $maxAgeSeconds: Int) { semester(id: $id) {
    userStageTasks(userIds: $userIds, maxAgeSeconds: $maxAgeSeconds) { fetchedAt stale }
  } }`;
  const response = await fetch(`${gateway.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      query,
      variables: { id: semesterId, userIds: [userId], maxAgeSeconds },
    }),
  });
  const { data } = (await response.json()) as AgedAnswer;
  const [tasks = { fetchedAt: '', stale: false }] = data.semester.userStageTasks;
  return { ageMs: Date.now() + aheadMs - Date.parse(tasks.fetchedAt), stale: tasks.stale };
}

story(
  'Clock jump: rate limit',
  {
    given:
      '2 requests a minute are allowed, 3 are sent; the wall clock is set by -1 h, -1 min and +1 h',
    promised: 'the third is 429, also after each jump; Retry-After stays within the minute',
  },
  async ({ seen, use }) => {
    const { gateway } = use(await startSteppable({ RATE_LIMIT_PER_MINUTE: '2' }));
    const ask = async () => {
      const headers = { 'content-type': 'application/json' };
      const body = '{"query":"{ __typename }"}';
      const response = await fetch(`${gateway.url}/graphql`, { method: 'POST', headers, body });
      return [response.status, Number(response.headers.get('retry-after'))] as const;
    };
    expect([(await ask())[0], (await ask())[0], (await ask())[0]]).toEqual([200, 200, 429]);
    for (const stepMs of STEPS_MS) {
      await gateway.stepWall(stepMs);
      const [status, retryAfterSeconds] = await ask();
      seen[`after ${stepMs / 1_000} s`] = `${status}, Retry-After ${retryAfterSeconds}`;
      expect(status).toBe(429);
      expect(retryAfterSeconds).toBeGreaterThan(0);
      expect(retryAfterSeconds).toBeLessThanOrEqual(60);
    }
  },
);
