import { SemesterTasksDocument } from '../generated/operations';
import { expectOwnTasks, openIds } from '../support/expected';
import { startGateway, type TestGateway, type TestGatewayOptions } from '../support/gateway';
import { ManualClock } from '../support/manual-clock';
import { until } from '../support/until';

const MINUTE_MS = 60_000;

let gateway: TestGateway;
let clock: ManualClock;
afterEach(() => gateway.close());

/** Gateway and emulator on the same clock, which stands still unless moved. */
async function startOnManualClock(options: TestGatewayOptions = {}) {
  clock = new ManualClock();
  gateway = await startGateway({
    ...options,
    clock,
    emulator: { ...options.emulator, now: clock.unixMs },
  });
}

async function askOne(index = 0) {
  const userIds = openIds(gateway.emulator.people.slice(index, index + 1));
  const { semesterId } = gateway;
  const { data, errors } = await gateway.query(SemesterTasksDocument, { semesterId, userIds });
  return { userIds, errors, tasks: data?.semester?.userStageTasks ?? [] };
}

const tokenCalls = () => gateway.emulator.callsOf('tenant_token');

test('A thousand operations at once on a cold start fetch one token', async () => {
  gateway = await startGateway();
  const answers = await Promise.all(Array.from({ length: 1_000 }, (_, i) => askOne(i)));

  expect(tokenCalls()).toHaveLength(1);
  expect(answers.flatMap((answer) => answer.errors)).toEqual([]);
  expectOwnTasks(
    gateway,
    answers.flatMap((answer) => answer.userIds),
    answers.flatMap((answer) => answer.tasks),
  );
}, 60_000);

test('A token revoked in the middle of the work is renewed once, and no operation fails', async () => {
  gateway = await startGateway();
  const { emulator } = gateway;
  await askOne();
  // Revoked while a dozen calls are under way: some have been let in, the others are refused.
  emulator.script({
    when: () => {
      if (emulator.callsOf('find_by_user_list').length === 4) emulator.revokeTenantTokens();
      return false;
    },
  });
  const answers = await Promise.all(Array.from({ length: 500 }, (_, i) => askOne(i)));

  expect(tokenCalls()).toHaveLength(2);
  expect(answers.flatMap((answer) => answer.errors)).toEqual([]);
  expect(
    emulator.callsOf('find_by_user_list').filter((call) => call.code === 99991663).length,
  ).toBeGreaterThan(0);
});

test.each([200, 400, 401] as const)(
  'A refused token is recognised when upstream says so under HTTP %s',
  async (tokenErrorStatus) => {
    gateway = await startGateway({ emulator: { tokenErrorStatus } });
    await askOne();
    gateway.emulator.revokeTenantTokens();

    expect((await askOne()).errors).toEqual([]);
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
  const { errors } = await askOne();

  expect(errors[0]?.extensions).toMatchObject({
    code: 'UPSTREAM_PERMISSION_DENIED',
    upstream: { code: 99991663 },
  });
  expect(gateway.emulator.callsOf('find_by_user_list')).toHaveLength(2);
  expect(tokenCalls()).toHaveLength(2);
});

test('A token is used as long as it is good, and renewed ahead of its end without anybody waiting', async () => {
  await startOnManualClock();
  await askOne();
  clock.advance(99 * MINUTE_MS);
  await askOne();
  expect(tokenCalls()).toHaveLength(1);

  // 100 of 120 minutes: upstream hands out a new one, while the old one goes on working.
  clock.advance(2 * MINUTE_MS);
  gateway.emulator.script({ api: 'tenant_token', delayMs: 100 });
  const { errors } = await askOne();
  expect(errors).toEqual([]);
  expect(tokenCalls().at(-1)?.status).toBeUndefined();

  clock.advance(21 * MINUTE_MS);
  await askOne();
  expect(tokenCalls()).toHaveLength(2);
  expect(gateway.emulator.callsOf('find_by_user_list').every((call) => call.status === 200)).toBe(
    true,
  );
});

