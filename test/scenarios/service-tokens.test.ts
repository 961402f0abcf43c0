import { bearer, sha256 } from '../support/clients';
import { startGateway, type TestGateway } from '../support/gateway';

let gateway: TestGateway;
afterEach(() => gateway.close());

const OLD = 'old-token-4c1d';
const NEW = 'new-token-77aa';
const OTHER = 'other-token-0b3e';

async function start(tokens: string) {
  gateway = await startGateway({ env: { AUTH_ANONYMOUS: '', AUTH_SERVICE_TOKENS: tokens } });
}

async function read(token: string) {
  const ids = [gateway.person(0).openId, gateway.person(1).openId];
  const { status, data } = await gateway.readTasks(ids, bearer(token));
  return { status, data };
}

test('A service reads all users with its token, and may have two tokens while it replaces one', async () => {
  await start(
    `reports:${sha256(OLD)}, reports:${sha256(NEW)}:all, bot:${sha256(OTHER).toUpperCase()}`,
  );
  for (const token of [OLD, NEW, OTHER]) {
    expect(await read(token)).toMatchObject({ status: 200, data: { users: [{}, {}] } });
  }
  await gateway.close();

  await start(`reports:${sha256(NEW)}`);
  expect((await read(OLD)).status).toBe(401);
  expect((await read(NEW)).status).toBe(200);
});

test('Neither the digest of a token nor a part of it is accepted', async () => {
  await start(`reports:${sha256(OLD)}`);
  const tries = [sha256(OLD), OLD.slice(0, -1), `${OLD}x`, OLD.toUpperCase()];
  for (const token of tries) expect((await read(token)).status).toBe(401);
  expect(gateway.emulator.calls).toEqual([]);
});
