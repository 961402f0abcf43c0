import { bearer, sha256 } from '../support/clients';
import { startGateway, type TestGateway } from '../support/gateway';
import { connect } from '../support/raw-http';
import { until } from '../support/until';

const SERVICE = 'token-of-a-service';

let gateway: TestGateway;
let self: Record<string, string>;
let other: Record<string, string>;
afterEach(() => gateway.close());

async function start(env: Record<string, string>) {
  gateway = await startGateway({
    env: {
      AUTH_ANONYMOUS: 'all',
      AUTH_FEISHU_USERS: 'on',
      AUTH_SERVICE_TOKENS: `a:${sha256(SERVICE)}`,
      CACHE_FRESH_SECONDS: '0',
      CACHE_STALE_SECONDS: '0',
      ...env,
    },
  });
  [self, other] = gateway.emulator.people.slice(0, 2).map((person) => {
    return bearer(gateway.emulator.issueUserToken(person));
  }) as [Record<string, string>, Record<string, string>];
}

const ask = (headers: Record<string, string> = {}) => gateway.query('{ __typename }', {}, headers);
/** Long enough for a busy machine to refuse a second request. */
const DEADLINE = { REQUEST_DEADLINE_MS: '1000' };

/** A query for the first person's own tasks that Feishu does not answer. */
function slowQuery(): string {
  gateway.emulator.script({ api: 'find_by_user_list', delayMs: 60_000 });
  const id = gateway.emulator.people[0]?.openId ?? '';
  return `{ user(id: "${id}") { stageTasks(semesterId: "${gateway.semesterId}") { id } } }`;
}

const calls = () => gateway.emulator.callsOf('find_by_user_list').length;

test('A principal that reads only its own tasks has a low limit, which affects no other principal', async () => {
  await start({ CONCURRENCY_LIMIT_SELF: '1', ...DEADLINE });
  const slow = gateway.query(slowQuery(), {}, self);
  await until(() => calls() === 1);
  const { status, headers, errors } = await ask(self);

  expect([status, headers.get('retry-after')]).toEqual([429, '1']);
  expect(errors).toMatchObject([
    {
      message: 'principal: expected at most 1 requests at once, got more',
      extensions: { code: 'RATE_LIMITED', retryAfterMs: 1_000 },
    },
  ]);
  expect(gateway.logs()).toContainEqual(
    expect.objectContaining({ msg: 'concurrency limit reached', principal: expect.anything() }),
  );
  expect(gateway.logs()).not.toContainEqual(expect.objectContaining({ msg: 'rate limit reached' }));
  expect(await gateway.metric('gateway_refusals_total{kind="concurrency"}')).toBe(1);
  expect(await gateway.metric('gateway_refusals_total{kind="rate"}')).toBeUndefined();
  expect((await ask(other)).status).toBe(200);
  expect((await ask(bearer(SERVICE))).status).toBe(200);
  // The slow request fails at its deadline, which frees its place.
  expect((await slow).errors[0]?.extensions.code).toBe('UPSTREAM_TIMEOUT');
  expect((await ask(self)).status).toBe(200);
});

test.each([
  ['A service', () => bearer(SERVICE)],
  ['An address without credentials', () => ({})],
])('%s has a limit of its own', async (_, headersOf) => {
  await start({ CONCURRENCY_LIMIT: '1', ...DEADLINE });
  const slow = gateway.query(slowQuery(), {}, headersOf());
  await until(() => calls() === 1);
  expect((await ask(headersOf())).status).toBe(429);
  expect((await ask(self)).status).toBe(200);
  await slow;
  expect((await ask(headersOf())).status).toBe(200);
});

test('A client that disconnects frees all its places, also those of pipelined requests', async () => {
  await start({ CONCURRENCY_LIMIT_SELF: '3', REQUEST_DEADLINE_MS: '2000' });
  const body = JSON.stringify({ query: slowQuery() });
  const request = [
    'POST /graphql HTTP/1.1',
    'Host: localhost',
    'Content-Type: application/json',
    `Authorization: ${self['authorization'] ?? ''}`,
    `Content-Length: ${body.length}`,
    '',
    body,
  ].join('\r\n');
  const connection = await connect(gateway.url, request.repeat(3));
  let statuses: number[] = [];
  const look = async () => (statuses = [...statuses, (await ask(self)).status]);
  while ((await look()).at(-1) !== 429);
  connection.socket.destroy();
  await connection.closed;

  while ((await look()).at(-1) !== 200);
  // All three places are free: none of these is refused before its deadline.
  const slow = [1, 2, 3].map(() => gateway.query(slowQuery(), {}, self));
  const codes = (await Promise.all(slow)).map(({ errors }) => errors[0]?.extensions.code);
  expect(codes).toEqual(['UPSTREAM_TIMEOUT', 'UPSTREAM_TIMEOUT', 'UPSTREAM_TIMEOUT']);
});

test('A request that fails frees its place', async () => {
  await start({ CONCURRENCY_LIMIT_SELF: '1' });
  for (const query of ['{', '{ nothing }', '{ viewer { id } }', '']) {
    await gateway.query(query, {}, self);
    expect((await ask(self)).status).toBe(200);
  }
});
