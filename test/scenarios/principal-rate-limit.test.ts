import { bearer, sha256 } from '../support/clients';
import { startGateway, type TestGateway } from '../support/gateway';

let gateway: TestGateway;
afterEach(() => gateway.close());

const TOKENS = ['token-of-a-1', 'token-of-a-2', 'token-of-b'] as const;
const [A1, A2, B] = TOKENS;

async function start(env: Record<string, string>) {
  gateway = await startGateway({
    env: {
      AUTH_SERVICE_TOKENS: `a:${sha256(A1)},a:${sha256(A2)},b:${sha256(B)}`,
      ...env,
    },
  });
}

const ask = (headers: Record<string, string> = {}) =>
  gateway.query(`{ semester(id: "${gateway.semesterId}") { name { text } } }`, {}, headers);

async function statuses(count: number, headers?: Record<string, string>): Promise<number[]> {
  const all: number[] = [];
  for (let i = 0; i < count; i += 1) all.push((await ask(headers)).status);
  return all;
}

test('The answer to a client above its limit says when to retry, and no upstream call is made', async () => {
  await start({ RATE_LIMIT_PER_MINUTE: '3', AUTH_ANONYMOUS: '' });
  expect(await statuses(3, bearer(A1))).toEqual([200, 200, 200]);
  gateway.emulator.clearCalls();
  const { status, headers, errors, data } = await ask(bearer(A1));

  expect([status, data]).toEqual([429, undefined]);
  expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
  expect(Number(headers.get('retry-after'))).toBeLessThanOrEqual(60);
  expect(errors).toMatchObject([
    {
      message: 'principal: expected at most 3 requests in a minute, got more',
      extensions: { code: 'RATE_LIMITED', retryAfterMs: expect.any(Number) },
    },
  ]);
  expect(gateway.emulator.calls).toEqual([]);
  expect(gateway.logs()).toContainEqual(
    expect.objectContaining({
      msg: 'rate limit reached',
      principal: { kind: 'service', name: 'a' },
    }),
  );
});

test('The limit counts requests by principal, with any of its tokens, and affects no other principal', async () => {
  await start({ RATE_LIMIT_PER_MINUTE: '3', AUTH_ANONYMOUS: 'all' });
  expect(await statuses(2, bearer(A1))).toEqual([200, 200]);
  expect(await statuses(2, bearer(A2))).toEqual([200, 429]);
  expect(await statuses(3, bearer(B))).toEqual([200, 200, 200]);
  // Anonymous clients are counted by address.
  expect(await statuses(4)).toEqual([200, 200, 200, 429]);
});

test('Bad credentials count for no principal, but an address may try at most 60 unknown tokens a minute', async () => {
  await start({ RATE_LIMIT_PER_MINUTE: '1', AUTH_ANONYMOUS: 'all', AUTH_FEISHU_USERS: 'on' });
  const [person] = gateway.emulator.people;
  if (!person) throw new Error('an emulator: expected people, got none');
  const token = gateway.emulator.issueUserToken(person);
  for (let i = 0; i < 60; i += 1) expect((await ask(bearer(`made-up-${i}`))).status).toBe(401);
  const { status, headers, errors } = await ask(bearer('made-up-60'));

  expect([status, errors[0]?.extensions.code]).toEqual([429, 'RATE_LIMITED']);
  expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
  expect(Number(headers.get('retry-after'))).toBeLessThanOrEqual(60);
  expect(gateway.emulator.callsOf('user_info')).toHaveLength(60);
  // Behind a proxy all clients have its address: principals that need no look-up are accepted.
  expect(await statuses(2, bearer(A1))).toEqual([200, 429]);
  expect((await ask(bearer('made-up-1'))).status).toBe(401);
  expect((await ask(bearer(token))).status).toBe(429);
});

test('The operator can disable the limit, and probes have none', async () => {
  await start({ RATE_LIMIT_PER_MINUTE: '0', AUTH_ANONYMOUS: '' });
  expect(new Set(await statuses(50, bearer(A1)))).toEqual(new Set([200]));
  await gateway.close();

  await start({ RATE_LIMIT_PER_MINUTE: '1', AUTH_ANONYMOUS: '' });
  for (let i = 0; i < 5; i += 1) expect((await fetch(`${gateway.url}/livez`)).status).toBe(200);
});

describe('Behind proxies', () => {
  const from = async (forwarded: string) => (await ask({ 'x-forwarded-for': forwarded })).status;

  test('a trusted proxy names the client; addresses that the client wrote do not count', async () => {
    await start({
      RATE_LIMIT_PER_MINUTE: '1',
      AUTH_ANONYMOUS: 'all',
      TRUST_PROXY: '127.0.0.1/32, 10.0.0.0/8',
    });
    expect(await from('192.0.2.1')).toBe(200);
    expect(await from('192.0.2.1')).toBe(429);
    expect(await from('192.0.2.9, 192.0.2.1, 10.1.2.3')).toBe(429);
    expect(await from('192.0.2.2')).toBe(200);
    // What is no address counts as the proxy's own.
    expect(await from('unknown')).toBe(200);
    expect(await from('another')).toBe(429);
  });

  test('the log names the client that the trusted proxy names', async () => {
    await start({ TRUST_PROXY: '127.0.0.1', AUTH_ANONYMOUS: '' });
    expect(await from('192.0.2.1')).toBe(401);
    expect(gateway.logs()).toContainEqual(
      expect.objectContaining({
        msg: 'credentials rejected',
        client: sha256('192.0.2.1').slice(0, 12),
      }),
    );
  });

  test('without TRUST_PROXY, addresses that the client wrote do not count', async () => {
    await start({ RATE_LIMIT_PER_MINUTE: '1', AUTH_ANONYMOUS: 'all' });
    expect(await from('192.0.2.1')).toBe(200);
    expect(await from('192.0.2.2')).toBe(429);
  });
});
