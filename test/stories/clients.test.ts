import { setTimeout as delay } from 'node:timers/promises';
import { startMeasuredGateway } from '../support/gateway-process';
import { connect, type RawConnection } from '../support/raw-http';
import { startSteadyLoad } from '../support/steady-load';
import { story } from '../support/story';
import { startStoryGateway, startStoryWith } from '../support/story-gateway';
import { allBut, tallyOf } from '../support/tally';
import { ANSWERED, tasksRequest } from '../support/tasks-reader';
import { until } from '../support/until';

function headOf(body: string): string {
  const lines = ['POST /graphql HTTP/1.1', 'Host: localhost', 'Content-Type: application/json'];
  return [...lines, `Content-Length: ${Buffer.byteLength(body)}`, '', ''].join('\r\n');
}

const CLIENTS = 10_000;
const AT_ONCE = 500;
/** As many as `CONCURRENCY_LIMIT` allows one address by default. */
const PLACES = 1_000;
/** The connections to Feishu that the gateway keeps. */
const TO_FEISHU = 16;
const MEGABYTE = 1024 * 1024;

story(
  '10,000 clients that hang up',
  {
    given: `${CLIENTS} clients, ${AT_ONCE} at once, close or reset the connection: before a byte, in the headers, in the body, right after the request, and while its call is in flight`,
    promised: `all calls are aborted; no socket is left; all ${PLACES} places are free again; the heap grows by less than 5 MB`,
  },
  async ({ seen, use }) => {
    const world = use(
      await startStoryWith(startMeasuredGateway, { env: { CONCURRENCY_LIMIT: String(PLACES) } }),
    );
    const { client, emulator, gateway, people, semesterId } = world;
    const cached = people(50);
    await client.read(cached);
    const socketsBefore = await world.metric('process_open_fds');
    let isSlow = true;
    emulator.script({ when: () => isSlow, times: Infinity, delayMs: 60_000 });

    /** @param kind which part of the request the client sends, of five; odd ones reset the connection */
    async function hangUp(kind: number, userIds: readonly string[]): Promise<void> {
      const body = tasksRequest(semesterId, userIds);
      const head = headOf(body);
      const parts = ['', head.slice(0, 40), head + body.slice(0, 40), head + body, head + body];
      const { socket, closed } = await connect(gateway.url, parts[kind % 5]);
      if (kind % 5 === 4) await delay(100);
      if (kind % 2 === 1) socket.resetAndDestroy();
      else socket.destroy();
      await closed;
    }

    async function hangUpOften(wave: number): Promise<void> {
      const users = people(10, 50 + 10 * wave);
      const clients = Array.from({ length: AT_ONCE }, (_, i) => hangUp(i, users));
      await Promise.all(clients);
    }

    // The first ones allocate what stays, such as buffers.
    for (let wave = 0; wave < 4; wave += 1) await hangUpOften(wave);
    const before = await gateway.readMemory();
    for (let wave = 4; wave < CLIENTS / AT_ONCE; wave += 1) await hangUpOften(wave);
    const calls = () => emulator.callsOf('find_by_user_list').slice(1);
    await until(() => calls().every(({ aborted }) => aborted));
    seen['calls, all aborted'] = calls().length;
    isSlow = false;
    const answers = await Promise.all(Array.from({ length: PLACES }, () => client.read(cached)));
    const outcomes = tallyOf(answers);
    client.close();
    await until(async () => (await world.metric('process_open_fds')) <= socketsBefore + TO_FEISHU);
    const after = await gateway.readMemory();
    const grownBytes = after.heapUsed - before.heapUsed;

    seen['clients'] = CLIENTS;
    seen['then at once'] = `${answers.length} requests`;
    seen['failed'] = allBut(ANSWERED, outcomes);
    seen['heap after GC, MB'] = (after.heapUsed / MEGABYTE).toFixed(1);
    seen['grown by'] = (grownBytes / MEGABYTE).toFixed(2);
    expect(outcomes).toEqual({ [ANSWERED]: PLACES });
    expect(grownBytes).toBeLessThan(5 * MEGABYTE);
  },
);

