import { request } from 'node:http';
import { type Emulator, type Fault, startEmulator } from '../../../src/emulator/emulator';
import { until } from '../../support/until';
import {
  at,
  headersOf,
  openIds,
  participants,
  rawClient,
  type RawClient,
  runningSemester,
  SEMESTERS_PATH,
  USER_LIST_PATH,
} from './raw-client';

/** What a client on a plain socket sees: the bytes that arrived, and how the connection ended. */
interface SocketView {
  status: number | undefined;
  promisedBytes: number | undefined;
  receivedBytes: number;
  errorCode: string | undefined;
}

describe('a scripted fault', () => {
  let emulator: Emulator;
  let client: RawClient;

  beforeEach(async () => {
    emulator = await startEmulator({ quotaCalls: 5 });
    client = rawClient(emulator);
  });

  afterEach(() => emulator.close());

  const ask = () => client.findByUserList({ user_id_lists: openIds(participants(emulator), 1) });

  /** Over a plain socket. */
  const askForBytes = async (signal?: AbortSignal): Promise<SocketView> => {
    const token = await client.tenantToken();
    const body = JSON.stringify({
      semester_id: runningSemester(emulator).id,
      user_id_lists: openIds(participants(emulator), 1),
    });
    return new Promise((resolve) => {
      const view: SocketView = {
        status: undefined,
        promisedBytes: undefined,
        receivedBytes: 0,
        errorCode: undefined,
      };
      const onError = ({ code }: NodeJS.ErrnoException) => {
        resolve({ ...view, errorCode: code });
      };
      const outgoing = request(`${emulator.url}${USER_LIST_PATH}`, {
        method: 'POST',
        headers: headersOf(token),
        ...(signal && { signal }),
      });
      outgoing.on('error', onError).on('response', (response) => {
        const length = response.headers['content-length'];
        view.status = response.statusCode;
        view.promisedBytes = length === undefined ? undefined : Number(length);
        response.on('data', (chunk: Buffer) => (view.receivedBytes += chunk.length));
        response.on('error', onError).on('end', () => {
          resolve(view);
        });
      });
      outgoing.end(body);
    });
  };

  test('answers once with its status and code', async () => {
    emulator.script({ answer: { status: 500 }, api: 'find_by_user_list' });
    const { status, headers, body } = await ask();
    expect({ status, code: body.code, msg: body.msg }).toEqual({
      status: 500,
      code: 1580101,
      msg: 'internal error',
    });
    expect(body.error.log_id).toBe(headers.get('x-tt-logid'));
    expect((await ask()).body.code).toBe(0);
  });

  test('may set message and headers, and a failure under status 200', async () => {
    const headers = { 'x-ogw-ratelimit-reset': '1.5' };
    emulator.script({
      api: 'find_by_user_list',
      answer: { status: 200, code: 99991403, msg: 'quota used up', headers },
    });
    const answer = await ask();
    expect(answer.status).toBe(200);
    expect(answer.body).toMatchObject({ code: 99991403, msg: 'quota used up' });
    expect(answer.headers.get('x-ogw-ratelimit-reset')).toBe('1.5');
  });

  test('may set the error and the data, beside the log ID', async () => {
    const violation = { field: 'user_id_lists', value: 'ou_1', description: 'not known' };
    emulator.script({
      api: 'find_by_user_list',
      answer: { status: 400, code: 99992402, error: { field_violations: [violation] } },
    });
    emulator.script({
      api: 'find_by_user_list',
      answer: { status: 200, data: { items: [] } },
    });
    const refused = await ask();
    expect(refused.body).toEqual({
      code: 99992402,
      msg: 'field validation failed',
      error: { log_id: refused.headers.get('x-tt-logid'), field_violations: [violation] },
    });
    expect((await ask()).body).toEqual({ code: 0, msg: '', data: { items: [] } });
  });

  test('may add data to a failure, and an error to a success', async () => {
    emulator.script({
      api: 'find_by_user_list',
      answer: { status: 500, data: { items: [] } },
    });
    emulator.script({
      api: 'find_by_user_list',
      answer: { status: 200, error: { troubleshooter: 'see the page' } },
    });
    const [failed, succeeded] = [await ask(), await ask()];
    expect(failed.body).toMatchObject({ code: 1580101, data: { items: [] } });
    expect(succeeded.body).toEqual({
      code: 0,
      msg: '',
      data: {},
      error: {
        log_id: succeeded.headers.get('x-tt-logid'),
        troubleshooter: 'see the page',
      },
    });
  });

  test('lasts for its number of calls', async () => {
    emulator.script({ api: 'find_by_user_list', times: 2, answer: { status: 503 } });
    const statuses = [await ask(), await ask(), await ask()].map(({ status }) => status);
    expect(statuses).toEqual([503, 503, 200]);
  });

  test('affects only its API and its calls', async () => {
    const [innocent = '', guilty = ''] = openIds(participants(emulator), 2);
    emulator.script({
      api: 'find_by_user_list',
      when: ({ userIds }) => userIds?.includes(guilty) ?? false,
      answer: { status: 500 },
    });
    const list = await client.get(SEMESTERS_PATH, await client.tenantToken());
    expect(list.status).toBe(200);
    expect((await client.findByUserList({ user_id_lists: [innocent] })).status).toBe(200);
    expect((await client.findByUserList({ user_id_lists: [guilty] })).status).toBe(500);
  });

  test('is played after those that were scripted before', async () => {
    emulator.script({ api: 'find_by_user_list', answer: { status: 500 } });
    emulator.script({ api: 'find_by_user_list', answer: { status: 503 } });
    expect([(await ask()).status, (await ask()).status]).toEqual([500, 503]);
  });

  test('delays the genuine answer', async () => {
    emulator.script({ api: 'find_by_user_list', delayMs: 150 });
    const startedMs = performance.now();
    expect((await ask()).body.code).toBe(0);
    expect(performance.now() - startedMs).toBeGreaterThanOrEqual(145);
  });

  test('shows a delayed call while it is in flight', async () => {
    emulator.script({ api: 'find_by_user_list', delayMs: 150 });
    const answer = ask();
    await until(() => emulator.callsOf('find_by_user_list').length > 0);
    const call = at(emulator.callsOf('find_by_user_list'), 0);
    expect(call.status).toBeUndefined();
    await answer;
    expect(call).toMatchObject({ status: 200, code: 0 });
    expect(call.aborted).toBeUndefined();
  });

  test('notices that the client disconnected during a delay, and serves the next call', async () => {
    emulator.script({ api: 'find_by_user_list', delayMs: 10_000 });
    const client = new AbortController();
    const asked = askForBytes(client.signal);
    await until(() => emulator.callsOf('find_by_user_list').length > 0);
    client.abort();
    expect((await asked).errorCode).toBe('ABORT_ERR');
    const call = at(emulator.callsOf('find_by_user_list'), 0);
    await until(() => call.aborted === true);
    expect(call.status).toBeUndefined();
    expect((await ask()).body.code).toBe(0);
  });

  test('resets the connection before any answer', async () => {
    emulator.script({ api: 'find_by_user_list', connection: 'reset' });
    const view = await askForBytes();
    expect(view).toMatchObject({ status: undefined, receivedBytes: 0, errorCode: 'ECONNRESET' });
    const call = at(emulator.callsOf('find_by_user_list'), 0);
    expect(call.status).toBeUndefined();
    expect(call.aborted).toBeUndefined();
  });

  test('cuts the body short of the length that was promised', async () => {
    emulator.script({ api: 'find_by_user_list', connection: 'cut-body' });
    const view = await askForBytes();
    expect(view).toMatchObject({ status: 200, errorCode: 'ECONNRESET' });
    expect(view.receivedBytes).toBeGreaterThan(0);
    expect(view.receivedBytes).toBeLessThan(view.promisedBytes ?? 0);
  });

  test('sends malformed JSON as it is', async () => {
    emulator.script({
      api: 'find_by_user_list',
      answer: { status: 200, rawBody: '{"code":0,"data":{' },
    });
    await expect(ask()).rejects.toMatchObject({ name: 'SyntaxError' });
    const call = at(emulator.callsOf('find_by_user_list'), 0);
    expect(call.status).toBe(200);
    expect(call.code).toBeUndefined();
  });

  test('inflates the answer to any size without announcing it, and keeps it JSON', async () => {
    const sizeBytes = 3_000_001;
    const fault: Fault = { api: 'find_by_user_list', times: 2, oversizedBodyBytes: sizeBytes };
    emulator.script(fault);
    const view = await askForBytes();
    expect(view).toMatchObject({ status: 200, promisedBytes: undefined, receivedBytes: sizeBytes });
    expect((await ask()).body.data.items).toHaveLength(1);
  });

  test('costs quota, as a failed call does at Feishu, unless it refuses the call', async () => {
    emulator.script({ api: 'find_by_user_list', times: 3, answer: { status: 500 } });
    emulator.script({ api: 'find_by_user_list', times: 4, answer: { status: 429 } });
    emulator.script({ api: 'find_by_user_list', connection: 'cut-body' });
    for (let calls = 0; calls < 7; calls += 1) await ask();
    await askForBytes();
    const codes = [await ask(), await ask()].map(({ body }) => body.code);
    expect(codes).toEqual([0, 99991400]);
  });

  test('may affect the token endpoint too', async () => {
    emulator.script({ api: 'tenant_token', answer: { status: 400, code: 99991543 } });
    expect((await client.fetchToken()).body.code).toBe(99991543);
    expect((await client.fetchToken()).body.code).toBe(0);
  });
});
