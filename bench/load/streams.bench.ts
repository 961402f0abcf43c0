import { request } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { createApp } from '../../src/app';
import { loadConfig } from '../../src/config';
import { EMULATOR_APP_ID, EMULATOR_APP_SECRET, startEmulator } from '../../src/emulator/emulator';

/**
 * Measures the memory of 1,000 streams while their users change again and again, with the clients in the same process.
 * Fails if a client misses a change or gets one twice, or if the heap grows from round to round.
 */
const STREAMS = 1_000;
const ROUNDS = 40;
/** The first rounds compile code and fill caches. */
const WARM_UP_ROUNDS = 20;
const MAX_GROWTH_BYTES = 2 ** 20;

const SUBSCRIPTION = `subscription ($semesterId: ID!, $userIds: [ID!]!) {
  userStageTasksChanged(semesterId: $semesterId, userIds: $userIds) {
    id user { id } counts { option count } stageTasks { id name { text } finishedCount }
  }
}`;
const READ_NOW = `query ($semesterId: ID!, $id: ID!) {
  user(id: $id) { stageTasks(semesterId: $semesterId, maxAgeSeconds: 0) { id } }
}`;

async function main(): Promise<void> {
  const emulator = await startEmulator({ quotaCalls: 100_000 });
  const app = await createApp(
    loadConfig({
      PORT: '0',
      LOG_LEVEL: 'silent',
      FEISHU_APP_ID: EMULATOR_APP_ID,
      FEISHU_APP_SECRET: EMULATOR_APP_SECRET,
      FEISHU_BASE_URL: emulator.url,
      FEISHU_QUOTA_CALLS: '100000',
      AUTH_ANONYMOUS: 'all',
    }),
  );
  const semesterId = emulator.semesters.at(-1)?.id ?? '';
  const id = emulator.people[0]?.openId ?? '';
  const item = emulator.expectedTasks({ semesterId, userIdType: 'open_id', userId: id });
  const change = async (round: number) => {
    const tasks = (item?.stage_task_info_lists ?? []).map((task) => ({
      ...task,
      finished_count: round,
    }));
    const items = [{ ...item, stage_task_info_lists: tasks }];
    emulator.script({
      api: 'find_by_user_list',
      answer: { status: 200, code: 0, data: { base: { semester_id: semesterId }, items } },
    });
    await post(app.url, { query: READ_NOW, variables: { semesterId, id } });
  };

  await change(1_000);
  const before = await settledHeapBytes();
  const clients: Client[] = [];
  for (let i = 0; i < STREAMS; i += 1) {
    clients.push(
      openStream(app.url, { query: SUBSCRIPTION, variables: { semesterId, userIds: [id] } }),
    );
  }
  await until(() => clients.every(({ events }) => events() === 1));
  const heaps = [await settledHeapBytes()];
  for (let round = 1; round <= ROUNDS; round += 1) {
    await change(round);
    await until(() => clients.every(({ events }) => events() > round));
    heaps.push(await settledHeapBytes());
  }
  report(before, heaps, clients);
  for (const client of clients) client.close();
  await app.close();
  await emulator.close();
}

function report(before: number, heaps: readonly number[], clients: readonly Client[]): void {
  const [opened = 0] = heaps;
  const warm = heaps[WARM_UP_ROUNDS] ?? 0;
  const last = heaps.at(-1) ?? 0;
  const kilobytes = (bytes: number) => Math.round(bytes / 1_024);
  console.table({
    'kB per stream, with its client': kilobytes((opened - before) / STREAMS),
    [`kB of growth in rounds ${WARM_UP_ROUNDS + 1} to ${ROUNDS}`]: kilobytes(last - warm),
    'heap in MB at the end': Math.round(last / 2 ** 20),
  });
  const wrong = clients.filter(({ events }) => events() !== ROUNDS + 1).length;
  if (wrong > 0) fail(`expected each change once for each client, got another number for ${wrong}`);
  if (last - warm > MAX_GROWTH_BYTES) fail('expected a flat heap, got one that grows');
}

function fail(message: string): void {
  console.error(`missed: streams: ${message}`);
  process.exitCode = 1;
}

interface Client {
  readonly events: () => number;
  readonly close: () => void;
}

/** Counts events and keeps nothing of them. */
function openStream(url: string, body: object): Client {
  let events = 0;
  const headers = { 'content-type': 'application/json', accept: 'text/event-stream' };
  const sent = request(`${url}/graphql/stream`, { method: 'POST', headers, agent: false });
  sent.on('response', (response) => {
    response.on('data', (chunk: Buffer) => {
      events += chunk.toString().split('event: next').length - 1;
    });
    response.on('error', () => undefined);
  });
  sent.on('error', () => undefined);
  sent.end(JSON.stringify(body));
  return { events: () => events, close: () => sent.destroy() };
}

async function post(url: string, body: object): Promise<void> {
  const headers = { 'content-type': 'application/json' };
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers,
    body: JSON.stringify(body),
  });
  const { errors } = (await response.json()) as { errors?: unknown };
  if (errors) throw new Error(`an operation failed: ${JSON.stringify(errors)}`);
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await delay(5);
}

async function settledHeapBytes(): Promise<number> {
  for (let i = 0; i < 3; i += 1) {
    globalThis.gc?.();
    await delay(20);
  }
  return process.memoryUsage().heapUsed;
}

void main();
