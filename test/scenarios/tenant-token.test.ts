import { SemesterTasksDocument } from '../generated/operations';
import { expectOwnTasks, openIds } from '../support/expected';
import { startGateway, type TestGateway, type TestGatewayOptions } from '../support/gateway';
import { ManualClock } from '../support/manual-clock';
import { until } from '../support/until';

const MINUTE_MS = 60_000;

let gateway: TestGateway;
let clock: ManualClock;
afterEach(() => gateway.close());

/** Starts gateway and emulator on the same clock, which stands still unless moved. */
async function startOnManualClock(options: TestGatewayOptions = {}) {
  clock = new ManualClock();
  gateway = await startGateway({
    ...options,
    clock,
    emulator: { ...options.emulator, now: clock.unixMs },
  });
}

async function ask(index = 0, count = 1) {
  const userIds = openIds(gateway.emulator.people.slice(index, index + count));
  const { semesterId } = gateway;
  const { data, errors } = await gateway.query(SemesterTasksDocument, { semesterId, userIds });
  return { userIds, errors, tasks: data?.semester?.userStageTasks ?? [] };
}

const tokenCalls = () => gateway.emulator.callsOf('tenant_token');

test('A hundred operations at once on a cold start fetch one token', async () => {
  gateway = await startGateway();
  const answers = await Promise.all(Array.from({ length: 100 }, (_, i) => ask(i)));

  expect(tokenCalls()).toHaveLength(1);
  expect(answers.flatMap((answer) => answer.errors)).toEqual([]);
  expectOwnTasks(
    gateway,
    answers.flatMap((answer) => answer.userIds),
    answers.flatMap((answer) => answer.tasks),
  );
});

test('A token that Feishu revokes during many calls is renewed once, and no operation fails', async () => {
  gateway = await startGateway();
  const { emulator } = gateway;
  await ask();
  // Feishu accepts the first of a dozen calls in progress, and refuses the others.
  emulator.script({
    when: () => {
      if (emulator.callsOf('find_by_user_list').length === 4) emulator.revokeTenantTokens();
      return false;
    },
  });
  const answers = await Promise.all(Array.from({ length: 12 }, (_, i) => ask(50 * i, 50)));

  expect(tokenCalls()).toHaveLength(2);
  expect(answers.flatMap((answer) => answer.errors)).toEqual([]);
  expect(
    emulator.callsOf('find_by_user_list').filter((call) => call.code === 99991663).length,
  ).toBeGreaterThan(0);
});

test.each([200, 400, 401] as const)(
  'A refusal of the token is recognised under HTTP %s',
  async (tokenErrorStatus) => {
    gateway = await startGateway({ emulator: { tokenErrorStatus } });
    await ask();
    gateway.emulator.revokeTenantTokens();

    expect((await ask()).errors).toEqual([]);
    expect(tokenCalls()).toHaveLength(2);
  },
);

test('A token that is refused again after its renewal is an error, not a loop', async () => {
  gateway = await startGateway();
  gateway.emulator.script({
    api: 'find_by_user_list',
    times: 2,
    answer: { status: 400, code: 99991663 },
  });
  const { errors } = await ask();

  expect(errors[0]?.extensions).toMatchObject({
    code: 'UPSTREAM_PERMISSION_DENIED',
    upstream: { code: 99991663 },
  });
  expect(gateway.emulator.callsOf('find_by_user_list')).toHaveLength(2);
  expect(tokenCalls()).toHaveLength(2);
});

test('A token is used until shortly before its expiry, and renewed while requests go on with it', async () => {
  await startOnManualClock();
  await ask();
  clock.advance(99 * MINUTE_MS);
  await ask();
  expect(tokenCalls()).toHaveLength(1);

  // After 100 of 120 minutes Feishu issues a new token, and the old one remains valid.
  clock.advance(2 * MINUTE_MS);
  gateway.emulator.script({ api: 'tenant_token', delayMs: 100 });
  const { errors } = await ask();
  expect(errors).toEqual([]);
  expect(tokenCalls().at(-1)?.status).toBeUndefined();

  clock.advance(21 * MINUTE_MS);
  await ask();
  expect(tokenCalls()).toHaveLength(2);
  expect(gateway.emulator.callsOf('find_by_user_list').every((call) => call.status === 200)).toBe(
    true,
  );
});

