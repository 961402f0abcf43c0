import { check } from '../../src/cli/check/check';
import type { CheckTarget } from '../../src/cli/check/call-steps';
import { configurationStep } from '../../src/cli/check/configuration-step';
import type { Step } from '../../src/cli/check/step';
import {
  EMULATOR_APP_ID,
  EMULATOR_APP_SECRET,
  startEmulator,
  type Emulator,
  type EmulatorOptions,
  type Fault,
} from '../../src/emulator/emulator';
import { SCOPES } from '../../src/emulator/scopes';
import { describeWithRedis } from '../support/describe-with-redis';
import { MovableClock } from '../support/movable-clock';
import { startRedis } from '../support/redis';

const [PERFORMANCE_SCOPES, USER_ID_SCOPE] = [SCOPES.slice(0, 3), SCOPES[3] ?? ''];
const ALL_NAMES = [
  ...['configuration', 'redis', 'host', 'credentials', 'clock'],
  ...['semesters', 'find_by_page', 'find_by_user_list', 'user_id'],
];

interface CheckRun {
  readonly emulator?: EmulatorOptions;
  readonly faults?: readonly Fault[];
  readonly env?: Record<string, string>;
  readonly target?: Partial<CheckTarget>;
  readonly clock?: MovableClock;
}

/** Runs the check against an emulator of its own. */
async function runCheck(run: CheckRun = {}) {
  const emulator = await startEmulator(run.emulator);
  for (const fault of run.faults ?? []) emulator.script(fault);
  try {
    return { emulator, ...(await checkAt(emulator, run)) };
  } finally {
    await emulator.close();
  }
}

async function checkAt({ url }: Pick<Emulator, 'url'>, { env, target, clock }: CheckRun) {
  const { step, config } = configurationStep({
    FEISHU_APP_ID: EMULATOR_APP_ID,
    FEISHU_APP_SECRET: EMULATOR_APP_SECRET,
    FEISHU_BASE_URL: url,
    AUTH_ANONYMOUS: 'all',
    ...env,
  });
  const steps: Step[] = [step];
  if (config) {
    await check({
      config,
      target: { idType: 'OPEN_ID', semesterId: undefined, userId: undefined, ...target },
      report: (one) => steps.push(one),
      ...(clock && { overrides: { clock } }),
    });
  }
  const named = (outcome: Step['outcome']) =>
    steps.filter((one) => one.outcome === outcome).map(({ name }) => name);
  const stepOf = (name: string) => {
    const found = steps.find((one) => one.name === name);
    return found && { ...found, text: [found.finding, ...found.remedies].join('\n') };
  };
  return { steps, named, step: stepOf };
}

