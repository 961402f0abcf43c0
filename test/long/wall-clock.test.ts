import { setTimeout as delay } from 'node:timers/promises';
import { startEmulator, type Emulator } from '../../src/emulator/emulator';
import { describeWithRedis } from '../support/describe-with-redis';
import { openIds } from '../support/expected';
import { startSteppableGateway, type SteppableGateway } from '../support/gateway-process';
import { startRedis, type TestRedis } from '../support/redis';

/** The clock is set while requests run. The gateway is a process of its own, and only its clock is set. */
const STEPS_MS = [-3_600_000, -60_000, 3_600_000];
/** Several processes on a machine with few cores. */
const NOISE_MS = 2_000;
const QUOTA_CALLS = 6;
const WINDOW_SECONDS = 3;

let gateway: SteppableGateway;
let emulator: Emulator;
let redis: TestRedis | undefined;
afterEach(async () => {
  gateway.process.kill('SIGKILL');
  await gateway.exit;
  await emulator.close();
  await redis?.close();
  redis = undefined;
});

async function start(env: Record<string, string> = {}): Promise<void> {
  emulator = await startEmulator({
    quotaCalls: QUOTA_CALLS,
    quotaWindowSeconds: WINDOW_SECONDS,
  });
  gateway = await startSteppableGateway({
    FEISHU_APP_ID: 'cli_emulator',
    FEISHU_APP_SECRET: 'emulator-secret',
    FEISHU_BASE_URL: emulator.url,
    FEISHU_QUOTA_CALLS: String(QUOTA_CALLS),
    FEISHU_QUOTA_WINDOW_SECONDS: String(WINDOW_SECONDS),
    AUTH_ANONYMOUS: 'all',
    ...env,
  });
}

interface Answer {
  readonly status: number;
  readonly retryAfterSeconds: number;
  readonly tookMs: number;
  readonly codes: readonly string[];
  /** The ages of the answers by the clock of the gateway. */
  readonly agesMs: readonly number[];
  readonly stale: boolean;
}

/** How far the gateway's wall clock is ahead. */
let aheadMs = 0;
beforeEach(() => (aheadMs = 0));

async function step(ms: number): Promise<void> {
  await gateway.stepWall(ms);
  aheadMs += ms;
}

interface Body {
  readonly data?: {
    semester: { userStageTasks: ({ fetchedAt: string; stale: boolean } | null)[] };
  };
  readonly errors?: { extensions: { code: string } }[];
}

async function ask(userIds: readonly string[], maxAgeSeconds = 3_600): Promise<Answer> {
  const startedAtMs = performance.now();
  const response = await fetch(`${gateway.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      query: `query ($id: ID!, $userIds: [ID!]!, $maxAgeSeconds: Int) { semester(id: $id) {
        userStageTasks(userIds: $userIds, maxAgeSeconds: $maxAgeSeconds) { fetchedAt stale }
      } }`,
      variables: { id: emulator.semesters.at(-1)?.id, userIds, maxAgeSeconds },
    }),
  });
  const { data, errors = [] } = (await response.json()) as Body;
  const tasks = (data?.semester.userStageTasks ?? []).filter((one) => one !== null);
  return {
    status: response.status,
    retryAfterSeconds: Number(response.headers.get('retry-after')),
    tookMs: performance.now() - startedAtMs,
    codes: errors.map(({ extensions }) => extensions.code),
    agesMs: tasks.map(({ fetchedAt }) => Date.now() + aheadMs - Date.parse(fetchedAt)),
    stale: tasks.some(({ stale }) => stale),
  };
}

const people = (count: number, from = 0) => openIds(emulator.people.slice(from, from + count));

/** One full call after the other, faster than the quota, while the clock is set again and again. */
async function loadThroughSteps(): Promise<Answer[]> {
  const answers: Promise<Answer>[] = [];
  for (let i = 0; i < 20; i += 1) {
    const stepMs = STEPS_MS[Math.floor(i / 5) - 1];
    if (i % 5 === 0 && stepMs !== undefined) await step(stepMs);
    answers.push(ask(people(50, 50 * i)));
    await delay(400);
  }
  return Promise.all(answers);
}

function expectUnharmed(answers: readonly Answer[]): void {
  expect(answers.flatMap(({ codes }) => codes)).toEqual([]);
  const refused = emulator.callsOf('find_by_user_list').filter(({ status }) => status !== 200);
  expect(refused).toEqual([]);
  for (const { tookMs } of answers) {
    expect(tookMs).toBeLessThan(WINDOW_SECONDS * 1_000 + NOISE_MS);
  }
}

test('A clock set by an hour or a minute, back or forward, exceeds no quota and delays no request', async () => {
  await start();
  expectUnharmed(await loadThroughSteps());
}, 60_000);

describeWithRedis('Replicas that share a ledger in Redis', () => {
  test('exceed no quota and delay no request when the clock of one is set', async () => {
    redis = await startRedis();
    await start({ REDIS_URL: redis.url });
    // Until it takes part in the quota of all.
    await delay(3_500);
    expectUnharmed(await loadThroughSteps());
  }, 60_000);
});

test.each(STEPS_MS)(
  'A clock set by %d ms makes no answer younger or older than it is',
  async (ms) => {
    await start({ CACHE_FRESH_SECONDS: '2', CACHE_STALE_SECONDS: '60' });
    const [user = ''] = people(1);
    const calls = () => emulator.callsOf('find_by_user_list').length;
    await ask([user]);
    await step(ms);
    const fresh = await ask([user]);
    expect([calls(), fresh.stale]).toEqual([1, false]);
    expect(Math.abs(fresh.agesMs[0] ?? Infinity)).toBeLessThan(NOISE_MS);

    await delay(2_100);
    const stale = await ask([user]);
    expect(stale.stale).toBe(true);
    expect(stale.agesMs[0]).toBeGreaterThanOrEqual(2_000);
    expect(stale.agesMs[0]).toBeLessThan(2_100 + NOISE_MS);
    expect((await ask([user], 0)).stale).toBe(false);
  },
);

test.each(STEPS_MS)('A clock set by %d ms neither lengthens nor ends a rate limit', async (ms) => {
  await start({ RATE_LIMIT_PER_MINUTE: '2' });
  const statuses = [await ask([]), await ask([]), await ask([])].map(({ status }) => status);
  expect(statuses).toEqual([200, 200, 429]);
  await step(ms);
  const limited = await ask([]);

  expect(limited.status).toBe(429);
  expect(limited.retryAfterSeconds).toBeGreaterThan(0);
  expect(limited.retryAfterSeconds).toBeLessThanOrEqual(60);
});
