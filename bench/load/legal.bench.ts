import { fork, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once, setMaxListeners } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Pool } from 'undici';
import { EMULATOR_APP_ID, EMULATOR_APP_SECRET } from '../../src/emulator/emulator';
import { legalCorpus } from '../../test/support/corpus/legal-corpus';
import { requestOf, type Legal } from '../../test/support/corpus/legal-operation';
import { nextMessage } from '../../test/support/next-message';
import { median, quantile } from '../quantile';
import type { UpstreamDescription } from './emulator.process';
import type { GatewayReport } from './legal-gateway.process';

/**
 * Measures what the largest legal operations cost the gateway's process and its other clients, with a full
 * cache. First each operation runs alone. Then many run in random order, while another client requests one
 * user again and again. Then many clients send the same operation at once, and some of them disconnect.
 * Fails if a bound is missed.
 */
const ROUNDS = 5;
const RANDOM_OPERATIONS = 1_000;
const NEIGHBOUR_PAUSE_MS = 50;
const BOUNDS = {
  blockedMs: 250,
  answerBytes: 4 * 2 ** 20,
  rssMb: 400,
  neighbourP99Ms: 500,
  abandonedCpuMs: 500,
  besideDeniedP50Ms: 100,
};
const CROWDS = [16, 40];
const CROWD_OPERATION = '1,000 people with whole tasks';
/** How often a whole crowd disconnects, and after what time. */
const DISCONNECTS = 10;
const DISCONNECT_AFTER_MS = 400;
const DENIED_OPERATION = '8 denied loads of 1,000 people';
/** How often and how long the denied operation runs beside another client. */
const DENIED_PER_SECOND = 1.6;
const DENIED_SECONDS = 10;

interface Cost extends GatewayReport {
  readonly bytes: number;
}

async function main(): Promise<void> {
  const emulator = fork(join(__dirname, 'emulator.process.js'));
  const upstream = await nextMessage<UpstreamDescription>(emulator);
  const routerSecret = randomBytes(32).toString('hex');
  const { process: gateway, url } = await startGateway(upstream.url, routerSecret);
  const pool = new Pool(url);
  const corpus = legalCorpus({
    semesterIds: upstream.semesterIds,
    userIds: upstream.userIds.slice(0, 1_000),
    asSelf: { 'x-router-secret': routerSecret, 'x-user-id': upstream.userIds[0] ?? '' },
  });
  const missed = [
    ...(await measureEach(pool, gateway, corpus)),
    ...(await measureNeighbour(pool, gateway, corpus, upstream)),
    ...(await measureDenied(pool, corpus, upstream)),
    ...(await measureCrowds(pool, gateway, corpus)),
  ];
  for (const line of missed) console.error(`missed: ${line}`);
  process.exitCode = missed.length > 0 ? 1 : 0;
  await pool.destroy();
  gateway.kill();
  emulator.kill();
}

async function startGateway(upstreamUrl: string, routerSecret: string) {
  const port = await freePort();
  const gateway = fork(join(__dirname, 'legal-gateway.process.js'), {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    env: {
      PORT: String(port),
      FEISHU_APP_ID: EMULATOR_APP_ID,
      FEISHU_APP_SECRET: EMULATOR_APP_SECRET,
      FEISHU_BASE_URL: upstreamUrl,
      FEISHU_QUOTA_CALLS: '1000000',
      AUTH_ANONYMOUS: 'all',
      AUTH_ROUTER_SECRET: routerSecret,
      RATE_LIMIT_PER_MINUTE: '0',
    },
  });
  const url = `http://127.0.0.1:${port}`;
  while (
    !(await fetch(`${url}/readyz`).then(
      ({ ok }) => ok,
      () => false,
    ))
  )
    await delay(50);
  return { process: gateway, url };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  return port;
}

async function measureEach(
  pool: Pool,
  gateway: ChildProcess,
  corpus: readonly Legal[],
): Promise<string[]> {
  for (const legal of corpus) await send(pool, legal);
  console.log('longest block, CPU (medians, ms), answer (kB), RSS (MB)');
  const missed: string[] = [];
  for (const legal of corpus) {
    const costs: Cost[] = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      await reportOf(gateway);
      const bytes = await send(pool, legal);
      // Wait for the next heartbeat, which measures the last block.
      await delay(20);
      costs.push({ ...(await reportOf(gateway)), bytes });
    }
    const blockedMs = median(costs.map((cost) => cost.blockedMs));
    const cpuMs = median(costs.map((cost) => cost.cpuMs));
    const bytes = Math.max(...costs.map((cost) => cost.bytes));
    const rssMb = costs.at(-1)?.rssMb ?? Number.NaN;
    console.log(
      [blockedMs, cpuMs, bytes / 1e3, rssMb].map((n) => n.toFixed(0).padStart(6)).join(' '),
      legal.name,
    );
    if (blockedMs > BOUNDS.blockedMs)
      missed.push(`${legal.name}: blocked ${blockedMs.toFixed(0)} ms`);
    if (bytes > BOUNDS.answerBytes) missed.push(`${legal.name}: ${bytes} bytes`);
  }
  return missed;
}

