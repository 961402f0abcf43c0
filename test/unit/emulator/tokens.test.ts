import {
  type Emulator,
  EMULATOR_APP_ID,
  type EmulatorOptions,
  startEmulator,
} from '../../../src/emulator/emulator';
import {
  at,
  openIds,
  rawClient,
  type RawClient,
  USER_INFO_PATH,
  USER_LIST_PATH,
} from './raw-client';

const MINUTE_MS = 60_000;

describe('tokens', () => {
  let emulator: Emulator;
  let client: RawClient;
  let nowMs: number;

  const start = async (options: EmulatorOptions = {}) => {
    nowMs = Date.parse('2026-11-23T09:00:00Z');
    emulator = await startEmulator({ quotaCalls: 1000, now: () => nowMs, ...options });
    client = rawClient(emulator);
  };

  afterEach(() => emulator.close());

  const codeFor = async (token: string) =>
    (await client.findByUserList({ user_id_lists: openIds(emulator.people, 1) }, { token })).body
      .code;

  test('of the tenant stay the same while at least 30 minutes are left', async () => {
    await start();
    const first = await client.fetchToken();
    expect(first.body).toMatchObject({ code: 0, expire: 7200 });
    nowMs += 90 * MINUTE_MS;
    const second = await client.fetchToken();
    expect(second.body.tenant_access_token).toBe(first.body.tenant_access_token);
    expect(second.body.expire).toBe(1800);
  });

  test('of the tenant overlap when renewed with less than 30 minutes left', async () => {
    await start();
    const old = await client.tenantToken();
    nowMs += 90 * MINUTE_MS + 1;
    const renewed = await client.tenantToken();
    expect(renewed).not.toBe(old);
    expect([await codeFor(old), await codeFor(renewed)]).toEqual([0, 0]);
    nowMs += 30 * MINUTE_MS;
    expect([await codeFor(old), await codeFor(renewed)]).toEqual([99991663, 0]);
  });

  test('of the tenant become invalid when revoked, and the next request returns a new one', async () => {
    await start();
    const revoked = await client.tenantToken();
    emulator.revokeTenantTokens();
    expect(await codeFor(revoked)).toBe(99991663);
    expect(await codeFor(await client.tenantToken())).toBe(0);
  });

  test('of a user expire with a code of their own', async () => {
    await start();
    const token = emulator.issueUserToken(at(emulator.people, 0), { lifeSeconds: 60 });
    nowMs += MINUTE_MS - 1;
    expect(await codeFor(token)).toBe(0);
    nowMs += 1;
    expect(await codeFor(token)).toBe(99991677);
  });

  test('of users are issued at the start for the named people', async () => {
    await start();
    const userTokens = openIds(emulator.people, 2);
    await emulator.close();
    await start({ userTokens });
    expect(emulator.userTokens.map(({ openId }) => openId)).toEqual(userTokens);
    for (const { openId, token } of emulator.userTokens) {
      const info = await client.get(USER_INFO_PATH, token);
      expect(info.body.data['open_id']).toBe(openId);
    }
    expect(new Set(emulator.userTokens.map(({ token }) => token)).size).toBe(2);
  });

  test('of a user stay valid when those of the tenant are revoked', async () => {
    await start();
    const token = emulator.issueUserToken(at(emulator.people, 0));
    emulator.revokeTenantTokens();
    expect(await codeFor(token)).toBe(0);
  });

  test('that were never issued are told apart by their prefix', async () => {
    await start();
    expect(await codeFor('t-never')).toBe(99991663);
    expect(await codeFor('u-never')).toBe(99991668);
    expect(await codeFor('eyJhbGciOi')).toBe(99991663);
  });

  test.each([
    ['missing', undefined, 99991661],
    ['without Bearer', 't-123', 99991671],
    ['of another scheme', 'Basic t-123', 99991671],
    ['empty', 'Bearer ', 99991671],
  ])('are refused when %s', async (_what, authorization, code) => {
    await start();
    const headers = {
      'content-type': 'application/json',
      ...(authorization !== undefined && { authorization }),
    };
    const { status, body } = await client.send(USER_LIST_PATH, {
      method: 'POST',
      headers,
      body: '{}',
    });
    expect({ status, code: body.code }).toEqual({ status: 400, code });
    expect(at(emulator.calls, 0).tokenKind).toBe('none');
  });

  test.each([200, 400, 401] as const)('fail under status %d as an option', async (status) => {
    await start({ tokenErrorStatus: status });
    const ids = openIds(emulator.people, 1);
    const answer = await client.findByUserList({ user_id_lists: ids }, { token: 't-never' });
    expect(answer.status).toBe(status);
  });

  test('are refused for a wrong app ID or a wrong secret', async () => {
    await start();
    const wrongSecret = await client.fetchToken(EMULATOR_APP_ID, 'guess');
    const wrongId = await client.fetchToken('cli_other');
    expect([wrongSecret.body.code, wrongId.body.code]).toEqual([99991543, 99991543]);
    expect(wrongSecret.body.tenant_access_token).toBeUndefined();
  });
});