test('An early renewal that fails affects no request, and is tried again a minute later', async () => {
  await startOnManualClock();
  await ask();
  clock.advance(101 * MINUTE_MS);
  gateway.emulator.script({ api: 'tenant_token', answer: { status: 400, code: 99991543 } });

  expect((await ask()).errors).toEqual([]);
  expect((await ask()).errors).toEqual([]);
  expect(tokenCalls()).toHaveLength(2);
  clock.advance(MINUTE_MS);
  expect((await ask()).errors).toEqual([]);
  expect(tokenCalls()).toHaveLength(3);
  clock.advance(30 * MINUTE_MS);
  expect((await ask()).errors).toEqual([]);
  expect(tokenCalls()).toHaveLength(3);
});

test('A token that expired while the gateway was idle is fetched before it is used', async () => {
  await startOnManualClock();
  await ask();
  clock.advance(120 * MINUTE_MS - 5_000);

  expect((await ask()).errors).toEqual([]);
  expect(gateway.emulator.callsOf('find_by_user_list').map((call) => call.status)).toEqual([
    200, 200,
  ]);
  expect(tokenCalls()).toHaveLength(2);
});

test('A short-lived token is not fetched again for every call', async () => {
  await startOnManualClock({ emulator: { tokenLifeSeconds: 600 } });
  await ask();
  await ask();
  clock.advance(4 * MINUTE_MS);
  await ask();
  expect(tokenCalls()).toHaveLength(1);
});

test('A late refusal of the old token does not discard the new one', async () => {
  gateway = await startGateway();
  const { emulator } = gateway;
  await ask();
  emulator.revokeTenantTokens();
  // This call is refused 300 ms later than the next one.
  emulator.script({ api: 'find_by_user_list', delayMs: 300 });
  const late = ask(1);
  await until(() => emulator.callsOf('find_by_user_list').length === 2);
  expect((await ask(2)).errors).toEqual([]);
  expect(tokenCalls()).toHaveLength(2);

  expect((await late).errors).toEqual([]);
  expect(tokenCalls()).toHaveLength(2);
});

test('A token is not used in its last seconds, so that it does not expire during the call', async () => {
  await startOnManualClock({ emulator: { tokenLifeSeconds: 600 } });
  await ask();
  clock.advance(10 * MINUTE_MS - 9_000);
  gateway.emulator.clearCalls();
  gateway.emulator.script({ api: 'tenant_token', delayMs: 100 });
  const tokenAnswered: boolean[] = [];
  gateway.emulator.script({
    api: 'find_by_user_list',
    when: () => {
      tokenAnswered.push(tokenCalls()[0]?.status === 200);
      return false;
    },
  });
  await ask();

  expect(tokenAnswered).toEqual([true]);
});

test('A token that is no header value is an unreadable answer, and blocks no later request', async () => {
  gateway = await startGateway();
  gateway.emulator.script({
    api: 'tenant_token',
    times: 20,
    answer: {
      status: 200,
      rawBody: JSON.stringify({ code: 0, tenant_access_token: 't-1\nx', expire: 7200 }),
    },
  });
  for (let i = 0; i < 20; i += 1) {
    expect((await ask(i)).errors[0]?.extensions.code).toBe('UPSTREAM_MALFORMED');
  }
  expect((await ask()).errors).toEqual([]);
});

test('Wrong app credentials are reported as such, and the next request tries them again', async () => {
  gateway = await startGateway({ env: { FEISHU_APP_SECRET: 'not-the-secret' } });
  const { errors } = await ask();
  await ask();

  expect(errors[0]?.extensions).toMatchObject({
    code: 'UPSTREAM_PERMISSION_DENIED',
    upstream: { code: 99991543 },
  });
  expect(tokenCalls()).toHaveLength(2);
  expect(gateway.emulator.callsOf('find_by_user_list')).toEqual([]);
});

test('The log and the answers contain neither the app secret nor a token', async () => {
  gateway = await startGateway({
    env: { FEISHU_APP_SECRET: 'not-the-secret', LOG_LEVEL: 'trace' },
  });
  const failed = await ask();
  await gateway.close();
  gateway = await startGateway({ env: { LOG_LEVEL: 'trace' } });
  const log = gateway.logText;
  await ask();
  gateway.emulator.revokeTenantTokens();
  gateway.emulator.script({ api: 'find_by_user_list', connection: 'reset' });
  await ask();

  expect(JSON.stringify(failed)).not.toContain('not-the-secret');
  expect(log()).toContain('token_refused');
  expect(log()).not.toMatch(/emulator-secret|not-the-secret|Bearer|t-[0-9a-f]{8}/);
});
