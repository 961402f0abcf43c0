import { createServer, type Server } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import * as lark from '@larksuiteoapi/node-sdk';
import {
  type Emulator,
  EMULATOR_APP_ID,
  EMULATOR_APP_SECRET,
  type EmulatorOptions,
  startEmulator,
} from '../../../src/emulator/emulator';
import { until } from '../../support/until';
import { at, rawClient, type RawClient, SEMESTERS_PATH, USER_LIST_PATH } from './raw-client';

const APP_TOKEN_PATH = '/open-apis/auth/v3/app_access_token';
const TENANT_TOKEN_PATH = '/open-apis/auth/v3/tenant_access_token';
const RESEND_PATH = '/open-apis/auth/v3/app_ticket/resend';
const ENCRYPT_KEY = 'key-of-the-events';
const APP = { app_id: EMULATOR_APP_ID, app_secret: EMULATOR_APP_SECRET };

/** A webhook with the dispatcher of Feishu's official SDK, which checks signatures and decrypts. */
class SdkWebhook {
  readonly events: Record<string, unknown>[] = [];
  readonly #server: Server;
  /** The status of the next answers; then 200. */
  readonly statuses: number[] = [];

  constructor(encryptKey: string) {
    const silent = () => undefined;
    const logger = { error: silent, warn: silent, info: silent, debug: silent, trace: silent };
    const note = (event: Record<string, unknown>) => this.events.push(event);
    const dispatcher = new lark.EventDispatcher({ encryptKey, logger }).register({
      app_ticket: note,
      'performance.stage_task.open_result_v2': note,
      'performance.review_data.changed_v2': note,
    });
    this.#server = createServer((request, response) => {
      let text = '';
      request.on('data', (chunk: Buffer) => (text += chunk.toString()));
      request.on('end', () => {
        const status = this.statuses.shift() ?? 200;
        if (status !== 200) {
          response.writeHead(status).end();
          return;
        }
        // The SDK finds the headers in the prototype, and signs the other fields.
        const headers: unknown = Object.create({ headers: request.headers });
        const data: unknown = Object.assign(headers as object, JSON.parse(text));
        void dispatcher.invoke(data).then(() => response.end('{}'));
      });
    });
  }

  async start(): Promise<string> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/`;
  }

  close(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }
}

let emulator: Emulator;
let client: RawClient;
let webhook: SdkWebhook;
beforeEach(() => {
  webhook = new SdkWebhook(ENCRYPT_KEY);
});
afterEach(async () => {
  await emulator.close();
  webhook.close();
});

async function start(options: EmulatorOptions = {}): Promise<void> {
  emulator = await startEmulator({
    ...{ appType: 'store', tenants: 200, people: 50, encryptKey: ENCRYPT_KEY },
    webhookUrl: await webhook.start(),
    ...options,
  });
  client = rawClient(emulator);
}

async function receiveTicket(): Promise<unknown> {
  const before = webhook.events.length;
  expect((await client.post(RESEND_PATH, APP)).body.code).toBe(0);
  await until(() => webhook.events.length > before);
  return webhook.events.at(-1)?.['app_ticket'];
}

interface Tokens {
  app_access_token?: string;
  tenant_access_token?: string;
  code: number;
}
const body = async (path: string, fields: object) =>
  (await client.post(path, fields)).body as unknown as Tokens;

async function appToken(): Promise<string> {
  const app_ticket = await receiveTicket();
  return (await body(APP_TOKEN_PATH, { ...APP, app_ticket })).app_access_token ?? '';
}

const tenantToken = (app_access_token: string, tenant_key: string) =>
  body(TENANT_TOKEN_PATH, { app_access_token, tenant_key });

test('A store app gets the token of each company by ticket, and with it that company alone', async () => {
  await start();
  const app = await appToken();
  const found: string[] = [];
  for (const key of emulator.tenantKeys) {
    const { tenant_access_token: token } = await tenantToken(app, key);
    const { people, semesters } = emulator.tenant(key);
    const answer = await client.post(
      USER_LIST_PATH,
      { semester_id: semesters.at(-1)?.id, user_id_lists: people.map(({ openId }) => openId) },
      token,
    );
    found.push(...answer.body.data.items.map(({ user_id }) => user_id));
  }

  expect(emulator.tenantKeys).toHaveLength(200);
  expect(new Set(found).size).toBe(found.length);
  expect(found.length).toBeGreaterThan(200 * 50 * 0.9);
  const [first = '', second = ''] = emulator.tenantKeys;
  const { tenant_access_token: foreign } = await tenantToken(app, second);
  const semester_id = emulator.tenant(first).semesters.at(-1)?.id;
  const refused = await client.post(
    USER_LIST_PATH,
    { semester_id, user_id_lists: [at(emulator.people, 0).openId] },
    foreign,
  );
  expect(refused.body.code).toBe(1580102);
});

test('The data of a company is the same after it was forgotten, and the first one is that of a custom app', async () => {
  await start({ people: 40_000, tenants: 3 });
  const [, second = '', third = ''] = emulator.tenantKeys;
  const before = emulator.tenant(second);
  const others = [emulator.tenant(third), emulator.tenant(emulator.tenantKey)];
  const after = emulator.tenant(second);

  expect(after).not.toBe(before);
  expect(others).toHaveLength(2);
  expect([after.people[7], after.semesters]).toEqual([before.people[7], before.semesters]);
  const custom = await startEmulator();
  expect(custom.people).toEqual(emulator.people.slice(0, 2_000));
  expect(custom.tenantKey).toBe(emulator.tenantKey);
  await custom.close();
});

test('Each company has a quota of its own', async () => {
  await start({ semesterQuotaCalls: 1 });
  const app = await appToken();
  const [first = '', second = ''] = emulator.tenantKeys;
  const codes: number[] = [];
  for (const key of [first, first, second, second]) {
    const { tenant_access_token: token } = await tenantToken(app, key);
    codes.push((await client.get(SEMESTERS_PATH, token)).body.code);
  }

  expect(codes).toEqual([0, 99991400, 0, 99991400]);
  expect(emulator.callsOf('semesters').map(({ tenantKey }) => tenantKey)).toEqual([
    ...[first, first, second, second],
  ]);
});

test('Each step is refused with its code', async () => {
  await start();
  const key = emulator.tenantKey;
  const codeOf = async (path: string, fields: object) => (await body(path, fields)).code;
  const app_ticket = await receiveTicket();

  expect(await codeOf(RESEND_PATH, { ...APP, app_secret: 'guess' })).toBe(99991543);
  expect(await codeOf(APP_TOKEN_PATH, { ...APP, app_ticket: 'guess' })).toBe(10012);
  expect(await codeOf(APP_TOKEN_PATH, { ...APP, app_secret: 'guess', app_ticket })).toBe(99991543);
  expect(await codeOf(TENANT_TOKEN_PATH, { app_access_token: 'a-1', tenant_key: key })).toBe(
    99991664,
  );
  const app = await appToken();
  expect(await codeOf(TENANT_TOKEN_PATH, { app_access_token: app, tenant_key: 'unknown' })).toBe(
    99991673,
  );
  expect((await client.fetchToken()).body.code).toBe(99991543);
  emulator.revokeAppToken();
  expect((await tenantToken(app, key)).code).toBe(99991664);
  emulator.revokeTickets();
  expect(await codeOf(APP_TOKEN_PATH, { ...APP, app_ticket })).toBe(10012);
});

test('A company that has uninstalled the app is refused, its old token too, and no other company', async () => {
  await start();
  const app = await appToken();
  const [gone = '', other = ''] = emulator.tenantKeys;
  const { tenant_access_token: token } = await tenantToken(app, gone);
  emulator.uninstall(gone);

  expect((await client.get(SEMESTERS_PATH, token)).body.code).toBe(99991673);
  expect((await tenantToken(app, gone)).code).toBe(99991673);
  expect((await tenantToken(app, other)).code).toBe(0);
  emulator.install(gone);
  expect((await client.get(SEMESTERS_PATH, token)).body.code).toBe(0);
});

test.each([
  ['performance.review_data.changed_v2', 'stage_changes'],
  ['performance.stage_task.open_result_v2', 'open_time'],
] as const)('The official SDK reads the event %s', async (type, field) => {
  await start();
  const [, key = ''] = emulator.tenantKeys;
  const { people, semesters } = emulator.tenant(key);
  emulator.sendReviewEvent({ type, tenantKey: key, people: people.slice(0, 2) });
  await until(() => webhook.events.length === 1);

  expect(webhook.events[0]).toMatchObject({
    event_type: type,
    tenant_key: key,
    app_id: EMULATOR_APP_ID,
    items: people.slice(0, 2).map(({ openId, unionId, userId }) => ({
      user_id: { open_id: openId, union_id: unionId, user_id: userId },
      semester_id: semesters.at(-1)?.id,
      [field]: expect.anything() as unknown,
    })),
  });
});

test('An event is repeated with the same ID until the webhook acknowledges it', async () => {
  await start({ eventRetrySeconds: [0.01, 0.01, 0.01] });
  webhook.statuses.push(500, 401);
  emulator.sendReviewEvent({ people: emulator.people.slice(0, 1) });
  await until(() => webhook.events.length === 1);
  await until(() => emulator.deliveries.length === 3);

  expect(emulator.deliveries.map(({ status }) => status)).toEqual([500, 401, 200]);
  expect(new Set(emulator.deliveries.map(({ id }) => id)).size).toBe(1);
});

test('Without an encrypt key, an event is plain and has the verification token', async () => {
  webhook = new SdkWebhook('');
  await start({ encryptKey: '', verificationToken: 'verify-me' });
  emulator.sendReviewEvent({ people: emulator.people.slice(0, 1) });
  await until(() => webhook.events.length === 1);

  expect(webhook.events[0]).toMatchObject({ token: 'verify-me', schema: '2.0' });
});
