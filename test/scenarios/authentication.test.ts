import { everyWayIn, bearer, SERVICE_TOKEN, sha256 } from '../support/clients';
import { CLOCK_WITHOUT_WAITING } from '../support/clock-without-waiting';
import { startGateway, type TestGateway } from '../support/gateway';
import { startIssuer, type TestIssuer } from '../support/issuer';

let issuer: TestIssuer;
let gateway: TestGateway;
beforeAll(async () => {
  issuer = await startIssuer();
  const env = { ...everyWayIn(issuer), CORS_ORIGINS: 'https://app.example.com' };
  gateway = await startGateway({ env });
});
afterAll(async () => {
  await gateway.close();
  await issuer.close();
});

const QUERY = JSON.stringify({ query: '{ __typename }' });
const JSON_BODY = { 'content-type': 'application/json' };
const post = (headers: Record<string, string> = {}, body = QUERY, url = gateway.url) =>
  fetch(`${url}/graphql`, { method: 'POST', headers: { ...JSON_BODY, ...headers }, body });

test('A request without credentials gets a GraphQL error that says how to send them', async () => {
  const response = await post();

  expect(response.status).toBe(401);
  expect(response.headers.get('www-authenticate')).toBe('Bearer');
  expect(response.headers.get('content-type')).toContain('application/json');
  expect(response.headers.get('cache-control')).toBe('no-store');
  expect(response.headers.get('x-request-id')).toMatch(/\S/);
  expect(await response.json()).toEqual({
    errors: [
      {
        message: 'no credentials: send `Authorization: Bearer …`',
        extensions: { code: 'UNAUTHENTICATED' },
      },
    ],
  });
});

test('A client with bad credentials learns only that they are not accepted', async () => {
  const bad = [
    bearer('made-up'),
    { authorization: 'Basic YTpi' },
    { authorization: 'Bearer' },
    { authorization: '' },
    { authorization: `Bearer ${SERVICE_TOKEN} ${SERVICE_TOKEN}` },
    { 'x-router-secret': '' },
    bearer(await issuer.sign({ sub: 'ou_a', aud: 'https://other' })),
  ];
  for (const headers of bad) {
    const response = await post(headers);
    expect(response.status).toBe(401);
    expect(await response.json()).toEqual({
      errors: [
        {
          message: 'The credentials of this request are not accepted.',
          extensions: { code: 'UNAUTHENTICATED' },
        },
      ],
    });
  }
});

test('A request is refused before its body is read: a GET, a HEAD, a POST with a broken or a too large body', async () => {
  const url = `${gateway.url}/graphql`;
  const csrf = { 'apollo-require-preflight': 'yes' };
  expect((await fetch(`${url}?query={__typename}`, { headers: csrf })).status).toBe(401);
  expect((await fetch(url, { method: 'HEAD' })).status).toBe(401);
  expect((await post({}, '{"query":')).status).toBe(401);
  expect((await post({}, ' '.repeat(300_000))).status).toBe(401);
});

test('Introspection and the schema of the subgraph need credentials', async () => {
  const sdl = JSON.stringify({ query: '{ __schema { types { name } } _service { sdl } }' });
  expect((await post({}, sdl)).status).toBe(401);
  expect((await post(bearer(SERVICE_TOKEN), sdl)).status).toBe(200);
});

test('Probes and metrics need no credentials', async () => {
  for (const path of ['/livez', '/readyz', '/metrics']) {
    expect((await fetch(`${gateway.url}${path}`)).status).toBe(200);
  }
});

test('A page of a configured origin may send credentials, and may read why they were refused', async () => {
  const origin = 'https://app.example.com';
  const preflight = await fetch(`${gateway.url}/graphql`, {
    method: 'OPTIONS',
    headers: {
      origin,
      'access-control-request-method': 'POST',
      'access-control-request-headers': 'authorization,content-type',
    },
  });
  expect(preflight.status).toBe(204);
  expect(preflight.headers.get('access-control-allow-headers')).toContain('authorization');

  const refused = await post({ origin });
  expect([refused.status, refused.headers.get('access-control-allow-origin')]).toEqual([
    401,
    origin,
  ]);
});

