import { bearer, everyWayIn, ROUTER_SECRET, SERVICE_TOKEN } from '../support/clients';
import { startGateway, type TestGateway } from '../support/gateway';
import { startIssuer, type TestIssuer } from '../support/issuer';

let issuer: TestIssuer;
let gateway: TestGateway;
beforeEach(async () => {
  issuer = await startIssuer();
});
afterEach(async () => {
  await gateway.close();
  await issuer.close();
});

const KEYS = ['id', 'openId', 'unionId', 'userId'] as const;
type Key = (typeof KEYS)[number];

const start = async (FEDERATION_USER_KEY: Key) => {
  gateway = await startGateway({ env: { ...everyWayIn(issuer), FEDERATION_USER_KEY } });
};

const self = () => {
  const [person] = gateway.emulator.people;
  if (!person) throw new Error('an emulator: expected people, got none');
  return person;
};

async function view(fields: string, headers: Record<string, string>) {
  const { data, errors } = await gateway.query<{ viewer: object }, object>(
    `{ viewer { ${fields} } }`,
    {},
    headers,
  );
  return data ? data.viewer : errors.map(({ extensions }) => extensions.code);
}

const tasks = () => `stageTasks(semesterId: "${gateway.semesterId}") { id }`;

test.each(KEYS)('Where people are keyed by %s, a user of Feishu is named by it', async (key) => {
  await start(key);
  const { openId, unionId, userId } = self();
  const token = bearer(gateway.emulator.issueUserToken(self()));

  expect(await view(`${key} ${tasks()}`, token)).toEqual({
    [key]: { id: openId, openId, unionId, userId }[key],
    stageTasks: { id: expect.any(String) },
  });
});

test.each(KEYS)('Where people are keyed by %s, whose ID is of that type is named', async (key) => {
  await start(key);
  const { openId, unionId, userId } = self();
  const id = { id: unionId, openId, unionId, userId }[key];
  const router = { 'x-router-secret': ROUTER_SECRET, 'x-user-id': id };

  for (const headers of [bearer(await issuer.sign({ sub: id })), router]) {
    expect(await view(key, headers)).toEqual({ [key]: id });
  }
  expect(await view(key, bearer(SERVICE_TOKEN))).toEqual(['FORBIDDEN']);
});

test('Who is known by another type only has no value for the key, and their tasks all the same', async () => {
  await start('unionId');
  const token = bearer(await issuer.sign({ sub: self().openId }));

  expect(await view('unionId', token)).toEqual(['BAD_USER_INPUT']);
  expect(await view(tasks(), token)).toEqual({ stageTasks: { id: expect.any(String) } });
});
