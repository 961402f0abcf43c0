import { spawnSync } from 'node:child_process';
import { bearer, SERVICE_TOKEN, sha256 } from '../support/clients';
import type { TestGateway } from '../support/gateway';
import { connectMcp, PROTOCOL_VERSIONS, READY_OPERATIONS, startMcpGateway } from '../support/mcp';
import { ROOT } from '../support/pages';
import { exchange } from '../support/raw-http';
import { until } from '../support/until';
import { untilAborted } from '../support/until-aborted';

const APP = 'https://app.example.com';
const TASKS = `# The tasks of these people.
query Tasks($ids: [ID!]!, $s: ID!) {
  users(ids: $ids) { stageTasks(semesterId: $s) { stageTasks { ...Task } } }
}
fragment Task on StageTask {
  id stageId deadline status jumpUrl needTodoCount option isOverdue name { zhCN enUS text }
}`;
const OUTDATED = 'query Outdated { tasksOfLastYear }';
const service = bearer(SERVICE_TOKEN);
const AUTH = { AUTH_ANONYMOUS: '', AUTH_SERVICE_TOKENS: `a:${sha256(SERVICE_TOKEN)}` };

let gateway: TestGateway;
afterEach(() => gateway.close());

async function start(env: Record<string, string> = {}, texts?: readonly string[]) {
  gateway = await startMcpGateway({ env: { ...AUTH, CORS_ORIGINS: APP, ...env } }, texts);
}

function send(
  body: unknown,
  headers: Record<string, string> = {},
  signal?: AbortSignal,
): Promise<Response> {
  return fetch(`${gateway.url}/mcp`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
      ...service,
      ...headers,
    },
    body: typeof body === 'string' ? body : JSON.stringify(body),
    signal: signal ?? null,
  });
}

const message = (method: string, params: object = {}) => ({
  jsonrpc: '2.0',
  id: 1,
  method,
  params,
});
const LIST = message('tools/list');
const call = (name: string, args: object) => message('tools/call', { name, arguments: args });
const taskCalls = () => gateway.emulator.callsOf('find_by_user_list').length;

describe('A request to /mcp', () => {
  beforeEach(() => start());

  test.each(['GET', 'PUT', 'PATCH', 'DELETE'])(
    'with the method %s is not allowed',
    async (method) => {
      const response = await fetch(`${gateway.url}/mcp`, { method, headers: service });

      expect([response.status, response.headers.get('allow')]).toEqual([405, 'POST']);
    },
  );

  test('without credentials is refused with the scheme that it needs', async () => {
    const response = await send(LIST, { authorization: '' });

    expect([response.status, response.headers.get('www-authenticate')]).toEqual([401, 'Bearer']);
  });

  test.each(['https://evil.example.com', `${APP}.evil.example.com`, 'null', ''])(
    'from a page of the origin "%s" is refused',
    async (origin) => {
      const { status, text } = await exchange(
        gateway.url,
        [
          'POST /mcp HTTP/1.1',
          `Host: ${new URL(gateway.url).host}`,
          `Authorization: ${service['authorization'] ?? ''}`,
          'Content-Type: application/json',
          'Content-Length: 2',
          `Origin: ${origin}`,
        ],
        '{}',
      );

      expect(status).toBe(403);
      expect(text).toContain('CORS_ORIGINS');
    },
  );

  test('from a page of CORS_ORIGINS is answered', async () => {
    const response = await send(LIST, { origin: APP });

    expect(response.status).toBe(200);
    expect(response.headers.get('access-control-allow-origin')).toBe(APP);
    expect(response.headers.get('cache-control')).toBe('no-store');
  });

  test.each([
    ['a batch', [LIST, LIST], {}, 400],
    ['a batch of one call', [call('CurrentCycles', {})], {}, 400],
    ['an empty batch', [], {}, 400],
    ['a body that is not JSON', '{', {}, 400],
    ['a body that is no message', { query: '{ __typename }' }, {}, 400],
    ['a body as a form could send it', JSON.stringify(LIST), { 'content-type': 'text/plain' }, 415],
    ['a body over the limit', call('ToDoList', { a: 'a'.repeat(300_000) }), {}, 413],
    ['an unknown version', LIST, { 'mcp-protocol-version': '1999-01-01' }, 400],
  ])('with %s is refused', async (_, body, headers, status) => {
    const response = await send(body, headers);

    expect(response.status).toBe(status);
    expect(await response.text()).not.toContain('"tools"');
    expect(gateway.emulator.calls).toEqual([]);
  });

  test('with arguments nested too deep is refused', async () => {
    const nested = `${'['.repeat(20_000)}${']'.repeat(20_000)}`;
    const body = JSON.stringify(call('ToDoList', { userId: 0 })).replace(
      '"userId":0',
      `"userId":${nested}`,
    );
    const response = await send(body);

    expect(response.status).toBe(200);
    expect(await response.text()).toContain('levels of lists and objects');
    expect(gateway.emulator.calls).toEqual([]);
  });

  test('that would keep a stream open is ended at once', async () => {
    const _meta = {
      'io.modelcontextprotocol/protocolVersion': '2026-07-28',
      'io.modelcontextprotocol/clientInfo': { name: 'a', version: '1' },
      'io.modelcontextprotocol/clientCapabilities': {},
    };
    const params = { _meta, notifications: { toolsListChanged: true } };
    const response = await send(message('subscriptions/listen', params), {
      'mcp-protocol-version': '2026-07-28',
      'mcp-method': 'subscriptions/listen',
    });

    expect(await response.text()).toContain('Subscription limit reached');
  });
});

