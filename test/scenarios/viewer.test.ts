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

const self = () => gateway.person(0);

async function view(fields: string, headers: Record<string, string>) {
  const { data, codes } = await gateway.query<{ viewer: object }, object>(
    `{ viewer { ${fields} } }`,
    {},
    headers,
  );
  return data ? data.viewer : codes;
}

const tasks = () => `stageTasks(semesterId: "${gateway.semesterId}") { id }`;

describe.each(KEYS)('Where users are keyed by %s', (key) => {
  test('the viewer has this key by each kind of credentials that names it', async () => {
    await start(key);
    const { openId, unionId, userId } = self();
    const feishuToken = bearer(gateway.emulator.issueUserToken(self()));
    expect(await view(`${key} ${tasks()}`, feishuToken)).toEqual({
      [key]: { id: openId, openId, unionId, userId }[key],
      stageTasks: { id: expect.any(String) },
    });

    const id = { id: unionId, openId, unionId, userId }[key];
    const router = { 'x-router-secret': ROUTER_SECRET, 'x-user-id': id };
    for (const headers of [bearer(await issuer.sign({ sub: id })), router]) {
      expect(await view(key, headers)).toEqual({ [key]: id });
    }
    expect(await view(key, bearer(SERVICE_TOKEN))).toEqual(['FORBIDDEN']);
  });
});

test('A viewer with an ID of another type has no key, but has tasks', async () => {
  await start('unionId');
  const token = bearer(await issuer.sign({ sub: self().openId }));

  expect(await view('unionId', token)).toEqual(['BAD_USER_INPUT']);
  expect(await view(tasks(), token)).toEqual({ stageTasks: { id: expect.any(String) } });
});
