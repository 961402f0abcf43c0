import { createServer } from 'node:http';
import { type Emulator, startEmulator } from '../../../src/emulator/emulator';
import { until } from '../../support/until';
import {
  headersOf,
  openIds,
  rawClient,
  type RawClient,
  SEMESTERS_PATH,
  TENANT_TOKEN_PATH,
  USER_LIST_PATH,
} from './raw-client';

describe('the HTTP server of the emulator', () => {
  let emulator: Emulator;
  let client: RawClient;

  beforeAll(async () => {
    emulator = await startEmulator({ quotaCalls: 1000 });
    client = rawClient(emulator);
  });

  afterAll(() => emulator.close());

  test('puts another log ID on every answer and every failure', async () => {
    const token = await client.tenantToken();
    const answers = [
      await client.get(SEMESTERS_PATH, token),
      await client.get(SEMESTERS_PATH),
      await client.get('/open-apis/nowhere'),
      await client.fetchToken('cli_other'),
    ];
    const logIds = answers.map(({ headers }) => headers.get('x-tt-logid'));
    expect(new Set(logIds).size).toBe(4);
    expect(logIds).not.toContain(null);
    const inBodies = answers.slice(1).map(({ body }) => body.error.log_id);
    expect(inBodies).toEqual(logIds.slice(1));
  });

  test('has an empty message in a success, as in the documentation’s example', async () => {
    const { body } = await client.findByUserList({ user_id_lists: openIds(emulator.people, 1) });
    expect({ code: body.code, msg: body.msg }).toEqual({ code: 0, msg: '' });
  });

  test('delays each answer by the latency and by the delay of a fault', async () => {
    const slow = await startEmulator({ latencyMs: 60 });
    slow.script({ api: 'semesters', delayMs: 60 });
    const slowClient = rawClient(slow);
    const startedMs = performance.now();
    const token = await slowClient.tenantToken();
    const tokenMs = performance.now();
    await slowClient.get(SEMESTERS_PATH, token);
    expect(tokenMs - startedMs).toBeGreaterThanOrEqual(55);
    expect(performance.now() - tokenMs).toBeGreaterThanOrEqual(115);
    await slow.close();
  });

  test('answers an unknown route with an envelope', async () => {
    const { status, body } = await client.get('/open-apis/nowhere');
    expect(status).toBe(404);
    expect(body).toMatchObject({ code: 404, msg: 'no such route' });
  });

  test.each([
    ['is not JSON', '{"semester_id":', 'application/json'],
    ['is empty', '', 'application/json'],
    ['is a JSON list', '[]', 'application/json'],
    ['is of another content type', '{}', 'text/plain'],
    ['is a megabyte too long', `"${'x'.repeat(2_000_000)}"`, 'application/json'],
  ])('answers a body that %s with an envelope', async (_what, text, contentType) => {
    const headers = { ...headersOf(await client.tenantToken()), 'content-type': contentType };
    const { status, body } = await client.send(USER_LIST_PATH, {
      method: 'POST',
      headers,
      body: text,
    });
    expect({ status, code: body.code }).toEqual({ status: 400, code: 1580102 });
    expect(body.error.field_violations.map(({ field }) => field)).toEqual(['body']);
  });

  test('answers a malformed body of the token endpoint with an envelope', async () => {
    const { status, body } = await client.send(TENANT_TOKEN_PATH, {
      method: 'POST',
      headers: headersOf(),
      body: 'app_id=cli_emulator',
    });
    expect({ status, code: body.code }).toEqual({ status: 400, code: 1580102 });
  });

  test('frees its port when it is closed, even while a call is in flight', async () => {
    const own = await startEmulator();
    const ownClient = rawClient(own);
    own.script({ api: 'find_by_user_list', delayMs: 60_000 });
    const call = ownClient.findByUserList({ user_id_lists: openIds(own.people, 1) });
    const failure = expect(call).rejects.toThrow('fetch failed');
    await until(() => own.callsOf('find_by_user_list').length > 0);
    await own.close();
    await failure;
    await expect(bind(Number(new URL(own.url).port))).resolves.toBeUndefined();
  });

  test('does not start on a port that is taken', async () => {
    const port = Number(new URL(emulator.url).port);
    await expect(startEmulator({ port })).rejects.toThrow('EADDRINUSE');
  });

  test.each([
    [{ port: 70_000 }, 'port: expected a whole number from 0 to 65535, got 70000'],
    [{ quotaCalls: 0 }, /^quotaCalls: expected a whole number from 1/],
    [{ seed: 1.5 }, /^seed: expected a whole number/],
    [{ latencyMs: -1 }, /^latencyMs: expected a whole number from 0/],
    [
      { userTokens: ['ou_unknown'] },
      "userTokens: expected open IDs of the emulator's people, got 'ou_unknown'",
    ],
    [{ tokenLifeSeconds: 0 }, 'tokenLifeSeconds: expected a number greater than 0, got 0'],
  ])('does not start with %p', async (options, message) => {
    await expect(startEmulator(options)).rejects.toThrow(message);
  });
});

function bind(port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const server = createServer().once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      server.close(() => {
        resolve();
      });
    });
  });
}