test('Requests to /mcp and to /graphql count together', async () => {
  await start({ RATE_LIMIT_PER_MINUTE: '3' });
  const statuses = [
    (await send(LIST)).status,
    (await gateway.query('{ __typename }', {}, service)).status,
    (await send(LIST)).status,
  ];
  gateway.emulator.clearCalls();
  const refused = await send(call('CurrentCycles', {}));

  expect(statuses).toEqual([200, 400, 200]);
  expect(refused.status).toBe(429);
  expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
  expect(gateway.emulator.calls).toEqual([]);
});

test.each(PROTOCOL_VERSIONS)(
  "The SDK's client for MCP %s shows why a call was refused before MCP, and when to try again",
  async (version) => {
    await start({ RATE_LIMIT_PER_MINUTE: '5' });
    const { client, call: run } = await connectMcp(gateway.url, version, service);
    const refusals: unknown[] = [];
    for (let i = 0; i < 6; i += 1) {
      await run('CurrentCycles', {}).catch((error: unknown) => refusals.push(error));
    }
    await client.close();

    expect(refusals.at(-1)).toMatchObject({
      status: 429,
      message: expect.stringMatching(/at most 5 requests in a minute.*RATE_LIMITED.*retryAfterMs/),
    });
  },
);

test('A call counts among the requests in progress, and ends at the deadline', async () => {
  await start({ CONCURRENCY_LIMIT: '1', REQUEST_DEADLINE_MS: '1000' });
  gateway.emulator.script({ api: 'find_by_user_list', delayMs: 60_000 });
  const args = { semesterId: gateway.semesterId, userId: gateway.person(0).openId };
  const slow = send(call('ToDoList', args));
  await until(() => taskCalls() === 1);

  expect((await send(LIST)).status).toBe(429);
  expect(await (await slow).text()).toContain('UPSTREAM_TIMEOUT');
  expect((await send(LIST)).status).toBe(200);
});

test('A client that disconnects aborts the call that it was waiting for', async () => {
  await start({ CONCURRENCY_LIMIT: '1' });
  gateway.emulator.script({ api: 'find_by_user_list', delayMs: 60_000 });
  const args = { semesterId: gateway.semesterId, userId: gateway.person(0).openId };
  const client = new AbortController();
  const request = send(call('ToDoList', args), {}, client.signal);
  await until(() => taskCalls() === 1);
  client.abort();

  await expect(request).rejects.toThrow('abort');
  await untilAborted(gateway.emulator);
  await until(async () => (await send(LIST)).status === 200);
});