test('A renewal ahead of need that fails costs nobody an answer, and is tried again a minute later', async () => {
  await startOnManualClock();
  await askOne();
  clock.advance(101 * MINUTE_MS);
  gateway.emulator.script({ api: 'tenant_token', answer: { status: 400, code: 99991543 } });

  expect((await askOne()).errors).toEqual([]);
  expect((await askOne()).errors).toEqual([]);
  expect(tokenCalls()).toHaveLength(2);
  clock.advance(MINUTE_MS);
  expect((await askOne()).errors).toEqual([]);
  expect(tokenCalls()).toHaveLength(3);
  clock.advance(30 * MINUTE_MS);
  expect((await askOne()).errors).toEqual([]);
  expect(tokenCalls()).toHaveLength(3);
});

test('A token that has expired while nobody asked is fetched before it is used', async () => {
  await startOnManualClock();
  await askOne();
  clock.advance(120 * MINUTE_MS - 5_000);

  expect((await askOne()).errors).toEqual([]);
  expect(gateway.emulator.callsOf('find_by_user_list').map((call) => call.status)).toEqual([
    200, 200,
  ]);
  expect(tokenCalls()).toHaveLength(2);
});

test('A token that upstream hands out short-lived is not asked for again with every call', async () => {
  await startOnManualClock({ emulator: { tokenLifeSeconds: 600 } });
  await askOne();
  await askOne();
  clock.advance(4 * MINUTE_MS);
  await askOne();
  expect(tokenCalls()).toHaveLength(1);
});

test('A late word that an old token was refused does not cost the new one', async () => {
  gateway = await startGateway();
  const { emulator } = gateway;
  await askOne();
  emulator.revokeTenantTokens();
  // Refused at once, while the other refusal of the same token is still on its way.
  emulator.script({ api: 'find_by_user_list', delayMs: 300 });
  const late = askOne(1);
  await until(() => emulator.callsOf('find_by_user_list').length === 2);
  expect((await askOne(2)).errors).toEqual([]);
  expect(tokenCalls()).toHaveLength(2);

  expect((await late).errors).toEqual([]);
  expect(tokenCalls()).toHaveLength(2);
});

test('A token is not used for the last seconds of its life, so that it does not expire on its way', async () => {
  await startOnManualClock({ emulator: { tokenLifeSeconds: 600 } });
  await askOne();
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
  await askOne();

  expect(tokenAnswered).toEqual([true]);
});

test('A token that could not stand in a header is an unreadable answer, not a jam', async () => {
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
    expect((await askOne(i)).errors[0]?.extensions.code).toBe('UPSTREAM_MALFORMED');
  }
  expect((await askOne()).errors).toEqual([]);
});

test('Wrong app credentials are told as such, and are tried again by the next request', async () => {
  gateway = await startGateway({ env: { FEISHU_APP_SECRET: 'not-the-secret' } });
  const { errors } = await askOne();
  await askOne();

  expect(errors[0]?.extensions).toMatchObject({
    code: 'UPSTREAM_PERMISSION_DENIED',
    upstream: { code: 99991543 },
  });
  expect(tokenCalls()).toHaveLength(2);
  expect(gateway.emulator.callsOf('find_by_user_list')).toEqual([]);
});

test('Neither the app secret nor a token is ever in the log or in an answer', async () => {
  gateway = await startGateway({
    env: { FEISHU_APP_SECRET: 'not-the-secret', LOG_LEVEL: 'trace' },
  });
  const failed = await askOne();
  await gateway.close();
  gateway = await startGateway({ env: { LOG_LEVEL: 'trace' } });
  const log = gateway.logText;
  await askOne();
  gateway.emulator.revokeTenantTokens();
  gateway.emulator.script({ api: 'find_by_user_list', connection: 'reset' });
  await askOne();

  expect(JSON.stringify(failed)).not.toContain('not-the-secret');
  expect(log()).toContain('token_refused');
  expect(log()).not.toMatch(/emulator-secret|not-the-secret|Bearer|t-[0-9a-f]{8}/);
});