async function measureNeighbour(
  pool: Pool,
  gateway: ChildProcess,
  corpus: readonly Legal[],
  upstream: UpstreamDescription,
): Promise<string[]> {
  const { neighbourP99Ms, rssMb } = BOUNDS;
  const neighbour = startNeighbour(pool, upstream);
  for (let i = 0; i < RANDOM_OPERATIONS; i += 1) {
    const legal = corpus[Math.floor(Math.random() * corpus.length)];
    if (legal) await send(pool, legal);
  }
  const times = await neighbour.stop();
  const { maxRssMb } = await reportOf(gateway);
  const [p50, p99, max] = [0.5, 0.99, 1].map((share) => quantile(times, share));
  console.log(
    `${RANDOM_OPERATIONS} in random order: neighbour p50 ${ms(p50)}, p99 ${ms(p99)}, max ${ms(max)}, ` +
      `of ${times.length}; maximum RSS ${maxRssMb.toFixed(0)} MB`,
  );
  return [
    ...((p99 ?? Infinity) > neighbourP99Ms ? [`neighbour's p99: ${ms(p99)}`] : []),
    ...(maxRssMb > rssMb ? [`RSS: ${maxRssMb.toFixed(0)} MB`] : []),
  ];
}

/** Starts a client that requests one user again and again. `stop` returns its response times. */
function startNeighbour(pool: Pool, upstream: UpstreamDescription) {
  const times: number[] = [];
  const end = new AbortController();
  const requests = (async () => {
    while (!end.signal.aborted) {
      const startedMs = performance.now();
      await send(pool, oneUser(upstream));
      times.push(performance.now() - startedMs);
      await delay(NEIGHBOUR_PAUSE_MS);
    }
  })();
  return {
    async stop(): Promise<number[]> {
      end.abort();
      await requests;
      return times;
    },
  };
}

async function measureDenied(
  pool: Pool,
  corpus: readonly Legal[],
  upstream: UpstreamDescription,
): Promise<string[]> {
  const legal = corpus.find(({ name }) => name === DENIED_OPERATION);
  if (!legal) throw new Error(`corpus: expected ${DENIED_OPERATION}, got none`);
  const neighbour = startNeighbour(pool, upstream);
  const answers: Promise<number>[] = [];
  for (let i = 0; i < DENIED_SECONDS * DENIED_PER_SECOND; i += 1) {
    answers.push(send(pool, legal));
    await delay(1_000 / DENIED_PER_SECOND);
  }
  await Promise.all(answers);
  const p50 = quantile(await neighbour.stop(), 0.5);
  console.log(`${DENIED_OPERATION}, ${DENIED_PER_SECOND} a second: neighbour p50 ${ms(p50)}`);
  return p50 > BOUNDS.besideDeniedP50Ms ? [`neighbour's p50 beside denials: ${ms(p50)}`] : [];
}

/** Sends the same operation many times at once, and then many from clients that disconnect. */
async function measureCrowds(
  pool: Pool,
  gateway: ChildProcess,
  corpus: readonly Legal[],
): Promise<string[]> {
  const legal = corpus.find(({ name }) => name === CROWD_OPERATION);
  if (!legal) throw new Error(`corpus: expected ${CROWD_OPERATION}, got none`);
  for (const size of CROWDS) {
    const startedMs = performance.now();
    await Promise.all(Array.from({ length: size }, () => send(pool, legal)));
    const { maxRssMb } = await reportOf(gateway);
    console.log(
      `${size} at once: ${ms(performance.now() - startedMs)}, maximum RSS ${maxRssMb.toFixed(0)} MB`,
    );
  }
  for (let i = 0; i < DISCONNECTS; i += 1) {
    const signal = AbortSignal.timeout(DISCONNECT_AFTER_MS);
    setMaxListeners(0, signal);
    const crowd = Array.from({ length: CROWDS[0] ?? 0 }, () => send(pool, legal, signal));
    await Promise.allSettled(crowd);
  }
  await reportOf(gateway);
  await delay(1_000);
  const { maxRssMb, cpuMs } = await reportOf(gateway);
  console.log(
    `${DISCONNECTS} crowds that disconnect: ${ms(cpuMs)} of CPU in the next second, maximum RSS ${maxRssMb.toFixed(0)} MB`,
  );
  return [
    ...(maxRssMb > BOUNDS.rssMb ? [`RSS with crowds: ${maxRssMb.toFixed(0)} MB`] : []),
    ...(cpuMs > BOUNDS.abandonedCpuMs ? [`abandoned work: ${ms(cpuMs)} of CPU`] : []),
  ];
}

function oneUser({ semesterIds, userIds }: UpstreamDescription): Legal {
  const query = `{ user(id: "${userIds[0] ?? ''}") { stageTasks(semesterId: "${semesterIds[0] ?? ''}") { stageTasks { name { zhCN } status } } } }`;
  const headers = { 'content-type': 'application/json' };
  return { name: 'one user', method: 'POST', query, variables: {}, headers };
}

let sent = 0;

/**
 * Sends an operation with a text of its own, so that it is parsed and validated each time.
 * @returns the bytes of the response
 */
async function send(pool: Pool, legal: Legal, signal?: AbortSignal): Promise<number> {
  sent += 1;
  const { statusCode, body } = await pool.request({
    ...requestOf(legal, String(sent)),
    ...(signal && { signal }),
  });
  const answer = await body.arrayBuffer();
  if (statusCode !== 200) {
    const text = Buffer.from(answer).toString();
    throw new Error(`${legal.name}: ${statusCode} ${text.slice(0, 300)}`);
  }
  return answer.byteLength;
}

function reportOf(gateway: ChildProcess): Promise<GatewayReport> {
  const report = nextMessage<GatewayReport>(gateway);
  gateway.send('report');
  return report;
}

const ms = (value: number | undefined) => `${(value ?? Number.NaN).toFixed(0)} ms`;

void main();