/** docs/operations.md, Timeouts of connections. */
const LIMITS_MS = { headers: 10_000, bodies: 15_000, readers: 20_000 };
/** Node looks for slow requests once a second; the rest is for a busy machine. */
const MARGIN_MS = 10_000;

/** The answer about 1,000 users has about 2 MB. Four are more than the kernel buffers for one connection. */
function largeRequest(semesterId: string, userIds: readonly string[]): string {
  const task = 'id stageId name { zhCN enUS } deadline needTodoCount finishedCount jumpUrl status';
  const query = `query ($id: ID!, $userIds: [ID!]!) {
    semester(id: $id) { userStageTasks(userIds: $userIds) { id stageTasks { ${task} } } }
  }`;
  return JSON.stringify({ query, variables: { id: semesterId, userIds } });
}

interface SlowClient {
  readonly connection: RawConnection;
  /** When the gateway closed the connection, since it was opened. */
  readonly closedAfterMs: Promise<number>;
}

/** Sends a beginning at once, and then a part each second. */
async function drip(url: string, beginning: string, part: string): Promise<SlowClient> {
  const openedMs = performance.now();
  const connection = await connect(url, beginning);
  const timer = setInterval(() => connection.socket.write(part), 1_000);
  const closedAfterMs = connection.closed.then(() => {
    clearInterval(timer);
    return performance.now() - openedMs;
  });
  return { connection, closedAfterMs };
}

/** Sends requests one after the other, and takes no answer. */
async function readNothing(url: string, requests: string): Promise<SlowClient> {
  // Line breaks between requests mean nothing. Sending them shows when the gateway has closed the connection.
  const client = await drip(url, '', '\r\n');
  client.connection.socket.pause().write(requests);
  return client;
}

story(
  'Slow-loris',
  {
    given:
      '300 clients send a byte of the headers a second, 300 a byte of the body, 5 take no byte of four large answers each; 50 requests/s of others',
    promised:
      'others are answered; 408 and closed after 10 s (headers) and 15 s (body); closed after 20 s (answers)',
  },
  async ({ seen, use }) => {
    const { client, gateway, people, semesterId } = use(await startStoryGateway());
    const everyone = people(1_000);
    await client.read(everyone);
    const load = use(startSteadyLoad(50, () => client.read(people(5))));
    const large = largeRequest(semesterId, everyone);
    const of = (count: number, open: () => Promise<SlowClient>) =>
      Promise.all(Array.from({ length: count }, open));
    const slow = {
      headers: await of(300, () => drip(gateway.url, 'POST /graphql HTTP/1.1\r\nX-A: ', 'a')),
      bodies: await of(300, () => drip(gateway.url, headOf(large) + '{"query":', ' ')),
      readers: await of(5, () => readNothing(gateway.url, (headOf(large) + large).repeat(4))),
    };
    for (const kind of ['headers', 'bodies', 'readers'] as const) {
      const times = await Promise.all(slow[kind].map(({ closedAfterMs }) => closedAfterMs));
      seen[`${kind} closed after`] = `${(Math.max(...times) / 1_000).toFixed(1)} s`;
      expect(Math.max(...times)).toBeLessThan(LIMITS_MS[kind] + MARGIN_MS);
    }
    const statuses = [...slow.headers, ...slow.bodies].map(({ connection }) =>
      connection.received().slice(0, 12),
    );
    const { sent, outcomes } = await load.stop();

    seen['statuses'] = allBut('', tallyOf(statuses));
    seen['requests of others'] = sent;
    seen['failed'] = allBut(ANSWERED, outcomes);
    expect(tallyOf(statuses)).toEqual({ 'HTTP/1.1 408': 600 });
    expect(outcomes).toEqual({ [ANSWERED]: sent });
  },
);
