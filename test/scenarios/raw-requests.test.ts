import { bearer, everyWayIn, ROUTER_SECRET, SERVICE_TOKEN, sha256 } from '../support/clients';
import { startGateway, type TestGateway } from '../support/gateway';
import { startIssuer } from '../support/issuer';
import { exchange } from '../support/raw-http';

const OPEN_ID = `ou_${'0123456789abcdef'.repeat(2)}`;
const PATH = `/graphql?query=${encodeURIComponent(`{user(id:"${OPEN_ID}"){id}}`)}`;
const SERVICES = {
  AUTH_SERVICE_TOKENS: `reports:${sha256(SERVICE_TOKEN)}`,
  AUTH_ANONYMOUS: 'all',
  HOST: '127.0.0.1',
};

let gateway: TestGateway;
afterAll(() => gateway.close());

/** Replaces the gateway of the tests before. */
async function start(env?: Record<string, string>): Promise<void> {
  await (gateway as TestGateway | undefined)?.close();
  gateway = await startGateway({ ...(env && { env }) });
}

const get = (...lines: string[]) =>
  exchange(gateway.url, [`GET ${PATH} HTTP/1.1`, 'apollo-require-preflight: 1', ...lines]);

describe('The Host of a request', () => {
  // A gateway that requires credentials may be reached by many names.
  beforeAll(() => start({ ...SERVICES, AUTH_ANONYMOUS: '' }));

  test.each(['[', '', 'a b', 'a/b', 'user@host', 'host:port', 'a#b', '[::1', '%zz'])(
    'causes 400 if it is "%s", and no URL with an ID is logged',
    async (host) => {
      const { status, text } = await get(
        `Host: ${host}`,
        `Authorization: ${bearer(SERVICE_TOKEN)['authorization'] ?? ''}`,
      );
      expect(status).toBe(400);
      expect(text).toContain('"code":"BAD_REQUEST"');
      expect(gateway.logText()).not.toContain('ou_');
    },
  );

  test('causes 400 if it is repeated, or missing in a request with a query', async () => {
    expect((await get('Host: a', 'Host: a')).status).toBe(400);
    expect((await exchange(gateway.url, [`GET ${PATH} HTTP/1.0`])).status).toBe(400);
    expect((await exchange(gateway.url, ['GET /livez HTTP/1.0'])).status).toBe(200);
  });

  test('may be any name', async () => {
    expect((await get('Host: gateway.example.com:8080')).status).toBe(401);
  });
});

test('An address that is not a URL causes 400, and is not logged', async () => {
  await start({ TRUST_PROXY: '127.0.0.1' });
  const host = `Host: ${new URL(gateway.url).host}`;
  for (const forwarded of ['X-Forwarded-Host: [', 'X-Forwarded-Proto: a b']) {
    expect((await get(host, forwarded)).status).toBe(400);
  }
  expect(gateway.logText()).not.toContain('ou_');
});

describe('Where anonymous clients are allowed on loopback', () => {
  beforeAll(() => start());

  test.each(['localhost', '127.0.0.1', '[::1]', 'LOCALHOST:4000'])(
    'requests to the host %s are answered',
    async (host) => {
      expect((await get(`Host: ${host}`)).status).toBe(200);
    },
  );

  test.each(['evil.example.com', 'localhost.example.com', '127.0.0.2', '2130706433.example.com'])(
    'requests to the host %s are 403, since a page of another site can send them',
    async (host) => {
      const { status, text } = await get(`Host: ${host}`);
      expect([status, text.includes('DNS rebinding')]).toEqual([403, true]);
    },
  );

  test.each(['/livez', '/readyz'])(
    '%s, which contains no data of users, accepts any host',
    async (path) => {
      const probe = (host: string) =>
        exchange(gateway.url, [`GET ${path} HTTP/1.1`, `Host: ${host}`]);
      expect((await probe('10.1.2.3:4000')).status).toBe(200);
      expect((await probe('[')).status).toBe(400);
      const metrics = await exchange(gateway.url, ['GET /metrics HTTP/1.1', 'Host: 10.1.2.3:4000']);
      expect(metrics.status).toBe(403);
    },
  );

  test('requests to the configured HOST are answered', async () => {
    await start({ HOST: '127.0.0.2' });
    expect((await get('Host: 127.0.0.2')).status).toBe(200);
    expect((await get('Host: 127.0.0.3')).status).toBe(403);
  });
});

describe('Repeated identity headers', () => {
  const BODY = '{"query":"{ __typename }"}';
  const post = (...lines: string[]) =>
    exchange(
      gateway.url,
      [
        'POST /graphql HTTP/1.1',
        'Host: a',
        'Content-Type: application/json',
        `Content-Length: ${BODY.length}`,
        ...lines,
      ],
      BODY,
    );
  const token = `Authorization: Bearer ${SERVICE_TOKEN}`;
  const router = `X-Router-Secret: ${ROUTER_SECRET}`;

  test('are refused, even if one of them is valid', async () => {
    const issuer = await startIssuer();
    await start(everyWayIn(issuer));
    const statuses = [
      await post(token),
      await post(token, 'Authorization: Bearer b'),
      await post('Authorization: Bearer b', token),
      await post(token, token),
      await post(router, 'X-User-Id: ou_a'),
      await post(router, 'X-User-Id: ou_a', 'X-User-Id: ou_b'),
      await post(router, router, 'X-User-Id: ou_a'),
      await post(router, 'X-User-Id: ou_a', 'X-User-Scopes: a', 'X-User-Scopes: tasks:all'),
      await post(router, 'X-User-Id: ou_a', 'X-User-Reports: ou_b', 'X-User-Reports: ou_c'),
    ].map(({ status }) => status);
    await issuer.close();

    expect(statuses).toEqual([200, 401, 401, 401, 200, 401, 401, 401, 401]);
    expect(gateway.logs()).toContainEqual(
      expect.objectContaining({ msg: 'credentials rejected', reason: 'repeated-header' }),
    );
  });
});
