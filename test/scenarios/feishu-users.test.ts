import { bearer } from '../support/clients';
import { startGateway, type TestGateway, type TestGatewayOptions } from '../support/gateway';
import { ManualClock } from '../support/manual-clock';
import { viewerOf } from '../support/viewer';

let gateway: TestGateway;
afterEach(() => gateway.close());

async function start(options: TestGatewayOptions = {}) {
  const env = { AUTH_ANONYMOUS: '', AUTH_FEISHU_USERS: 'on', ...options.env };
  gateway = await startGateway({ ...options, env });
}

const person = (index: number) => gateway.person(index);
const view = (token: string) => viewerOf(gateway, bearer(token));
const lookUps = () => gateway.emulator.callsOf('user_info').length;
const codesOfReading = async (token: string, id: string, idType: string) =>
  (await gateway.readTasks([id], bearer(token), idType)).codes;

test('The gateway looks up a token once for many requests at the same time', async () => {
  await start();
  const token = gateway.emulator.issueUserToken(person(0));
  const answers = await Promise.all(Array.from({ length: 20 }, () => view(token)));

  expect(answers).toMatchObject(
    answers.map(() => ({ status: 200, viewer: { id: person(0).openId, idType: 'OPEN_ID' } })),
  );
  expect(lookUps()).toBe(1);
});

test('A look-up is cached for five minutes, counted from the request to Feishu', async () => {
  const clock = new ManualClock(Date.now());
  await start({ clock });
  const token = gateway.emulator.issueUserToken(person(0));
  await view(token);
  clock.advance(299_000);
  await view(token);
  expect(lookUps()).toBe(1);

  clock.advance(1_001);
  await view(token);
  expect(lookUps()).toBe(2);
});

test('A bad token is looked up once, and again after half a minute', async () => {
  const clock = new ManualClock(Date.now());
  await start({ clock });
  for (let i = 0; i < 10; i += 1) expect((await view('u-made-up')).status).toBe(401);
  expect(lookUps()).toBe(1);

  clock.advance(30_001);
  expect((await view('u-made-up')).status).toBe(401);
  expect(lookUps()).toBe(2);
});

test('Look-ups of bad tokens are limited', async () => {
  await start({ clock: new ManualClock(Date.now()) });
  const good = gateway.emulator.issueUserToken(person(0));
  await view(good);
  const tokens = Array.from({ length: 200 }, (_, i) => `u-made-up-${i}`);
  const answers = await Promise.all(tokens.map(view));

  expect(lookUps()).toBe(61);
  const refused = answers.filter(({ status }) => status === 429);
  expect(refused).toHaveLength(140);
  expect(refused[0]?.code).toBe('RATE_LIMITED');
  const lines = gateway.logs().filter(({ msg }) => msg === 'token look-up limit reached');
  expect(lines).toMatchObject([{ level: 40, limit: 'address' }]);
  expect(await gateway.metric('gateway_refusals_total{kind="look-up"}')).toBe(140);
  // The limit does not affect users who are already known.
  expect((await view(good)).status).toBe(200);
});

test('Look-ups of unknown tokens are limited for all addresses together', async () => {
  await start({ clock: new ManualClock(Date.now()), env: { TRUST_PROXY: '127.0.0.1' } });
  // 60 from each of six addresses, which is the limit of one.
  const answers = await Promise.all(
    Array.from({ length: 360 }, (_, i) =>
      viewerOf(gateway, { ...bearer(`u-made-up-${i}`), 'x-forwarded-for': `10.0.0.${i % 6}` }),
    ),
  );

  expect(lookUps()).toBe(300);
  expect(answers.filter(({ status }) => status === 401)).toHaveLength(300);
  const refused = answers.filter(({ status }) => status === 503);
  expect(refused).toHaveLength(60);
  expect(refused[0]).toMatchObject({ code: 'UPSTREAM_RATE_LIMITED', retryAfter: '60' });
  const lines = gateway.logs().filter(({ msg }) => msg === 'token look-up limit reached');
  expect(lines).toMatchObject([{ level: 40, limit: 'all' }]);
  expect(await gateway.metric('gateway_refusals_total{kind="look-up"}')).toBe(60);
});

