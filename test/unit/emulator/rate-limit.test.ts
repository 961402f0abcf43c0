import { type Emulator, type EmulatorOptions, startEmulator } from '../../../src/emulator/emulator';
import {
  at,
  openIds,
  PAGE_PATH,
  rawClient,
  type RawClient,
  runningSemester,
  SEMESTERS_PATH,
} from './raw-client';

describe('the rate limit', () => {
  let emulator: Emulator;
  let client: RawClient;
  let nowMs: number;

  const start = async (options: EmulatorOptions = {}) => {
    nowMs = Date.parse('2026-11-23T09:00:00Z');
    emulator = await startEmulator({ now: () => nowMs, ...options });
    client = rawClient(emulator);
  };

  afterEach(() => emulator.close());

  const ask = (body: object = {}) =>
    client.findByUserList({ user_id_lists: openIds(emulator.people, 1), ...body });

  /** Makes `count` calls, one every `everyMs`, and returns their codes. */
  const askRepeatedly = async (count: number, everyMs: number): Promise<number[]> => {
    const codes: number[] = [];
    for (let calls = 0; calls < count; calls += 1) {
      codes.push((await ask()).body.code);
      nowMs += everyMs;
    }
    return codes;
  };

  test('accepts 20 calls in a minute and refuses the 21st', async () => {
    await start();
    expect(await askRepeatedly(20, 0)).toEqual(Array<number>(20).fill(0));
    const { status, headers, body } = await ask();
    expect({ status, code: body.code, msg: body.msg }).toEqual({
      status: 429,
      code: 99991400,
      msg: 'request trigger frequency limit',
    });
    expect(headers.get('x-ogw-ratelimit-limit')).toBe('20');
    expect(headers.get('x-ogw-ratelimit-reset')).toBe('60');
  });

  test('says exactly in how many seconds the oldest call leaves the window', async () => {
    await start();
    await askRepeatedly(20, 1_000);
    nowMs += 500;
    const refused = await ask();
    expect(refused.headers.get('x-ogw-ratelimit-reset')).toBe('39.5');
    nowMs += 39_499;
    expect((await ask()).body.code).toBe(99991400);
    nowMs += 1;
    expect((await ask()).body.code).toBe(0);
    expect((await ask()).body.code).toBe(99991400);
  });

  test('has a sliding window', async () => {
    await start();
    nowMs += 59_000;
    await askRepeatedly(20, 0);
    nowMs += 2_000;
    expect((await ask()).body.code).toBe(99991400);
  });

  test('does not count refused calls', async () => {
    await start();
    await askRepeatedly(20, 0);
    nowMs += 30_000;
    await askRepeatedly(50, 0);
    nowMs += 30_000;
    expect(await askRepeatedly(20, 0)).toEqual(Array<number>(20).fill(0));
  });

  test('counts calls with invalid parameters, but not those with an invalid token', async () => {
    await start({ quotaCalls: 1 });
    const ids = openIds(emulator.people, 1);
    await client.findByUserList({ user_id_lists: ids }, { token: 't-never' });
    expect((await ask({ semester_id: 'none' })).body.code).toBe(1580102);
    expect((await ask()).body.code).toBe(99991400);
  });

  test('is checked after the token and before the parameters', async () => {
    await start({ quotaCalls: 1 });
    await ask();
    expect((await ask({ semester_id: 'none' })).body.code).toBe(99991400);
    const ids = openIds(emulator.people, 1);
    const answer = await client.findByUserList({ user_id_lists: ids }, { token: 't-never' });
    expect(answer.body.code).toBe(99991663);
  });

  test('uses status 400 as an option, as older APIs do', async () => {
    await start({ rateLimitStatus: 400, quotaCalls: 1 });
    await ask();
    const { status, headers, body } = await ask();
    expect({ status, code: body.code }).toEqual({ status: 400, code: 99991400 });
    expect(headers.get('x-ogw-ratelimit-reset')).toBe('60');
  });

  test('is separate for each API', async () => {
    await start({ quotaCalls: 1, semesterQuotaCalls: 2 });
    const token = await client.tenantToken();
    const page = () => client.post(PAGE_PATH, { semester_id: runningSemester(emulator).id }, token);
    const list = () => client.get(SEMESTERS_PATH, token);
    const codesOf = async (call: () => Promise<{ body: { code: number } }>, times: number) => {
      const codes: number[] = [];
      while (codes.length < times) codes.push((await call()).body.code);
      return codes;
    };
    expect(await codesOf(ask, 2)).toEqual([0, 99991400]);
    expect(await codesOf(page, 2)).toEqual([0, 99991400]);
    expect(await codesOf(list, 3)).toEqual([0, 0, 99991400]);
  });

  test('shows refused calls among the recorded ones', async () => {
    await start({ quotaCalls: 1 });
    await askRepeatedly(2, 1_000);
    const calls = emulator.callsOf('find_by_user_list');
    expect(calls.map(({ status, code }) => [status, code])).toEqual([
      [200, 0],
      [429, 99991400],
    ]);
    expect(at(calls, 1).at - at(calls, 0).at).toBe(1_000);
  });
});
