import { bearer, ROUTER_SECRET, SERVICE_TOKEN, sha256 } from '../support/clients';
import { startGateway, type TestGateway } from '../support/gateway';
import { viewerOf } from '../support/viewer';

let gateway: TestGateway;
afterEach(() => gateway.close());

async function start(env: Record<string, string> = {}) {
  gateway = await startGateway({
    env: { AUTH_ANONYMOUS: '', AUTH_ROUTER_SECRET: ROUTER_SECRET, ...env },
  });
}

const view = (headers: Record<string, string>) => viewerOf(gateway, headers);

const SECRET = { 'x-router-secret': ROUTER_SECRET };

test('The operator configures the names of the router’s headers', async () => {
  await start({
    AUTH_ROUTER_SECRET_HEADER: 'X-Gateway-Key',
    AUTH_ROUTER_USER_HEADER: 'X-Employee',
    AUTH_ROUTER_USER_ID_TYPE_HEADER: 'X-Employee-Kind',
    AUTH_ROUTER_SCOPES_HEADER: 'X-Scopes',
    AUTH_ROUTER_ALL_SCOPE: 'hr',
  });
  const headers = {
    'x-gateway-key': ROUTER_SECRET,
    'x-employee': '6123',
    'x-employee-kind': 'PEOPLE_ADMIN_ID',
    'x-scopes': 'a,hr',
  };
  expect(await view(headers)).toMatchObject({
    status: 200,
    viewer: { id: '6123', idType: 'PEOPLE_ADMIN_ID' },
  });
  expect((await view({ ...SECRET, 'x-user-id': 'ou_a' })).status).toBe(401);

  expect((await gateway.readTasks([gateway.person(1).openId], headers)).errors).toEqual([]);
});

test('A request of the router with an invalid user is refused, rather than accepted without a user', async () => {
  await start();
  const bad = [
    { 'x-user-id': 'a b' },
    // Node joins a repeated header like this, such as one of the client and one of the router.
    { 'x-user-id': 'ou_a, ou_b' },
    { 'x-user-id': 'a', 'x-user-id-type': 'EMAIL' },
    { 'x-user-id': 'a', 'x-user-id-type': 'open_id' },
    { 'x-user-id': 'a', 'x-user-id-type': 'OPEN_ID' },
    { 'x-user-id': 'x'.repeat(65) },
  ];
  for (const headers of bad) expect((await view({ ...SECRET, ...headers })).status).toBe(401);
});

test('The user that the router names takes precedence over a token with more permissions', async () => {
  await start({ AUTH_SERVICE_TOKENS: `reports:${sha256(SERVICE_TOKEN)}` });
  const { codes } = await gateway.readTasks([gateway.person(1).openId], {
    ...SECRET,
    ...bearer(SERVICE_TOKEN),
    'x-user-id': gateway.person(0).openId,
  });
  expect(codes).toEqual(['FORBIDDEN']);
});

test('The router may fetch the schema without a user, as it has to for composing a supergraph', async () => {
  await start();
  const { data, errors } = await gateway.query('{ _service { sdl } }', {}, SECRET);
  expect(errors).toEqual([]);
  expect(data).toMatchObject({ _service: { sdl: expect.stringContaining('type User') } });
});
