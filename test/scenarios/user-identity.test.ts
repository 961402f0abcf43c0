import {
  EMULATOR_APP_ID,
  EMULATOR_APP_SECRET,
  startEmulator,
  type Emulator,
} from '../../src/emulator/emulator';
import { Secret } from '../../src/domain/secret';
import { createAppCredentials } from '../../src/feishu/app-credentials';
import { createFeishuClient } from '../../src/feishu/feishu-client';
import { createFeishuSource } from '../../src/feishu/feishu.source';
import type { StageTaskQuery, StageTaskSource } from '../../src/feishu/ports';
import { createTransport, type Transport } from '../../src/feishu/transport';
import { createLogger } from '../../src/observability/logger';
import { systemClock } from '../../src/system-clock';

let emulator: Emulator;
let transport: Transport;
let source: StageTaskSource;

beforeEach(async () => {
  emulator = await startEmulator();
  transport = createTransport(emulator.url);
  const clock = systemClock;
  const log = createLogger('silent');
  const client = createFeishuClient({
    transport,
    clock,
    log,
    random: Math.random,
    onAttempt: () => undefined,
  });
  const feishuApp = { appId: EMULATOR_APP_ID, appSecret: new Secret(EMULATOR_APP_SECRET) };
  const accounts = undefined;
  const app = createAppCredentials({ client, accounts, app: feishuApp, clock, log }).of(null);
  source = createFeishuSource({ client, app, clock, log, onUnreadable: () => undefined });
});
afterEach(async () => {
  await transport.close();
  await emulator.close();
});

const person = (index: number) => {
  const found = emulator.people[index];
  if (!found) throw new Error(`no person ${index}`);
  return found;
};

const query = (...indexes: number[]): StageTaskQuery => ({
  semesterId: emulator.semesters.at(-1)?.id ?? '',
  idType: 'OPEN_ID',
  userIds: indexes.map((index) => person(index).openId),
  filter: {},
});

const context = () => ({
  signal: AbortSignal.timeout(5_000),
  deadlineAtMs: Date.now() + 5_000,
});

const asUser = (token: string) => ({ kind: 'user' as const, accessToken: new Secret(token) });

test("A user's own token reads that user's tasks, without any token of the app", async () => {
  const token = emulator.issueUserToken(person(0));
  const answer = await source.findByUserList(query(0), asUser(token), context());

  expect([...answer.users.keys()]).toEqual([person(0).openId]);
  expect(answer.users.get(person(0).openId)).toMatchObject({ userId: person(0).openId });
  expect(emulator.calls.map((call) => [call.api, call.tokenKind])).toEqual([
    ['find_by_user_list', 'user'],
  ]);
});

test("A call with a user's token names no other user", async () => {
  const token = emulator.issueUserToken(person(0));

  await expect(source.findByUserList(query(0, 1), asUser(token), context())).rejects.toThrow(
    'userIds: expected 1 to 1 users, got 2: the limit of a call with the user token',
  );
  expect(emulator.calls).toEqual([]);
});

test('Feishu itself refuses a user the tasks of another user', async () => {
  const token = emulator.issueUserToken(person(0));

  await expect(source.findByUserList(query(1), asUser(token), context())).rejects.toMatchObject({
    code: 'UPSTREAM_REJECTED',
  });
});

test('An expired user token is an error for its user, and is not renewed', async () => {
  await expect(
    source.findByUserList(query(0), asUser('u-made-up'), context()),
  ).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
  expect(emulator.calls.map((call) => call.api)).toEqual(['find_by_user_list']);
});

test('A call never has more users than Feishu accepts', async () => {
  const indexes = Array.from({ length: 51 }, (_, i) => i);

  await expect(
    source.findByUserList(query(...indexes), { kind: 'app' }, context()),
  ).rejects.toThrow('expected 1 to 50 users, got 51');
  expect(emulator.calls).toEqual([]);
});