describe('The landing page', () => {
  const ACCEPTED = [
    'text/html',
    'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8',
    'application/json, text/html;q=0.1',
    'application/graphql-response+json, text/html',
    'text/html, multipart/mixed; deferSpec=20220824',
    'text/html, multipart/mixed; incrementalSpec=v0.2',
    'text/html;q=0.5, multipart/mixed',
    '*/*',
    'text/*',
    'text/html;q=0',
    'application/json; charset=utf-8, text/html',
    '',
  ];

  test.each(ACCEPTED)(
    'needs no credentials, and gives access to nothing else, with accept: %s',
    async (accept) => {
      const headers = { accept, 'apollo-require-preflight': 'yes' };
      const response = await fetch(`${gateway.url}/graphql?query={__typename}`, { headers });
      const text = await response.text();

      expect(text).not.toContain('"data"');
      expect(response.status).toBe(text.includes('<!DOCTYPE html>') ? 200 : 401);
    },
  );

  test('is shown to a browser', async () => {
    const page = await fetch(`${gateway.url}/graphql`, { headers: { accept: 'text/html' } });
    expect(page.status).toBe(200);
    expect(await page.text()).toContain('src="graphiql/');
    const explorer = await fetch(`${gateway.url}/explorer`);
    expect(explorer.status).toBe(200);
    expect(await explorer.text()).toContain('embeddable-sandbox');
  });

  test('is not shown in production, where a browser needs credentials like every client', async () => {
    const production = await startGateway({
      env: { ...everyWayIn(issuer), NODE_ENV: 'production' },
      clock: CLOCK_WITHOUT_WAITING,
    });
    const page = await fetch(`${production.url}/graphql`, { headers: { accept: 'text/html' } });
    await production.close();
    expect(page.status).toBe(401);
  });
});

describe('Where anonymous clients are allowed', () => {
  const read = (at: TestGateway, headers?: Record<string, string>) =>
    at.readTasks([at.person(0).openId], headers);

  test('credentials are ignored if no authenticator is configured', async () => {
    const open = await startGateway();
    const got = [
      await read(open),
      await read(open, { authorization: 'Basic YTpi' }),
      await read(open, bearer('anything')),
      await read(open, { 'x-router-secret': 'anything', 'x-user-id': 'ou_a' }),
    ];
    await open.close();
    expect(got.map(({ status, errors }) => [status, errors])).toEqual(got.map(() => [200, []]));
  });

  test('bad credentials are refused if an authenticator is configured', async () => {
    const env = { AUTH_SERVICE_TOKENS: `reports:${sha256(SERVICE_TOKEN)}`, AUTH_ANONYMOUS: 'all' };
    const open = await startGateway({ env });
    const statuses = [
      (await read(open)).status,
      (await read(open, bearer(SERVICE_TOKEN))).status,
      (await read(open, bearer('made-up'))).status,
      (await read(open, { authorization: 'Basic YTpi' })).status,
    ];
    await open.close();
    expect(statuses).toEqual([200, 200, 401, 401]);
  });

  test('there is no viewer', async () => {
    const open = await startGateway();
    const { data, errors } = await open.query('{ viewer { id } }', {});
    await open.close();
    expect(data).toBeNull();
    expect(errors).toMatchObject([
      {
        message:
          'viewer: expected a principal who is a user, got anonymous client: send the credentials of a person, or name the user in `user(id: …)`',
        path: ['viewer'],
        extensions: { code: 'FORBIDDEN' },
      },
    ]);
  });
});

describe('A browser that asks for the page without credentials', () => {
  const QUERY_IN_ADDRESS = `?query=${encodeURIComponent('{ upstreamQuota { callsLeft } }')}`;
  const get = (address: string, accept: string) =>
    fetch(`${address}/graphql${QUERY_IN_ADDRESS}`, {
      headers: { accept, 'apollo-require-preflight': '1' },
    });

  test.each([
    ['on', 'text/html'],
    ['on', 'text/html,application/json;q=0.5'],
    ['graphiql', 'text/html'],
    ['apollo', 'text/html'],
    ['apollo', 'text/html,application/json;q=0.5'],
    ['off', 'text/html'],
    ['off', 'text/html,application/json;q=0.5'],
  ])('gets no answer to a query, with EXPLORER=%s and Accept: %s', async (EXPLORER, accept) => {
    const other = await startGateway({ env: { ...everyWayIn(issuer), EXPLORER } });
    const response = await get(other.url, accept);
    const text = await response.text();
    await other.close();

    expect(text).not.toContain('callsLeft":');
    expect(response.status).toBe(EXPLORER === 'off' ? 401 : 200);
    expect(text.includes('<html')).toBe(EXPLORER !== 'off');
  });

  test('sees the page in production too if the operator configured it', async () => {
    const env = { ...everyWayIn(issuer), NODE_ENV: 'production', EXPLORER: 'on' };
    const other = await startGateway({ env, clock: CLOCK_WITHOUT_WAITING });
    const response = await get(other.url, 'text/html');
    await other.close();

    expect(response.status).toBe(200);
    expect(await response.text()).toContain('<html');
  });
});
