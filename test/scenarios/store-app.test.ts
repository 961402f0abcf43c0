import { createServer, type AddressInfo } from 'node:net';
import { once } from 'node:events';
import { createApp, type App } from '../../src/app';
import { loadConfig } from '../../src/config';
import {
  EMULATOR_APP_ID,
  EMULATOR_APP_SECRET,
  startEmulator,
  type Emulator,
} from '../../src/emulator/emulator';
import { createLogger } from '../../src/observability/logger';
import { sha256 } from '../support/clients';
import { describeWithRedis } from '../support/describe-with-redis';
import { EVENT_ENV, EVENT_KEYS } from '../support/feishu-events';
import { startRedis, type TestRedis } from '../support/redis';
import { until } from '../support/until';

const COMPANIES = 4;
const PEOPLE = 60;
const READ = `query ($ids: [ID!]!, $semesterId: ID!) {
  users(ids: $ids) { stageTasks(semesterId: $semesterId) { user { id } } }
}`;

interface Answer {
  readonly data?: { users: { stageTasks: { user: { id: string } } | null }[] } | null;
  readonly errors?: {
    message: string;
    extensions: { code: string; upstream?: { code: number } };
  }[];
}

let emulator: Emulator;
let gateway: App;
let port: number;
let lines: string[];

/** A platform with some companies, whose webhook is the gateway. */
beforeEach(async () => {
  port = await freePort();
  lines = [];
  emulator = await startEmulator({
    ...{ appType: 'store', tenants: COMPANIES, people: PEOPLE, ...EVENT_KEYS },
    webhookUrl: `http://127.0.0.1:${port}/webhooks/feishu`,
    eventRetrySeconds: [0.05, 0.05],
  });
});
afterEach(async () => {
  await gateway.close();
  await emulator.close();
  expect(lines.join('')).not.toMatch(/Bearer|eyJ|emulator-secret|\b[at]-[0-9a-f]{40}/);
});

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port: free } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return free;
}

const tokenOf = (key: string) => `service-token-of-${key}`;

async function startGateway(env: Record<string, string> = {}): Promise<void> {
  const tokens = emulator.tenantKeys.map((key) => `svc-${key}:${sha256(tokenOf(key))}@${key}`);
  const config = loadConfig({
    PORT: String(port),
    FEISHU_APP_ID: EMULATOR_APP_ID,
    FEISHU_APP_SECRET: EMULATOR_APP_SECRET,
    FEISHU_BASE_URL: emulator.url,
    FEISHU_APP_TYPE: 'store',
    AUTH_SERVICE_TOKENS: tokens.join(','),
    CACHE_FRESH_SECONDS: '0',
    CACHE_STALE_SECONDS: '0',
    ...EVENT_ENV,
    ...env,
  });
  gateway = await createApp(config, {
    log: createLogger('debug', { write: (line) => lines.push(line) }),
  });
}

/** Asks for the first people of a company, by default as that company. */
async function ask(key: string, as = key): Promise<Answer> {
  const { people, semesters } = emulator.tenant(key);
  const variables = {
    ids: people.slice(0, 5).map(({ openId }) => openId),
    semesterId: semesters.at(-1)?.id,
  };
  const response = await fetch(`${gateway.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${tokenOf(as)}` },
    body: JSON.stringify({ query: READ, variables }),
  });
  return (await response.json()) as Answer;
}

const idsIn = ({ data }: Answer) =>
  (data?.users ?? []).flatMap(({ stageTasks }) => stageTasks?.user.id ?? []);
const callsOf = (api: Parameters<Emulator['callsOf']>[0]) => emulator.callsOf(api).length;

