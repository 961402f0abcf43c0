import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import {
  EMULATOR_APP_ID,
  EMULATOR_APP_SECRET,
  startEmulator,
  type Emulator,
} from '../../src/emulator/emulator';
import { spawnCli } from '../support/cli-process';
import { describeWithRedis } from '../support/describe-with-redis';
import { startGateway } from '../support/gateway';
import { startRedis, type TestRedis } from '../support/redis';
import { until } from '../support/until';

/** A scaled quota: 20 calls in 2 s instead of 60 s. */
const QUOTA = { FEISHU_QUOTA_CALLS: '20', FEISHU_QUOTA_WINDOW_SECONDS: '2' };

// Each test runs several processes, which wait for 3 s before their first call.
jest.setTimeout(60_000);

describeWithRedis('npm run cli -- warm', () => {
  let redis: TestRedis;
  let emulator: Emulator;
  let folder: string;
  let file: string;

  beforeEach(async () => {
    redis = await startRedis();
    emulator = await startEmulator({ quotaWindowSeconds: 2 });
    folder = mkdtempSync(join(tmpdir(), 'warm-'));
    file = join(folder, 'people.txt');
    const ids = emulator.people.map(({ openId }) => openId);
    writeFileSync(file, `# everyone\n${ids.join('\n')}\n`);
  });
  afterEach(async () => {
    await emulator.close();
    await redis.close();
    rmSync(folder, { recursive: true });
  });

  const semesterId = () => emulator.semesters.at(-1)?.id ?? '';
  const env = () => ({
    FEISHU_APP_ID: EMULATOR_APP_ID,
    FEISHU_APP_SECRET: EMULATOR_APP_SECRET,
    FEISHU_BASE_URL: emulator.url,
    AUTH_ANONYMOUS: 'all',
    REDIS_URL: redis.url,
    ...QUOTA,
  });
  const start = (args: string[] = [], extra: Record<string, string> = {}) =>
    spawnCli(['warm', '--semester', semesterId(), '--users', file, ...args], {
      ...env(),
      ...extra,
    });
  const calls = () => emulator.callsOf('find_by_user_list');
  const askedFor = () => calls().flatMap(({ userIds = [] }) => userIds);

  test('loads 2,000 people with 40 calls, none over the limit, and a gateway answers from it', async () => {
    const run = start();

    expect({ exit: await run.exit, output: run.output() }).toMatchObject({ exit: 0 });
    expect(run.output()).toContain('2000 users, 0 of them are in Redis already');
    expect(run.output()).toContain('2000 users loaded with 40 calls, 0 failed');
    expect(calls()).toHaveLength(40);
    expect(calls().filter(({ status }) => status !== 200)).toEqual([]);
    expect(new Set(askedFor()).size).toBe(2_000);

    const gateway = await startGateway({
      env: { ...env(), CACHE_FRESH_SECONDS: '600', CACHE_STALE_SECONDS: '3600' },
    });
    const ids = emulator.people.slice(0, 100).map(({ openId }) => openId);
    const { data } = await gateway.query<{ users: unknown[] }, object>(
      `query ($ids: [ID!]!, $semesterId: ID!) {
        users(ids: $ids) { stageTasks(semesterId: $semesterId) { user { id } } }
      }`,
      { ids, semesterId: semesterId() },
    );
    await gateway.close();
    expect(data?.users).toHaveLength(100);
    expect(calls()).toHaveLength(40);
  });

  test.each(['SIGINT', 'SIGTERM'] as const)(
    'asks about no one twice if it is ended by %s and started again',
    async (signal) => {
      const first = start();
      await until(() => calls().length >= 7);
      first.process.kill(signal);
      // npm passes on what the terminal has sent already.
      first.process.kill(signal);
      expect(await first.exit).toBe(130);
      expect(first.output()).toContain('the same command goes on with the others');
      expect(calls().length).toBeLessThan(40);

      const second = start();
      expect(await second.exit).toBe(0);
      expect(second.output()).not.toContain(' 0 of them are in Redis already');
      expect(askedFor()).toHaveLength(2_000);
      expect(new Set(askedFor()).size).toBe(2_000);
    },
  );

  test('asks about at most the calls in flight twice if it is killed', async () => {
    const first = start();
    await until(() => calls().length >= 7);
    first.process.kill('SIGKILL');
    await first.exit;

    expect(await start().exit).toBe(0);
    expect(new Set(askedFor()).size).toBe(2_000);
    expect(calls().length).toBeLessThanOrEqual(41);
  });

  test('leaves half of the quota to clients of a gateway, none of which is refused', async () => {
    const ids = emulator.people.map(({ openId }) => openId);
    writeFileSync(file, ids.slice(0, 1_500).join('\n'));
    const gateway = await startGateway({ env: env() });
    const run = start();
    await until(() => calls().length >= 15);
    const codes: string[] = [];
    for (let i = 1_500; i < 1_530; i += 1) {
      const answer = await gateway.query(
        `query ($id: ID!, $semesterId: ID!) {
          user(id: $id) { stageTasks(semesterId: $semesterId) { user { id } } }
        }`,
        { id: ids[i] ?? '', semesterId: semesterId() },
      );
      codes.push(...answer.codes);
      await setTimeout(150);
    }
    await gateway.close();

    expect(codes).toEqual([]);
    expect(await run.exit).toBe(0);
    expect(calls().filter(({ status }) => status !== 200)).toEqual([]);
    const ofClients = calls().filter(({ userIds = [] }) => userIds.length === 1);
    const [first] = ofClients;
    // In the first window, the calls that were sent before the first client still count.
    const later = ofClients.filter(({ at }) => at > (first?.at ?? 0) + 2_200);
    const before = (end: number) =>
      calls().filter(({ at, userIds = [] }) => userIds.length > 1 && at > end - 2_000 && at <= end);
    expect(later.length).toBeGreaterThan(5);
    expect(Math.max(...later.map(({ at }) => before(at).length))).toBeLessThanOrEqual(10);
  });

  test('makes no call when everyone is in Redis, unless --max-age is younger', async () => {
    writeFileSync(
      file,
      emulator.people
        .slice(0, 50)
        .map(({ openId }) => openId)
        .join('\n'),
    );
    expect(await start().exit).toBe(0);
    expect(await start().exit).toBe(0);
    expect(calls()).toHaveLength(1);

    expect(await start(['--max-age', '0']).exit).toBe(0);
    expect(calls()).toHaveLength(2);
  });

  test('says which lines of the file are invalid, before any call', async () => {
    writeFileSync(file, 'ou_1\nno open ID\n');
    const run = start();

    expect(await run.exit).toBe(2);
    expect(run.output()).toContain(`${file}:2: expected an ID`);
    expect(emulator.calls).toEqual([]);
  });

  test('makes no call for a cycle that Feishu does not list', async () => {
    const run = spawnCli(['warm', '--semester', '1', '--users', file], env());

    expect(await run.exit).toBe(2);
    expect(run.output()).toContain('Feishu lists no review cycle with the ID 1');
    expect(calls()).toEqual([]);
  });

  test.each([
    ['REDIS_URL', { REDIS_URL: '' }, 2],
    ['redis unreachable (Error ECONNREFUSED)', { REDIS_URL: 'redis://127.0.0.1:9' }, 1],
    ['FEISHU_APP_ID', { FEISHU_APP_ID: '', FEISHU_APP_SECRET: '', FEISHU_BASE_URL: '' }, 2],
    ['CACHE_STALE_SECONDS', { CACHE_FRESH_SECONDS: '0', CACHE_STALE_SECONDS: '0' }, 2],
    ['PORT: expected', { PORT: 'x' }, 2],
  ])('says what is missing: %s', async (text, extra, exit) => {
    const run = start([], extra);

    expect(await run.exit).toBe(exit);
    expect(run.output()).toContain(text);
    expect(calls()).toEqual([]);
  });

  test('stops when Redis is lost', async () => {
    const run = start();
    await until(() => calls().length >= 3);
    await redis.kill();

    expect(await run.exit).toBe(1);
    expect(run.output()).toContain('redis disconnected');
    expect(calls().length).toBeLessThan(40);
  });

  test('stops when the quota of the month is used up', async () => {
    emulator.script({
      api: 'find_by_user_list',
      answer: { status: 400, code: 99991403 },
      times: Infinity,
    });
    const run = start();

    expect(await run.exit).toBe(1);
    expect(run.output()).toContain('monthly quota');
    expect(calls().length).toBeLessThanOrEqual(2);
  });

  test('counts people whose ID Feishu refuses, and loads the others', async () => {
    await emulator.close();
    emulator = await startEmulator({ quotaWindowSeconds: 2, unknownUsers: 'refused' });
    const ids = emulator.people.slice(0, 99).map(({ openId }) => openId);
    writeFileSync(file, [...ids, `ou_${'x'.repeat(61)}`].join('\n'));
    const run = start();

    expect(await run.exit).toBe(3);
    expect(run.output()).toContain('100/100 users, 1 failed');
    expect(run.output()).toContain('99 users loaded');
    expect(run.output()).toContain('1 users: ');
  });
});
