import {
  EMULATOR_APP_ID,
  EMULATOR_APP_SECRET,
  type EmulatorOptions,
} from '../../src/emulator/emulator';
import { startEmulator, type Emulator, type Fault } from '../../src/emulator/emulator';
import { startGateway, type TestGateway } from '../support/gateway';

/** The host of accounts: an emulator of its own, so that each call shows to which host it was sent. */
let accounts: Emulator;
let gateway: TestGateway;
beforeEach(async () => {
  accounts = await startEmulator();
});
afterEach(async () => {
  await gateway.close();
  await accounts.close();
});

/** One emulator is both hosts, because a token of one emulator is unknown to another. */
async function startWithOneHost(emulator: EmulatorOptions = {}, env: Record<string, string> = {}) {
  const { url } = accounts;
  await accounts.close();
  const port = Number(new URL(url).port);
  gateway = await startGateway({ emulator: { ...emulator, port }, env: { ...oauth(url), ...env } });
}

const oauth = (url: string) => ({ FEISHU_TOKEN_ENDPOINT: 'oauth_v3', FEISHU_ACCOUNTS_URL: url });
const ask = (index = 0) => gateway.readTasks([gateway.person(index).openId]);
const apis = () => gateway.emulator.calls.map(({ api }) => api);
const failOnce = (answer: Fault['answer']) => {
  if (answer) gateway.emulator.script({ api: 'oauth_token', answer });
};

test('A token of oauth/v3/token serves calls, and is fetched once', async () => {
  await startWithOneHost();
  const answers = await Promise.all(Array.from({ length: 20 }, (_, i) => ask(i)));

  expect(answers.flatMap(({ codes }) => codes)).toEqual([]);
  expect(apis().filter((api) => api.endsWith('token'))).toEqual(['oauth_token']);
});

test('A refused token is renewed once, at the same endpoint', async () => {
  await startWithOneHost();
  await ask();
  gateway.emulator.revokeTenantTokens();

  expect((await ask(1)).codes).toEqual([]);
  expect(apis()).toEqual([
    ...['oauth_token', 'find_by_user_list', 'find_by_user_list'],
    ...['oauth_token', 'find_by_user_list'],
  ]);
});

test('The secret goes to the host of accounts only, and no call but that for the token', async () => {
  gateway = await startGateway({ env: oauth(accounts.url) });
  await ask();

  expect(accounts.calls.map(({ api, status }) => [api, status])).toEqual([
    ['oauth_token', 200],
    // The host of tasks has refused the token, which is of another emulator, once.
    ['oauth_token', 200],
  ]);
  expect(apis()).toEqual(['find_by_user_list', 'find_by_user_list']);
});

test.each([
  [{ FEISHU_APP_SECRET: 'not-the-secret' }, 20002],
  [{ FEISHU_APP_ID: 'cli_of_lark' }, 20048],
])('Wrong credentials are reported as such: %j', async (env, code) => {
  await startWithOneHost({}, env);
  const { errors } = await ask();

  expect(errors[0]?.extensions).toMatchObject({
    code: 'UPSTREAM_PERMISSION_DENIED',
    upstream: { code, httpStatus: 401 },
  });
  expect(apis()).toEqual(['oauth_token']);
});

test.each([
  [{ status: 401, rawBody: '{"error":"invalid_client"}' }, 'UPSTREAM_REJECTED'],
  [{ status: 200, rawBody: '{"access_token":"a\\nb","expires_in":7200}' }, 'UPSTREAM_MALFORMED'],
  [{ status: 200, rawBody: '{"expires_in":7200}' }, 'UPSTREAM_MALFORMED'],
  [{ status: 200, rawBody: '<html></html>' }, 'UPSTREAM_MALFORMED'],
  [{ status: 200, rawBody: '{"code":20048,"error":"x"}' }, 'UPSTREAM_PERMISSION_DENIED'],
])(
  'An answer without a token is an error, and the next request asks again: %j',
  async (answer, code) => {
    await startWithOneHost();
    failOnce(answer);

    expect((await ask()).codes).toEqual([code]);
    expect((await ask()).codes).toEqual([]);
  },
);

test('The log has neither the secret nor the token nor the header that carries them', async () => {
  await startWithOneHost({}, { LOG_LEVEL: 'trace' });
  failOnce({ status: 500 });
  gateway.emulator.script({ api: 'find_by_user_list', answer: { status: 400, code: 99991663 } });
  await ask();
  const pair = Buffer.from(`${EMULATOR_APP_ID}:${EMULATOR_APP_SECRET}`).toString('base64');

  expect(gateway.logText()).toContain('"api":"oauth_token"');
  expect(gateway.logText()).toContain('token_refused');
  expect(gateway.logText()).not.toContain(pair);
  expect(gateway.logText()).not.toMatch(/emulator-secret|Basic|Bearer|eyJ/);
});
