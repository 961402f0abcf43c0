import { bearer, ROUTER_SECRET, SERVICE_TOKEN, sha256 } from '../support/clients';
import { startGateway, type TestGateway } from '../support/gateway';

let gateway: TestGateway;
afterEach(() => gateway.close());

async function start(env: Record<string, string> = {}) {
  gateway = await startGateway({
    env: { AUTH_ANONYMOUS: '', AUTH_ROUTER_SECRET: ROUTER_SECRET, ...env },
  });
}

async function view(headers: Record<string, string>) {
  const { status, data } = await gateway.query<{ viewer: object }, object>(
    '{ viewer { id idType } }',
    {},
    headers,
  );
  return { status, viewer: data?.viewer };
}

const SECRET = { 'x-router-secret': ROUTER_SECRET };

test('The names of its headers are the operator’s to choose', async () => {
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
  expect(await view(headers)).toEqual({
    status: 200,
    viewer: { id: '6123', idType: 'PEOPLE_ADMIN_ID' },
  });
  expect((await view({ ...SECRET, 'x-user-id': 'ou_a' })).status).toBe(401);

  const other = gateway.emulator.people[1]?.openId ?? '';
  const { errors } = await gateway.query(
    `{ user(id: "${other}") { stageTasks(semesterId: "${gateway.semesterId}") { id } } }`,
    {},
    headers,
  );
  expect(errors).toEqual([]);
});

test('A user whom it names so that nobody can be meant is not let in, rather than read as nobody', async () => {
  await start();
  const bad = [
    { 'x-user-id': 'a b' },
    // As Node joins a header that came twice, such as the client’s own and the router’s.
    { 'x-user-id': 'ou_a, ou_b' },
    { 'x-user-id': 'a', 'x-user-id-type': 'EMAIL' },
    { 'x-user-id': 'a', 'x-user-id-type': 'open_id' },
    { 'x-user-id': 'a', 'x-user-id-type': 'OPEN_ID' },
    { 'x-user-id': 'x'.repeat(65) },
  ];
  for (const headers of bad) expect((await view({ ...SECRET, ...headers })).status).toBe(401);
});

test('Its word comes before a token that it passes on, also when that token may do more', async () => {
  await start({ AUTH_SERVICE_TOKENS: `reports:${sha256(SERVICE_TOKEN)}` });
  const [self, other] = gateway.emulator.people;
  const { errors } = await gateway.query(
    `{ user(id: "${other?.openId ?? ''}") { stageTasks(semesterId: "${gateway.semesterId}") { id } } }`,
    {},
    { ...SECRET, ...bearer(SERVICE_TOKEN), 'x-user-id': self?.openId ?? '' },
  );
  expect(errors.map(({ extensions }) => extensions.code)).toEqual(['FORBIDDEN']);
});

test('Without a user it may fetch the schema, which is all that composing a supergraph takes', async () => {
  await start();
  const { data, errors } = await gateway.query('{ _service { sdl } }', {}, SECRET);
  expect(errors).toEqual([]);
  expect(data).toMatchObject({ _service: { sdl: expect.stringContaining('type User') } });
});
