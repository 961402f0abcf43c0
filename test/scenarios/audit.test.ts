import { bearer, everyWayIn, SERVICE_TOKEN, sha256 } from '../support/clients';
import { openIds } from '../support/expected';
import { startGateway, type TestGateway } from '../support/gateway';
import { startIssuer, type TestIssuer } from '../support/issuer';
import { ManualClock } from '../support/manual-clock';

let issuer: TestIssuer;
let gateway: TestGateway;
const clock = new ManualClock(Date.now());
beforeEach(async () => {
  issuer = await startIssuer();
  gateway = await startGateway({ env: everyWayIn(issuer), clock });
});
afterEach(async () => {
  await gateway.close();
  await issuer.close();
});

const linesOf = (msg: string) => gateway.logs().filter((line) => line['msg'] === msg);
const metric = async (kind: string) => {
  const text = await (await fetch(`${gateway.url}/metrics`)).text();
  return Number(new RegExp(`gateway_refusals_total\\{kind="${kind}"\\} (\\d+)`).exec(text)?.[1]);
};

async function readAll(ids: readonly string[], token: string) {
  const { headers } = await gateway.query(
    `query($ids: [ID!]!) { users(ids: $ids) { stageTasks(semesterId: "${gateway.semesterId}") { id } } }`,
    { ids },
    bearer(token),
  );
  return headers.get('x-request-id');
}

test('An operation that is denied 300 users logs one line with principal, reason, count and ten of the users', async () => {
  const ids = openIds(gateway.emulator.people.slice(0, 301));
  const token = await issuer.sign({ sub: ids[0] ?? '' });
  const requestId = await readAll(ids, token);
  const [line, ...others] = linesOf('access denied');

  expect(others).toEqual([]);
  expect(line).toMatchObject({
    level: 40,
    requestId,
    principal: { kind: 'user', name: expect.stringMatching(/^OPEN_ID [0-9a-f]{12}$/) },
    reason: 'not-own',
    denied: 300,
  });
  expect(line?.['users']).toHaveLength(10);
  expect(new Set(line?.['users'] as string[]).size).toBe(10);
  expect(await metric('access')).toBe(1);
});

test('A person has the same name in the log as principal and as requested user', async () => {
  const [one = '', two = ''] = openIds(gateway.emulator.people.slice(0, 2));
  await readAll([two], await issuer.sign({ sub: one }));
  await readAll([one], await issuer.sign({ sub: two }));
  const [first, second] = linesOf('access denied') as unknown as {
    principal: { name: string };
    users: string[];
  }[];

  expect(first?.users).toEqual([second?.principal.name]);
  expect(second?.users).toEqual([first?.principal.name]);
});

test('Permitted access is not logged', async () => {
  await readAll(openIds(gateway.emulator.people.slice(0, 3)), SERVICE_TOKEN);
  expect(linesOf('access denied')).toEqual([]);
  expect(linesOf('credentials rejected')).toEqual([]);
});

test('Bad credentials log a line with authenticator and reason, at most 60 a minute', async () => {
  const expired = await issuer.sign({ sub: 'ou_a', exp: 1 });
  const post = (headers: Record<string, string>) => gateway.query('{ __typename }', {}, headers);
  await post(bearer(expired));
  expect(linesOf('credentials rejected')).toMatchObject([
    {
      level: 40,
      authenticator: 'jwt',
      reason: 'expired',
      client: sha256('127.0.0.1').slice(0, 12),
      requestId: expect.any(String),
    },
  ]);

  for (let i = 0; i < 99; i += 1) await post({ 'x-router-secret': 'wrong' });
  expect(linesOf('credentials rejected')).toHaveLength(60);
  expect(await metric('authentication')).toBe(100);

  clock.advance(60_000);
  await post({});
  expect(linesOf('credentials rejected').at(-1)).toMatchObject({
    authenticator: 'none',
    reason: 'no-credentials',
    unlogged: 40,
  });
  expect(gateway.logText()).not.toContain(expired);
});
