import { bearer } from '../support/clients';
import { startGateway, type TestGateway, type TestGatewayOptions } from '../support/gateway';
import { ManualClock } from '../support/manual-clock';

let gateway: TestGateway;
afterEach(() => gateway.close());

async function start(options: TestGatewayOptions = {}) {
  const env = { AUTH_ANONYMOUS: '', AUTH_FEISHU_USERS: 'on', ...options.env };
  gateway = await startGateway({ ...options, env });
}

const person = (index: number) => {
  const found = gateway.emulator.people[index];
  if (!found) throw new Error(`no person ${index}`);
  return found;
};

async function view(token: string) {
  const { status, data, errors } = await gateway.query<{ viewer: object }, object>(
    '{ viewer { id idType } }',
    {},
    bearer(token),
  );
  return { status, viewer: data?.viewer, code: errors[0]?.extensions.code };
}

const lookups = () => gateway.emulator.callsOf('user_info').length;

async function codesOfReading(token: string, id: string, idType: string) {
  const { errors } = await gateway.query(
    `{ user(id: "${id}", idType: ${idType}) { stageTasks(semesterId: "${gateway.semesterId}") { id } } }`,
    {},
    bearer(token),
  );
  return errors.map(({ extensions }) => extensions.code);
}

test('Feishu is asked once whose a token is, however many come with it at once', async () => {
  await start();
  const token = gateway.emulator.issueUserToken(person(0));
  const answers = await Promise.all(Array.from({ length: 20 }, () => view(token)));

  expect(answers).toEqual(
    answers.map(() => ({ status: 200, viewer: { id: person(0).openId, idType: 'OPEN_ID' } })),
  );
  expect(lookups()).toBe(1);
});

test('It is remembered for five minutes at most, counted from when Feishu was asked', async () => {
  const clock = new ManualClock(Date.now());
  await start({ clock });
  const token = gateway.emulator.issueUserToken(person(0));
  await view(token);
  clock.advance(299_000);
  await view(token);
  expect(lookups()).toBe(1);

  clock.advance(1_001);
  await view(token);
  expect(lookups()).toBe(2);
});

test('A bad token is asked about once, and again when half a minute has passed', async () => {
  const clock = new ManualClock(Date.now());
  await start({ clock });
  for (let i = 0; i < 10; i += 1) expect((await view('u-made-up')).status).toBe(401);
  expect(lookups()).toBe(1);

  clock.advance(30_001);
  expect((await view('u-made-up')).status).toBe(401);
  expect(lookups()).toBe(2);
});

test('Many bad tokens do not spend the company’s calls without end', async () => {
  await start({ clock: new ManualClock(Date.now()) });
  const good = gateway.emulator.issueUserToken(person(0));
  await view(good);
  const tokens = Array.from({ length: 700 }, (_, i) => `u-made-up-${i}`);
  const answers = await Promise.all(tokens.map(view));

  expect(lookups()).toBe(61);
  const refused = answers.filter(({ status }) => status === 429);
  expect(refused).toHaveLength(640);
  expect(refused[0]?.code).toBe('RATE_LIMITED');
  const lines = gateway.logs().filter(({ msg }) => msg === 'token look-up limit reached');
  expect(lines).toMatchObject([{ level: 40, limit: 'address' }]);
  const metrics = await (await fetch(`${gateway.url}/metrics`)).text();
  expect(metrics).toContain('gateway_refusals_total{kind="look-up"} 640');
  // Whoever is known already does not notice.
  expect((await view(good)).status).toBe(200);
});

test('A token in the shape of a JWT is Feishu’s to authenticate like any other', async () => {
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
  ['hangs up', { connection: 'reset' as const }, 'UPSTREAM_UNAVAILABLE'],
  ['wants to be left alone', { answer: { status: 429 } }, 'UPSTREAM_RATE_LIMITED'],
  ['answers with nonsense', { answer: { status: 200, rawBody: '{' } }, 'UPSTREAM_MALFORMED'],
])('When Feishu %s, nobody’s token is bad, and nothing is remembered', async (_, fault, code) => {
  await start({ random: () => 0 });
  const token = gateway.emulator.issueUserToken(person(0));
  gateway.emulator.script({ api: 'user_info', times: 3, ...fault });
  const codes: unknown[] = [];
  for (let answer = await view(token); answer.status === 503; answer = await view(token)) {
    codes.push(answer.code);
  }

  expect(codes.length).toBeGreaterThan(0);
  expect(new Set(codes)).toEqual(new Set([code]));
  expect(gateway.logText()).not.toContain('credentials refused');
});

test('Feishu’s answer is waited for no longer than the request has', async () => {
  await start({ env: { REQUEST_DEADLINE_MS: '300' } });
  const token = gateway.emulator.issueUserToken(person(0));
  gateway.emulator.script({ api: 'user_info', delayMs: 3_000 });
  const startedMs = performance.now();
  expect(await view(token)).toMatchObject({ status: 503, code: 'UPSTREAM_TIMEOUT' });
  expect(performance.now() - startedMs).toBeLessThan(2_000);
});

test('A user whose token lacks the consent to be looked up is forbidden: 403, not 503', async () => {
  await start();
  gateway.emulator.script({ api: 'user_info', answer: { status: 400, code: 99991679 } });
  const token = gateway.emulator.issueUserToken(person(0));
  expect(await view(token)).toMatchObject({ status: 403, code: 'FORBIDDEN' });
  // As soon as the user has consented.
  expect((await view(token)).status).toBe(200);
});

test('A refusal that the gateway knows no code of is a refusal of the token', async () => {
  await start();
  gateway.emulator.script({ api: 'user_info', answer: { status: 400, code: 20005 } });
  expect((await view('u-odd')).status).toBe(401);
});

test('A user reads their own tasks under each ID that Feishu says is theirs', async () => {
  await start();
  const token = gateway.emulator.issueUserToken(person(0));
  const { openId, unionId, userId, peopleAdminId } = person(0);

  expect(await codesOfReading(token, openId, 'OPEN_ID')).toEqual([]);
  expect(await codesOfReading(token, unionId, 'UNION_ID')).toEqual([]);
  expect(await codesOfReading(token, userId, 'USER_ID')).toEqual([]);
  // Feishu does not say whose this one is.
  expect(await codesOfReading(token, peopleAdminId, 'PEOPLE_ADMIN_ID')).toEqual(['FORBIDDEN']);
  expect(await codesOfReading(token, person(1).userId, 'USER_ID')).toEqual(['FORBIDDEN']);
});

test('Users of another company are not let in where the company is named', async () => {
  await start({ env: { AUTH_FEISHU_TENANT_KEY: 'another-company' } });
  expect((await view(gateway.emulator.issueUserToken(person(0)))).status).toBe(401);
  expect(gateway.logs()).toContainEqual(
    expect.objectContaining({ authenticator: 'feishu-user', reason: 'other-tenant' }),
  );
});

test('Where any company’s users are let in, nobody passes for a colleague whom another company calls the same', async () => {
  await start({ env: { AUTH_FEISHU_TENANT_KEY: 'any' } });
  const token = gateway.emulator.issueUserToken(person(0));

  expect(await codesOfReading(token, person(0).unionId, 'UNION_ID')).toEqual([]);
  expect(await codesOfReading(token, person(0).userId, 'USER_ID')).toEqual(['FORBIDDEN']);
  expect(gateway.logText()).toContain('AUTH_FEISHU_TENANT_KEY names no company');
});