describe('check', () => {
  test('finds nothing to say about a deployment that works', async () => {
    const { steps, named, emulator } = await runCheck();

    expect(named('ok')).toEqual(ALL_NAMES);
    expect(steps.flatMap(({ remedies }) => remedies)).toEqual([]);
    expect(emulator.calls.map(({ api }) => api)).toEqual([
      ...['tenant_token', 'semesters', 'find_by_page', 'find_by_user_list', 'find_by_page'],
    ]);
  });

  test.each(PERFORMANCE_SCOPES)('needs no %s if the app has another one', async (scope) => {
    const { named } = await runCheck({ emulator: { missingScopes: [scope] } });

    expect(named('ok')).toEqual(ALL_NAMES);
  });

  test('names the scopes of which one is missing, and where to add it', async () => {
    const { named, step } = await runCheck({ emulator: { missingScopes: PERFORMANCE_SCOPES } });

    expect(named('failed')).toEqual(['semesters']);
    expect(named('skipped')).toEqual(['find_by_user_list']);
    expect(step('semesters')?.text).toContain('code 99991672');
    expect(step('semesters')?.text).toContain(`one of ${PERFORMANCE_SCOPES.join(', ')}`);
    expect(step('semesters')?.text).toContain(
      `https://open.feishu.cn/app/${EMULATOR_APP_ID}/auth?q=${PERFORMANCE_SCOPES.join(',')}`,
    );
    expect(step('semesters')?.text).toContain(`/app/${EMULATOR_APP_ID}/version`);
  });

  test('names the scope of an API that alone is not permitted', async () => {
    const error = { permission_violations: [{ subject: 'performance:performance:readonly' }] };
    const answer = { status: 400, code: 99991672, error };
    const { named, step } = await runCheck({ faults: [{ api: 'find_by_user_list', answer }] });

    expect(named('failed')).toEqual(['find_by_user_list']);
    expect(step('find_by_user_list')?.text).toContain('add performance:performance:readonly');
  });

  test('names the scope for user IDs, as a warning for clients that use other IDs', async () => {
    const { named, step } = await runCheck({ emulator: { missingScopes: [USER_ID_SCOPE] } });

    expect(named('failed')).toEqual([]);
    expect(named('warning')).toEqual(['user_id']);
    expect(step('user_id')?.text).toContain(`add ${USER_ID_SCOPE}`);
  });

  test('names the scope for user IDs as a fault for clients that use them', async () => {
    const { named, step } = await runCheck({
      emulator: { missingScopes: [USER_ID_SCOPE] },
      target: { idType: 'USER_ID' },
    });

    expect(named('failed')).toEqual(['find_by_page']);
    expect(step('find_by_page')?.text).toContain(`add ${USER_ID_SCOPE}`);
  });

  test('says to copy a wrong secret again, and does not print it', async () => {
    const { steps, named, step } = await runCheck({ env: { FEISHU_APP_SECRET: 'wrong-secret' } });

    expect(named('failed')).toEqual(['credentials']);
    expect(named('skipped')).toEqual(['calls']);
    expect(step('credentials')?.text).toContain('/baseinfo (Credentials & Basic Info), and copy');
    expect(JSON.stringify(steps)).not.toContain('wrong-secret');
  });

  test('says that an unknown app may be of the other brand', async () => {
    const { named, step } = await runCheck({ emulator: { appId: 'cli_of_lark' } });

    expect(named('failed')).toEqual(['credentials']);
    expect(step('credentials')?.text).toContain('code 99991543');
    expect(step('credentials')?.text).toContain(
      'If the app was created at https://open.larksuite.com, set FEISHU_BRAND=lark',
    );
  });

  test('says when a host is not Feishu', async () => {
    const answer = { status: 404, rawBody: '<html></html>' };
    const { named, step } = await runCheck({ faults: [{ api: 'tenant_token', answer }] });

    expect(named('failed')).toEqual(['credentials']);
    expect(step('credentials')?.text).toContain('Correct FEISHU_BASE_URL');
  });

  describe('with FEISHU_TOKEN_ENDPOINT=oauth_v3', () => {
    const runWithAccounts = async (faults: readonly Fault[], env: Record<string, string> = {}) => {
      const emulator = await startEmulator();
      for (const fault of faults) emulator.script(fault);
      const accounts = { FEISHU_TOKEN_ENDPOINT: 'oauth_v3', FEISHU_ACCOUNTS_URL: emulator.url };
      const run = await checkAt(emulator, { env: { ...accounts, ...env } });
      await emulator.close();
      return run;
    };

    test('finds nothing to say about a deployment that works', async () => {
      expect((await runWithAccounts([])).named('ok')).toEqual(ALL_NAMES);
    });

    test.each([
      { status: 404, rawBody: '<html></html>' },
      { status: 404, rawBody: '{"message":"no such page"}' },
      { status: 200, rawBody: '{}' },
    ])('names the host of accounts if it is not Feishu: %j', async (answer) => {
      const { named, step } = await runWithAccounts([{ api: 'oauth_token', answer }]);

      expect(named('failed')).toEqual(['credentials']);
      expect(step('credentials')?.text).toContain('Correct FEISHU_ACCOUNTS_URL, or unset it');
    });

    test('names the host of accounts if it does not answer', async () => {
      const nowhere = 'http://127.0.0.1:9';
      const { named, step } = await runWithAccounts([], { FEISHU_ACCOUNTS_URL: nowhere });

      expect(named('failed')).toEqual(['host']);
      expect(step('host')?.text).toContain(
        `Let this machine reach ${nowhere}: DNS, firewall, proxy. Another address is set in FEISHU_ACCOUNTS_URL`,
      );
    });

    test.each([{ FEISHU_APP_SECRET: 'wrong-secret' }, { FEISHU_APP_ID: 'cli_of_lark' }])(
      'says to copy credentials again: %j',
      async (env) => {
        const { named, step } = await runWithAccounts([], env);

        expect(named('failed')).toEqual(['credentials']);
        expect(step('credentials')?.text).toContain('copy App ID and App Secret again');
      },
    );
  });

  test('says when no host answers', async () => {
    const { named, step } = await checkAt({ url: 'http://127.0.0.1:9' }, {});

    expect(named('failed')).toEqual(['host']);
    expect(named('skipped')).toEqual(['clock', 'calls']);
    expect(step('host')?.text).toContain('Let this machine reach http://127.0.0.1:9');
  });

  test.each([
    [600_000, /^6\d\d s ahead of Feishu's$/m],
    [-600_000, /^(59\d|600) s behind Feishu's$/m],
  ])('says how far a clock is off: %d ms', async (ms, finding) => {
    const clock = new MovableClock();
    clock.stepWall(ms);
    const { named, step } = await runCheck({ clock });

    expect(named('failed')).toEqual(['clock']);
    expect(step('clock')?.text).toMatch(finding);
    expect(step('clock')?.text).toContain('NTP');
  });

  test('says that Redis is down', async () => {
    const { named, step } = await runCheck({ env: { REDIS_URL: 'redis://127.0.0.1:9' } });

    expect(named('failed')).toEqual(['redis']);
    expect(step('redis')?.text).toContain('unreachable (');
    expect(step('redis')?.text).toContain('Start Redis');
  });

  test.each([
    [99991662, 'have it approved'],
    [99991673, 'have it approved'],
    [99991400, 'another program uses the same app'],
    [99991403, 'The calls of this month are used up'],
    [99991676, 'up to two hours'],
    [1580101, "ask Feishu's support with log ID"],
  ])('says what to do about code %d', async (code, remedy) => {
    const headers = { 'x-ogw-ratelimit-reset': '60' };
    const answer = { status: code === 1580101 ? 500 : 400, code, headers };
    const { named, step } = await runCheck({
      faults: [{ api: 'find_by_user_list', answer, times: Infinity }],
    });

    expect(named('failed')).toEqual(['find_by_user_list']);
    expect(step('find_by_user_list')?.text).toContain(remedy);
  });

  test('says that Feishu does not know a person', async () => {
    const { named, step } = await runCheck({ target: { userId: 'ou_of_another_app' } });

    expect(named('warning')).toEqual(['find_by_user_list']);
    expect(step('find_by_user_list')?.text).toContain('open IDs differ in each app');
  });

  test('makes no call without credentials, or with an invalid configuration', () => {
    const without = configurationStep({});
    const invalid = configurationStep({ PORT: 'x', REDIS_URL: 'y' });

    expect(without.config ?? invalid.config).toBeUndefined();
    expect(without.step).toMatchObject({ outcome: 'failed' });
    expect(without.step.remedies.join()).toContain('FEISHU_APP_ID');
    expect(invalid.step.finding).toContain('PORT: expected');
    expect(invalid.step.finding).toContain('REDIS_URL: expected');
  });
});

describeWithRedis('check with Redis', () => {
  test('says that replicas share quota and answers', async () => {
    const redis = await startRedis();
    const { named } = await runCheck({ env: { REDIS_URL: redis.url } });
    await redis.close();

    expect(named('ok')).toEqual(ALL_NAMES);
  });
});
