import { toUserStageTasksId } from '../../src/graphql/opaque-id';
import { bearer, ROUTER_SECRET } from '../support/clients';
import { ENTRY_POINTS, type EntryPoint, type Target } from '../support/entry-points';
import type { TestGateway } from '../support/gateway';
import { startIssuer, type TestIssuer } from '../support/issuer';
import { clientsOf, startStoreGateway, type TenantClient } from '../support/store-gateway';
import { until } from '../support/until';

/** Every entry point × every way to authenticate × the people of each company, remembered or not. */

const CACHE = { CACHE_FRESH_SECONDS: '600', CACHE_STALE_SECONDS: '600' };

let issuer: TestIssuer;
let gateway: TestGateway;
let tenantKeys: readonly string[];
let clients: TenantClient[];
beforeAll(async () => {
  issuer = await startIssuer();
  gateway = await startStoreGateway(issuer, CACHE);
  tenantKeys = gateway.emulator.tenantKeys;
  const ofEach = tenantKeys.map((key) => clientsOf(key, gateway.emulator, issuer));
  clients = (await Promise.all(ofEach)).flat();
});
afterAll(async () => {
  await gateway.close();
  await issuer.close();
});

function targetOf(tenantKey: string, index: number): Target {
  const { people, semesters } = gateway.emulator.tenant(tenantKey);
  const semesterId = semesters.at(-1)?.id ?? '';
  const openId = people[index]?.openId ?? '';
  const user = { id: openId, idType: 'OPEN_ID' as const };
  return { openId, semesterId, opaqueId: toUserStageTasksId({ user, semesterId, filter: {} }) };
}

const valueAt = (data: unknown, path: readonly (string | number)[]): unknown =>
  path.reduce<unknown>((value, key) => (value as Record<string, unknown> | null)?.[key], data);

async function ask(entry: EntryPoint, { headers }: TenantClient, target: Target) {
  const representation = entry.representation?.(target);
  const { data, codes } = await gateway.query(entry.query(target), { representation }, headers);
  return { value: valueAt(data, entry.path), codes };
}

/** Fills the memory of every company, so that a leak would have something to show. */
async function remember(target: Target, tenantKey: string): Promise<void> {
  const service = clients.find((one) => one.tenantKey === tenantKey && one.grant === 'all');
  const [entry] = ENTRY_POINTS;
  if (!service || !entry) throw new Error('no service');
  expect(await ask(entry, service, target)).toMatchObject({ codes: [] });
}

test('The companies have different people and keys', () => {
  expect(new Set(tenantKeys).size).toBe(3);
  const ids = tenantKeys.map((key) => targetOf(key, 0).openId);
  expect(new Set(ids).size).toBe(3);
});

describe.each(ENTRY_POINTS)('$name', (entry) => {
  test('shows each client its own company, and no client another one, remembered or not', async () => {
    for (const tenantKey of tenantKeys) await remember(targetOf(tenantKey, 0), tenantKey);
    for (const client of clients) {
      for (const tenantKey of tenantKeys) {
        const target = targetOf(tenantKey, 0);
        const { value, codes } = await ask(entry, client, target);
        if (tenantKey === client.tenantKey) {
          expect(value).toMatchObject({ user: { id: target.openId } });
          expect(codes).toEqual([]);
        } else expect(value ?? null).toBeNull();
      }
    }
  });
});

test('A call of one company names only its own people, also while several companies ask at once', async () => {
  gateway.emulator.clearCalls();
  const services = clients.filter(({ name }) => name === 'a service');
  await Promise.all(
    services.flatMap((service) =>
      Array.from({ length: 10 }, async (_, i) => {
        const target = targetOf(service.tenantKey, 10 + i);
        const query = `{ user(id: "${target.openId}") { stageTasks(semesterId: "${target.semesterId}") { id } } }`;
        expect((await gateway.query(query, {}, service.headers)).codes).toEqual([]);
      }),
    ),
  );
  const calls = gateway.emulator.callsOf('find_by_user_list');
  expect(calls.flatMap(({ userIds }) => userIds ?? [])).toHaveLength(30);
  for (const { userIds = [] } of calls) {
    const owners = tenantKeys.filter((key) => {
      const own = gateway.emulator.tenant(key).people.map(({ openId }) => openId);
      return userIds.some((id) => own.includes(id));
    });
    expect(owners).toHaveLength(1);
  }
});

test.each([
  ['a JWT without the claim', async () => bearer(await issuer.sign({ sub: 'ou_a' }))],
  [
    'a JWT whose claim is no key',
    async () => bearer(await issuer.sign({ sub: 'ou_a', tenant_key: 'a:b' })),
  ],
  [
    'the router without the header',
    () => Promise.resolve({ 'x-router-secret': ROUTER_SECRET, 'x-user-id': 'ou_a' }),
  ],
  ['no credentials', () => Promise.resolve({})],
])('%s is not authenticated', async (_, headers) => {
  const { status } = await gateway.query('{ __typename }', {}, await headers());
  expect(status).toBe(401);
});

test('The log and the metrics name the company', async () => {
  const [service] = clients;
  if (!service) throw new Error('no client');
  await gateway.query('query Named { __typename }', {}, service.headers);
  await until(() =>
    gateway
      .logs()
      .some((line) => line['operation'] === 'Named' && line['tenantKey'] === service.tenantKey),
  );
  expect(await gateway.metric('gateway_tenants')).toBe(3);
  const calls = await gateway.metric(`gateway_tenant_calls{tenant="${service.tenantKey}"}`);
  expect(calls).toBeGreaterThan(0);
});

test('A company that uninstalls the app is refused without a call each time, and no other one', async () => {
  const [gone = '', stays = ''] = tenantKeys;
  const of = (tenantKey: string) =>
    clients.find((one) => one.tenantKey === tenantKey && one.name === 'a service');
  const read = (tenantKey: string, index: number) => {
    const { openId, semesterId } = targetOf(tenantKey, index);
    const query = `{ user(id: "${openId}") { stageTasks(semesterId: "${semesterId}") { id } } }`;
    return gateway.query(query, {}, of(tenantKey)?.headers);
  };
  gateway.emulator.uninstall(gone);
  gateway.emulator.clearCalls();
  for (let i = 25; i < 30; i += 1) {
    expect((await read(gone, i)).codes).toEqual(['UPSTREAM_PERMISSION_DENIED']);
    expect((await read(stays, i)).codes).toEqual([]);
  }
  const refused = gateway.emulator.calls.filter(({ status }) => status !== 200);
  expect(refused.length).toBeLessThanOrEqual(2);
});