test('A gateway without a ticket gets one by its webhook, and answers each company with its own people', async () => {
  await startGateway();
  const answers = await Promise.all(emulator.tenantKeys.map((key) => ask(key)));

  expect(answers.flatMap(({ errors }) => errors ?? [])).toEqual([]);
  emulator.tenantKeys.forEach((key, i) => {
    const own = new Set(emulator.tenant(key).people.map(({ openId }) => openId));
    const ids = idsIn(answers[i] ?? {});
    expect(ids.length).toBeGreaterThan(3);
    expect(ids.every((id) => own.has(id))).toBe(true);
  });
  expect([callsOf('app_ticket'), callsOf('app_token'), callsOf('tenant_token')]).toEqual([
    ...[1, 1, COMPANIES],
  ]);
  expect(emulator.deliveries.map(({ type, status }) => [type, status])).toEqual([
    ['app_ticket', 200],
  ]);
});

test('A gateway asks for its ticket when it starts, before any client asks it', async () => {
  await startGateway();
  await until(() => lines.join('').includes('app ticket received'));

  expect([callsOf('app_ticket'), callsOf('app_token')]).toEqual([1, 0]);
});

test('No company sees people or cycles of another one', async () => {
  await startGateway();
  const [first = '', second = ''] = emulator.tenantKeys;
  await ask(first);
  const foreign = await ask(first, second);

  expect(idsIn(foreign)).toEqual([]);
  expect(emulator.callsOf('find_by_user_list').map(({ tenantKey }) => tenantKey)).not.toContain(
    emulator.tenantKeys[2],
  );
});

test('A revoked ticket and a revoked app token are replaced once, and no operation fails', async () => {
  await startGateway();
  const [first = '', second = '', third = ''] = emulator.tenantKeys;
  await ask(first);
  emulator.revokeAppToken();
  expect((await ask(second)).errors).toBeUndefined();
  emulator.revokeAppToken();
  emulator.sendTicket();
  await until(() => emulator.deliveries.length === 2);
  expect((await ask(third)).errors).toBeUndefined();

  expect([callsOf('app_ticket'), callsOf('app_token')]).toEqual([1, 3]);
});

test('A company that has uninstalled the app is told so at one call, and no other company notices', async () => {
  await startGateway();
  const [gone = '', other = ''] = emulator.tenantKeys;
  await ask(gone);
  emulator.uninstall(gone);
  emulator.clearCalls();
  const [first, second, ofOther] = [await ask(gone), await ask(gone), await ask(other)];

  for (const answer of [first, second]) {
    expect(answer.errors?.[0]).toMatchObject({
      message: 'The app is not installed in this company, or is disabled there.',
      extensions: { code: 'UPSTREAM_PERMISSION_DENIED', upstream: { code: 99991673 } },
    });
  }
  expect(emulator.calls.filter(({ tenantKey }) => tenantKey === gone)).toHaveLength(1);
  expect(ofOther.errors).toBeUndefined();
});

test('A review event of the platform reaches the gateway, and is acknowledged', async () => {
  await startGateway();
  const [key = ''] = emulator.tenantKeys;
  await ask(key);
  emulator.sendReviewEvent({ tenantKey: key, people: emulator.tenant(key).people.slice(0, 2) });
  await until(() => emulator.deliveries.length === 2);

  expect(emulator.deliveries.map(({ status }) => status)).toEqual([200, 200]);
  const metrics = await (await fetch(`${gateway.url}/metrics`)).text();
  expect(metrics).toContain('gateway_webhook_requests_total{outcome="handled"} 2');
});

describeWithRedis('with Redis', () => {
  let redis: TestRedis;
  beforeAll(async () => {
    redis = await startRedis();
  });
  afterAll(() => redis.close());

  test('A gateway that starts again finds its ticket, and asks for none', async () => {
    await startGateway({ REDIS_URL: redis.url });
    const [key = ''] = emulator.tenantKeys;
    await ask(key);
    await gateway.close();
    emulator.clearCalls();
    await startGateway({ REDIS_URL: redis.url });

    expect((await ask(key)).errors).toBeUndefined();
    expect([callsOf('app_ticket'), callsOf('app_token')]).toEqual([0, 1]);
    expect(emulator.deliveries).toHaveLength(1);
  });
});
