import { SemesterTasksDocument } from '../generated/operations';
import { systemClock } from '../../src/system-clock';
import { openIds } from '../support/expected';
import { CLOCK_WITHOUT_WAITING } from '../support/clock-without-waiting';
import { startGateway, type TestGateway } from '../support/gateway';

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startGateway({ env: { CORS_ORIGINS: 'https://app.example.com' } });
});
afterAll(() => gateway.close());

const get = (path: string, headers: Record<string, string> = {}) =>
  fetch(`${gateway.url}${path}`, { headers });
const post = (body: string, headers: Record<string, string> = {}) =>
  fetch(`${gateway.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body,
  });
const PRODUCTION = { NODE_ENV: 'production' };
const QUERY = JSON.stringify({ query: '{ __typename }' });
const listOf = ({ headers }: Response, name: string) => headers.get(name)?.split(/, */);

test('GET /graphql in a browser shows GraphiQL, with a query that runs unchanged', async () => {
  const page = await get('/graphql', { accept: 'text/html' });

  expect(page.status).toBe(200);
  expect(page.headers.get('content-type')).toContain('text/html');
  const html = await page.text();
  expect(html).toContain('src="graphiql/');
  expect(html).toContain('query StageTasks');
});

test('In production the gateway serves no page', async () => {
  const production = await startGateway({ env: PRODUCTION, clock: CLOCK_WITHOUT_WAITING });
  const page = await fetch(`${production.url}/graphql`, { headers: { accept: 'text/html' } });
  await production.close();

  expect(page.status).toBe(400);
  expect(await page.text()).not.toContain('<html');
});

test('A request that a foreign page could forge is refused', async () => {
  const forged = await fetch(`${gateway.url}/graphql?query={__typename}`);
  expect(forged.status).toBe(400);
  expect(await forged.text()).toContain('CSRF');

  const asText = await post(QUERY, { 'content-type': 'text/plain' });
  expect(asText.status).toBeGreaterThanOrEqual(400);
});

test('Only pages of the configured origins may call the gateway', async () => {
  const preflight = (origin: string) =>
    fetch(`${gateway.url}/graphql`, {
      method: 'OPTIONS',
      headers: {
        origin,
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'content-type',
      },
    });

  const named = await preflight('https://app.example.com');
  expect(named.headers.get('access-control-allow-origin')).toBe('https://app.example.com');
  const other = await preflight('https://evil.example.com');
  expect(other.headers.get('access-control-allow-origin')).toBeNull();
  expect(other.status).toBe(405);
  expect(await other.text()).toContain('Origin: expected one of CORS_ORIGINS');
});

test.each([
  ['Apollo Client and urql', 'content-type'],
  ['a client with credentials', 'authorization,content-type'],
  ['a client that sends GET', 'apollo-require-preflight'],
  ['a client that names its requests', 'content-type,x-request-id,x-apollo-operation-name'],
])('A page of a configured origin may send the headers of %s', async (_, names) => {
  const headers = { origin: 'https://app.example.com' };
  const allowed = await fetch(`${gateway.url}/graphql`, {
    method: 'OPTIONS',
    headers: {
      ...headers,
      'access-control-request-method': 'POST',
      'access-control-request-headers': names,
    },
  });
  expect(allowed.status).toBe(204);
  expect(listOf(allowed, 'access-control-allow-headers')).toEqual(names.split(','));
  expect(listOf(allowed, 'access-control-allow-methods')).toEqual(['GET', 'POST']);

  const answer = await post(QUERY, headers);
  expect(answer.status).toBe(200);
  expect(answer.headers.get('access-control-allow-origin')).toBe(headers.origin);
});

test('Errors about unreadable requests have the shape of GraphQL errors', async () => {
  const cases = [
    { body: '{"query":', status: 400, message: 'JSON' },
    { body: JSON.stringify({ query: ' '.repeat(300_000) }), status: 413, message: 'too large' },
    { body: '[]', status: 400, message: 'batching' },
    { body: '{}', status: 400, message: 'body missing' },
  ];
  for (const { body, status, message } of cases) {
    const response = await post(body);
    expect(response.status).toBe(status);
    const { errors } = (await response.json()) as { errors: { message: string }[] };
    expect(errors[0]?.message.toLowerCase()).toContain(message.toLowerCase());
  }
});

test('The answer to a wrong method names the right ones', async () => {
  const put = await fetch(`${gateway.url}/graphql`, { method: 'PUT' });
  expect([put.status, put.headers.get('allow')]).toEqual([405, 'GET, POST']);

  const strict = await startGateway();
  const preflight = await fetch(`${strict.url}/graphql`, { method: 'OPTIONS' });
  await strict.close();
  expect(preflight.status).toBe(405);
  expect(await preflight.text()).toContain(
    'Origin: expected one of CORS_ORIGINS, got another or none',
  );
});

test('No cache may store answers', async () => {
  expect((await post(QUERY)).headers.get('cache-control')).toBe('no-store');
});

test('In production, /readyz says that the gateway drains before connections are refused', async () => {
  let endPause: () => void = () => undefined;
  const pause = new Promise<void>((resolve) => (endPause = resolve));
  const production = await startGateway({
    env: PRODUCTION,
    clock: { ...systemClock, sleep: () => pause },
  });
  expect((await fetch(`${production.url}/readyz`)).status).toBe(200);
  const closed = production.close();
  const draining = await fetch(`${production.url}/readyz`);
  expect([draining.status, await draining.json()]).toEqual([503, { status: 'draining' }]);
  endPause();
  await closed;
});

test('The answer to a wrong path names the path of GraphQL', async () => {
  const response = await get('/graphq');
  expect(response.status).toBe(404);
  expect(await response.text()).toContain('GraphQL is at /graphql');
});

test('Probes, metrics and introspection cost no upstream call', async () => {
  gateway.emulator.clearCalls();
  const statuses = [
    (await get('/livez')).status,
    (await get('/readyz')).status,
    (await get('/metrics')).status,
    (await post(JSON.stringify({ query: '{ __schema { types { name } } }' }))).status,
  ];

  expect(statuses).toEqual([200, 200, 200, 200]);
  expect(gateway.emulator.calls).toEqual([]);
});

test('A request keeps the ID that it brings, unless that ID is unsafe for a log', async () => {
  const kept = await post(QUERY, { 'x-request-id': 'trace-42' });
  expect(kept.headers.get('x-request-id')).toBe('trace-42');

  const replaced = await post(QUERY, { 'x-request-id': 'bad id"}' });
  expect(replaced.headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
});

test('Each operation is one log line with its name, duration, upstream calls and number of users', async () => {
  const userIds = openIds(gateway.emulator.people.slice(0, 120));
  const { headers } = await gateway.query(SemesterTasksDocument, {
    semesterId: gateway.semesterId,
    userIds,
  });
  const requestId = headers.get('x-request-id');
  const lines = gateway.logs().filter((line) => line['requestId'] === requestId);

  expect(lines).toHaveLength(1);
  expect(lines[0]).toMatchObject({
    msg: 'operation',
    operation: 'SemesterTasks',
    durationMs: expect.any(Number),
    upstreamCalls: 3,
    usersAsked: 120,
    errorCodes: [],
  });
  expect(JSON.stringify(lines)).not.toContain(userIds[0]);
});

test('The metrics count calls by outcome, and users per call', async () => {
  const text = await (await get('/metrics')).text();

  expect(text).toMatch(
    /gateway_upstream_attempt_duration_seconds_count\{api="find_by_user_list",outcome="ok"\} [1-9]/,
  );
  expect(text).toMatch(/gateway_upstream_users_per_call_sum [1-9]/);
  expect(text).toMatch(/gateway_operation_duration_seconds_count\{outcome="ok"\} [1-9]/);
});

test.each([
  ['open in production if configured', { NODE_ENV: 'production', EXPLORER: 'on' }, true],
  ['closed in production', { NODE_ENV: 'production' }, false],
  ['closed if configured', { EXPLORER: 'off' }, false],
])('The Explorer and the schema are %s', async (_, env, open) => {
  const other = await startGateway({
    env,
    clock: CLOCK_WITHOUT_WAITING,
  });
  const page = await fetch(`${other.url}/graphql`, { headers: { accept: 'text/html' } });
  const explorer = await fetch(`${other.url}/explorer`);
  const schema = await other.query('{ __schema { queryType { name } } }', {});
  const typo = await other.query('{ semster(id: 1) { id } }', {});
  await other.close();

  expect((await page.text()).includes('src="graphiql/')).toBe(open);
  expect((await explorer.text()).includes('sandbox')).toBe(open);
  expect(schema.errors).toHaveLength(open ? 0 : 1);
  expect(typo.errors[0]?.message.includes('Did you mean')).toBe(open);
});
