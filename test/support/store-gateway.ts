import type { Emulator, Person } from '../../src/emulator/emulator';
import { bearer, ROUTER_SECRET, sha256 } from './clients';
import { freePort } from './free-port';
import { startGateway, type TestGateway } from './gateway';
import type { TestIssuer } from './issuer';

const VERIFICATION_TOKEN = 'verification-token';
const ENCRYPT_KEY = 'key-of-the-events';
const tokenOf = (tenantKey: string) => `svc-token-of-${tenantKey}`;

/** The gateway of a store app that three companies have installed, with every way in. */
export async function startStoreGateway(
  issuer: TestIssuer,
  env: Record<string, string> = {},
): Promise<TestGateway> {
  const port = await freePort();
  // The keys depend on the seed only, so a first look at them finds those of the gateway's emulator.
  const tenantKeys = await keysOfTenants();
  return startGateway({
    emulator: {
      ...PLATFORM,
      webhookUrl: `http://127.0.0.1:${port}/webhooks/feishu`,
      verificationToken: VERIFICATION_TOKEN,
      encryptKey: ENCRYPT_KEY,
    },
    env: {
      PORT: String(port),
      FEISHU_APP_TYPE: 'store',
      FEISHU_EVENT_VERIFICATION_TOKEN: VERIFICATION_TOKEN,
      FEISHU_EVENT_ENCRYPT_KEY: ENCRYPT_KEY,
      AUTH_ANONYMOUS: '',
      AUTH_SERVICE_TOKENS: tenantKeys
        .map((key, i) => `reports-${i}:${sha256(tokenOf(key))}@${key}`)
        .join(','),
      AUTH_FEISHU_USERS: 'on',
      AUTH_FEISHU_TENANT_KEY: '',
      AUTH_ROUTER_SECRET: ROUTER_SECRET,
      AUTH_ROUTER_ALL_SCOPE: 'tasks:all',
      ...issuer.env,
      ...env,
    },
  });
}

const PLATFORM = { appType: 'store', tenants: 3, people: 40 } as const;

async function keysOfTenants(): Promise<readonly string[]> {
  const { startEmulator } = await import('../../src/emulator/emulator.js');
  const emulator = await startEmulator(PLATFORM);
  await emulator.close();
  return emulator.tenantKeys;
}

export interface TenantClient {
  readonly name: string;
  readonly tenantKey: string;
  /** Whether it may read every user of its company, or only itself. */
  readonly grant: 'all' | 'self';
  readonly headers: Record<string, string>;
}

/** Clients of one company that authenticate in each way, acting for its first person. */
export async function clientsOf(
  tenantKey: string,
  emulator: Emulator,
  issuer: TestIssuer,
): Promise<TenantClient[]> {
  const [person] = emulator.tenant(tenantKey).people as [Person];
  const { openId: sub } = person;
  const claims = { sub, tenant_key: tenantKey };
  const router = { 'x-router-secret': ROUTER_SECRET, 'x-user-id': sub, 'x-tenant-key': tenantKey };
  const client = (
    name: string,
    grant: TenantClient['grant'],
    headers: Record<string, string>,
  ): TenantClient => ({ name, tenantKey, grant, headers });
  return [
    client('a service', 'all', bearer(tokenOf(tenantKey))),
    client('a JWT', 'self', bearer(await issuer.sign(claims))),
    client('a JWT with the scope', 'all', {
      ...bearer(await issuer.sign({ ...claims, scope: issuer.allScope })),
    }),
    client('the router', 'self', router),
    client('the router with the scope', 'all', { ...router, 'x-user-scopes': 'tasks:all' }),
    client('a Feishu token', 'self', bearer(emulator.issueUserToken(person, { tenantKey }))),
  ];
}
