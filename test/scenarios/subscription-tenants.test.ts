import { CHANGES, openEventStream } from '../support/event-stream';
import type { TestGateway } from '../support/gateway';
import { startIssuer, type TestIssuer } from '../support/issuer';
import { clientsOf, startStoreGateway, type TenantClient } from '../support/store-gateway';

let issuer: TestIssuer;
let gateway: TestGateway;
beforeAll(async () => {
  issuer = await startIssuer();
  gateway = await startStoreGateway(issuer, {
    CACHE_FRESH_SECONDS: '600',
    CACHE_STALE_SECONDS: '600',
  });
});
afterAll(async () => {
  await gateway.close();
  await issuer.close();
});

function targetOf(tenantKey: string) {
  const { people, semesters } = gateway.emulator.tenant(tenantKey);
  return { semesterId: semesters.at(-1)?.id ?? '', userIds: [people[0]?.openId ?? ''] };
}

/** A change is the first answer for a company that remembers none. */
async function readNow(
  { headers }: TenantClient,
  { semesterId, userIds }: ReturnType<typeof targetOf>,
) {
  const query = `{ semester(id: "${semesterId}") { userStageTasks(userIds: ["${userIds[0] ?? ''}"], maxAgeSeconds: 0) { id } } }`;
  expect((await gateway.query(query, {}, headers)).codes).toEqual([]);
}

test('A stream shows its own company, and no client’s stream shows a user of another one', async () => {
  const { tenantKeys } = gateway.emulator;
  const all = await Promise.all(tenantKeys.map((key) => clientsOf(key, gateway.emulator, issuer)));
  const clients = all.flat();
  for (const tenantKey of tenantKeys) {
    const variables = targetOf(tenantKey);
    const [userId = ''] = variables.userIds;
    const others = clients.filter((client) => client.tenantKey !== tenantKey);
    const open = ({ headers }: TenantClient) =>
      openEventStream(gateway.url, { query: CHANGES, variables }, headers);
    const foreign = await Promise.all(others.map(open));
    const [owner] = clients.filter((one) => one.tenantKey === tenantKey && one.grant === 'all');
    if (!owner) throw new Error('clients: expected a service of each company');
    const own = await open(owner);
    await readNow(owner, variables);
    const [first] = await own.received(1);

    expect(first?.data?.data?.userStageTasksChanged.user.id).toBe(userId);
    const shown = foreign.flatMap(({ events }) => events.flatMap(({ data }) => data?.data ?? []));
    expect(shown).toEqual([]);
    expect(foreign.length).toBeGreaterThan(3);
    for (const stream of [...foreign, own]) stream.close();
  }
}, 60_000);
