import { SummaryDocument } from '../generated/operations';
import { everyClient, everyWayIn, type TestClient } from '../support/clients';
import { startGateway, type TestGateway } from '../support/gateway';
import { startIssuer, type TestIssuer } from '../support/issuer';

let issuer: TestIssuer;
let gateway: TestGateway;
let clients: TestClient[];
beforeAll(async () => {
  issuer = await startIssuer();
  const cache = { CACHE_FRESH_SECONDS: '600', CACHE_STALE_SECONDS: '600' };
  gateway = await startGateway({ env: { ...everyWayIn(issuer), ...cache } });
  clients = await everyClient(gateway, issuer);
});
afterAll(async () => {
  await gateway.close();
  await issuer.close();
});

const SELF = 0;
/** A manager's report is one of them. */
const OTHERS = [1, 2];
const REPORT = 1;

async function summarize({ headers }: TestClient, indexes: readonly number[]) {
  const userIds = indexes.map((index) => gateway.person(index).openId);
  gateway.emulator.clearCalls();
  const variables = { semesterId: gateway.semesterId, userIds };
  const { data, errors } = await gateway.query(SummaryDocument, variables, headers);
  const asked = gateway.emulator.callsOf('find_by_user_list').flatMap((call) => call.userIds ?? []);
  const codes = errors.map(({ extensions, path }) => [extensions.code, path?.join('.')]);
  return { summary: data?.semester?.summary, codes, asked };
}

const ofGrant = (grant: TestClient['grant']) => clients.filter((client) => client.grant === grant);
const FORBIDDEN = [['FORBIDDEN', 'semester.summary']];

test('A summary counts no task of a user whom the client may not read, cached or not', async () => {
  const [service] = ofGrant('all');
  if (!service) throw new Error('clients: expected one that reads all users');
  const { summary: own } = await summarize(service, [SELF]);
  // From here on, the tasks of all three are cached.
  const { summary: all } = await summarize(service, [SELF, ...OTHERS]);
  expect(all?.todo).not.toBe(own?.todo);

  for (const client of ofGrant('self')) {
    const mixed = await summarize(client, [SELF, ...OTHERS]);
    expect([client.name, mixed]).toEqual([
      client.name,
      { summary: { ...own, users: 3, usersFailed: 2 }, codes: FORBIDDEN, asked: [] },
    ]);
    expect(await summarize(client, [SELF])).toEqual({ summary: own, codes: [], asked: [] });
  }
  const { summary: both } = await summarize(service, [SELF, REPORT]);
  for (const client of ofGrant('listed')) {
    const mixed = await summarize(client, [SELF, ...OTHERS]);
    expect([client.name, mixed]).toEqual([
      client.name,
      { summary: { ...both, users: 3, usersFailed: 1 }, codes: FORBIDDEN, asked: [] },
    ]);
  }
});

test('A client that may read no user of a summary gets none, and causes no call', async () => {
  const refused = [...ofGrant('self'), ...ofGrant('listed'), ...ofGrant('none')];
  expect(refused.length).toBeGreaterThan(2);
  for (const client of refused) {
    // These people are in no cache.
    const answer = await summarize(client, [10, 11]);
    expect([client.name, answer]).toEqual([
      client.name,
      { summary: null, codes: FORBIDDEN, asked: [] },
    ]);
  }
});

test('A client that is not authenticated gets no summary', async () => {
  for (const client of ofGrant('out')) {
    expect(await summarize(client, [SELF])).toEqual({
      summary: undefined,
      codes: [['UNAUTHENTICATED', undefined]],
      asked: [],
    });
  }
});
