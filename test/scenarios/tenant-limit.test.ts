import { CHANGES } from '../support/event-stream';
import type { TestGateway } from '../support/gateway';
import { startIssuer, type TestIssuer } from '../support/issuer';
import { clientsOf, startStoreGateway, type TenantClient } from '../support/store-gateway';

let issuer: TestIssuer;
let gateway: TestGateway;
beforeAll(async () => {
  issuer = await startIssuer();
  gateway = await startStoreGateway(issuer, { MAX_TENANTS: '2' });
});
afterAll(async () => {
  await gateway.close();
  await issuer.close();
});

const QUERY = '{ upstreamQuota { callsLeft } }';

async function serviceOf(nth: number): Promise<TenantClient> {
  const tenantKey = gateway.emulator.tenantKeys[nth] ?? '';
  const [service] = await clientsOf(tenantKey, gateway.emulator, issuer);
  if (!service) throw new Error('clients: expected a service of the company');
  return service;
}

function post(path: string, headers: Record<string, string>, body: object) {
  return fetch(new URL(path, gateway.url), {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });
}

test('A company beyond the limit is told when to try again, at every entry point, and the others are served', async () => {
  for (const nth of [0, 1, 0]) {
    expect((await gateway.query(QUERY, {}, (await serviceOf(nth)).headers)).codes).toEqual([]);
  }
  const { headers } = await serviceOf(2);
  const target = { semesterId: '1', userIds: ['ou_1'] };
  const refused = [
    // Twice: the first operation of a document passes Apollo, the others the fast path.
    await post('/graphql', headers, { query: QUERY }),
    await post('/graphql', headers, { query: QUERY }),
    await post('/graphql/stream', headers, { query: CHANGES, variables: target }),
  ];
  for (const response of refused) {
    expect(response.status).toBe(429);
    expect(response.headers.get('retry-after')).toBe('10');
    expect(await response.json()).toEqual({
      errors: [
        {
          message: 'tenants: expected at most 2 companies at once, got more',
          extensions: { code: 'RATE_LIMITED', retryAfterMs: 10_000 },
        },
      ],
    });
  }
  expect(await gateway.metric('gateway_refusals_total{kind="tenant"}')).toBe(refused.length);
  expect((await gateway.query(QUERY, {}, (await serviceOf(1)).headers)).codes).toEqual([]);
});