test('A Feishu token in the form of a JWT is looked up like any other', async () => {
  await start();
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const token = `${part({ alg: 'ES256' })}.${part({ iss: 'https://feishu' })}.c2ln`;
  const open_id = person(0).openId;
  const data = { open_id, tenant_key: gateway.emulator.tenantKey };
  const rawBody = JSON.stringify({ code: 0, msg: 'success', data });
  gateway.emulator.script({ api: 'user_info', answer: { status: 200, rawBody } });

  expect((await view(token)).viewer).toEqual({ id: open_id, idType: 'OPEN_ID' });
});

test.each([
  ['answers with an error', { answer: { status: 500 } }, 'UPSTREAM_UNAVAILABLE'],
  ['closes the connection', { connection: 'reset' as const }, 'UPSTREAM_UNAVAILABLE'],
  ['limits the rate', { answer: { status: 429 } }, 'UPSTREAM_RATE_LIMITED'],
  ['answers with broken JSON', { answer: { status: 200, rawBody: '{' } }, 'UPSTREAM_MALFORMED'],
])('If Feishu %s, the gateway refuses no token, and caches nothing', async (_, fault, code) => {
  await start({ random: () => 0 });
  const token = gateway.emulator.issueUserToken(person(0));
  gateway.emulator.script({ api: 'user_info', times: 3, ...fault });
  const codes: unknown[] = [];
  for (let answer = await view(token); answer.status === 503; answer = await view(token)) {
    codes.push(answer.code);
  }

  expect(codes.length).toBeGreaterThan(0);
  expect(new Set(codes)).toEqual(new Set([code]));
  expect(gateway.logText()).not.toContain('credentials rejected');
});

test('A request waits for the look-up no longer than until its deadline', async () => {
  await start({ env: { REQUEST_DEADLINE_MS: '300' } });
  const token = gateway.emulator.issueUserToken(person(0));
  gateway.emulator.script({ api: 'user_info', delayMs: 3_000 });
  const startedMs = performance.now();
  expect(await view(token)).toMatchObject({ status: 503, code: 'UPSTREAM_TIMEOUT' });
  expect(performance.now() - startedMs).toBeLessThan(2_000);
});

test('A user whose token lacks the consent for the look-up is forbidden: 403, not 503', async () => {
  await start();
  gateway.emulator.script({ api: 'user_info', answer: { status: 400, code: 99991679 } });
  const token = gateway.emulator.issueUserToken(person(0));
  expect(await view(token)).toMatchObject({ status: 403, code: 'FORBIDDEN' });
  // The user has consented meanwhile.
  expect((await view(token)).status).toBe(200);
});

test('A refusal with an unknown code refuses the token', async () => {
  await start();
  gateway.emulator.script({ api: 'user_info', answer: { status: 400, code: 20005 } });
  expect((await view('u-odd')).status).toBe(401);
});

test('Users read their own tasks by each ID that Feishu confirms', async () => {
  await start();
  const token = gateway.emulator.issueUserToken(person(0));
  const { openId, unionId, userId, peopleAdminId } = person(0);

  expect(await codesOfReading(token, openId, 'OPEN_ID')).toEqual([]);
  expect(await codesOfReading(token, unionId, 'UNION_ID')).toEqual([]);
  expect(await codesOfReading(token, userId, 'USER_ID')).toEqual([]);
  // Feishu does not say which user this ID belongs to.
  expect(await codesOfReading(token, peopleAdminId, 'PEOPLE_ADMIN_ID')).toEqual(['FORBIDDEN']);
  expect(await codesOfReading(token, person(1).userId, 'USER_ID')).toEqual(['FORBIDDEN']);
});

test('Users of another company are refused if the company is configured', async () => {
  await start({ env: { AUTH_FEISHU_TENANT_KEY: 'another-company' } });
  expect((await view(gateway.emulator.issueUserToken(person(0)))).status).toBe(401);
  expect(gateway.logs()).toContainEqual(
    expect.objectContaining({ authenticator: 'feishu-user', reason: 'other-tenant' }),
  );
});

test('Where users of any company are accepted, a user ID does not give access to the tasks of a namesake', async () => {
  await start({ env: { AUTH_FEISHU_TENANT_KEY: 'any' } });
  const token = gateway.emulator.issueUserToken(person(0));

  expect(await codesOfReading(token, person(0).unionId, 'UNION_ID')).toEqual([]);
  expect(await codesOfReading(token, person(0).userId, 'USER_ID')).toEqual(['FORBIDDEN']);
  expect(gateway.logText()).toContain('AUTH_FEISHU_TENANT_KEY names no company');
});