test('An operation that costs too much is refused, and makes no upstream call', async () => {
  await start({ MAX_CALLS_PER_OPERATION: '1' }, [TASKS]);
  const { client, call: run } = await connectMcp(gateway.url, '2026-07-28', service);
  const ids = gateway.emulator.people.slice(0, 51).map(({ openId }) => openId);
  const answer = await run('Tasks', { ids, s: gateway.semesterId });
  await client.close();

  expect(answer).toMatchObject({
    isError: true,
    errors: [{ extensions: { code: 'OPERATION_TOO_EXPENSIVE' } }],
  });
  expect(taskCalls()).toBe(0);
});

test('An answer that is too large for an assistant is replaced by an error', async () => {
  await start({}, [TASKS]);
  const { client, call: run } = await connectMcp(gateway.url, '2025-11-25', service);
  const ids = gateway.emulator.people.slice(0, 1_000).map(({ openId }) => openId);
  const answer = await run('Tasks', { ids, s: gateway.semesterId });
  const small = await run('Tasks', { ids: ids.slice(0, 3), s: gateway.semesterId });
  await client.close();

  expect(answer).toMatchObject({
    isError: true,
    data: null,
    errors: [{ message: expect.stringContaining('at most 1 MB') }],
  });
  expect(small).toMatchObject({ isError: false, data: { users: [{}, {}, {}] } });
});

test('A persisted operation that the schema does not answer is no tool, and the log says so', async () => {
  await start({}, [TASKS, OUTDATED]);
  const { client } = await connectMcp(gateway.url, '2026-07-28', service);
  const { tools } = await client.listTools();
  await client.close();

  expect(tools).toMatchObject([{ name: 'Tasks', description: 'The tasks of these people.' }]);
  expect(gateway.logs()).toContainEqual(
    expect.objectContaining({
      msg: 'operation left out of the tools',
      operation: 'Outdated',
      reason: expect.stringContaining('tasksOfLastYear'),
    }),
  );
});

test('A long list of tools comes in pages', async () => {
  const texts = Array.from(
    { length: 201 },
    (_, i) => `query Tool${i} { upstreamQuota { callsLeft } }`,
  );
  await start({}, texts);
  const { client } = await connectMcp(gateway.url, '2025-11-25', service);
  const { tools } = await client.listTools();
  const lists = ['100', '200', '201', '-1', 'x'].map((cursor) => client.listTools({ cursor }));
  const pages = await Promise.allSettled(lists);
  await client.close();

  expect(tools.map(({ name }) => name)).toEqual(texts.map((_, i) => `Tool${i}`));
  expect(
    pages.map((page) => (page.status === 'fulfilled' ? page.value.tools.length : 'refused')),
  ).toEqual([100, 1, 'refused', 'refused', 'refused']);
});

test('A gateway on this machine that asks for no credentials answers no other name', async () => {
  await start({ AUTH_ANONYMOUS: 'all' });
  const lines = ['POST /mcp HTTP/1.1', 'Host: evil.example.com', 'Content-Length: 0'];

  expect((await exchange(gateway.url, lines)).text).toContain('DNS rebinding');
});

test.each([
  ['off', false],
  ['on', true],
])('With MCP=%s, it is %p that the SDK is loaded', async (MCP, isLoaded) => {
  await start();
  const code = `
    const { createApp } = require('./dist/app.js');
    const { loadConfig } = require('./dist/config.js');
    createApp(loadConfig()).then(async (app) => {
      const loaded = Object.keys(require.cache).some((path) => path.includes('@modelcontextprotocol'));
      await app.close();
      process.exitCode = loaded ? 10 : 20;
    });`;
  const env = { PORT: '0', LOG_LEVEL: 'silent', MCP, PERSISTED_OPERATIONS: READY_OPERATIONS };
  const { status } = spawnSync(process.execPath, ['-e', code], { cwd: ROOT, env });

  expect(status).toBe(isLoaded ? 10 : 20);
});
