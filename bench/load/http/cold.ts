import { setTimeout as delay } from 'node:timers/promises';
import { Pool } from 'undici';
import { callFeishu, fetchToken } from '../direct-calls';
import { DOCUMENTS } from './documents';
import { HEADERS, type BenchGateway } from './gateway';
import { readAnswer, send, type BenchOperation } from './operation';
import { median, quantile } from '../../quantile';
import type { World } from './world';

/** Users that no gateway has cached. */
interface ColdUsers {
  readonly semesterId: string;
  readonly userIds: readonly string[];
}

const PAGE_USERS = 200;
const CROWD_CLIENTS = 500;
const CROWD_ARRIVAL_MS = 50;
/** The first rounds, which are not measured. */
const WARM_UP_ROUNDS = { page: 4, crowd: 1 };
/** All rounds, with the warm-up. */
const ROUNDS = { page: 14, crowd: 4 };

export interface ColdPage {
  readonly gateway: BenchGateway;
  readonly elapsedMs: number;
  /** The time in addition to that of the same calls, made directly in the same round. */
  readonly overheadMs: number;
}

/** Pages of 200 new users. Each round makes the calls directly, and then loads the page from each gateway. */
export async function measureColdPages(
  world: World,
  gateways: readonly BenchGateway[],
): Promise<{ readonly directMs: number; readonly pages: readonly ColdPage[] }> {
  const upstream = new Pool(world.upstream.url);
  const token = await fetchToken(upstream);
  const clients = gateways.map((gateway) => ({ pool: new Pool(gateway.url), gateway }));
  const rounds: { directMs: number; gatewayMs: number[] }[] = [];
  for (let round = 0; round < ROUNDS.page; round += 1) {
    const users = takeUsers(world, PAGE_USERS);
    const { semesterId, userIds } = users;
    const directMs = await timeMs(() => callFeishu(upstream, token, semesterId, userIds));
    const gatewayMs: number[] = [];
    for (const { pool } of clients) gatewayMs.push(await timePage(pool, users));
    if (round >= WARM_UP_ROUNDS.page) rounds.push({ directMs, gatewayMs });
  }
  await Promise.all([upstream, ...clients.map(({ pool }) => pool)].map((pool) => pool.close()));
  const elapsed = (i: number) => median(rounds.map(({ gatewayMs }) => gatewayMs[i] ?? Number.NaN));
  const overhead = (i: number) =>
    median(rounds.map(({ directMs, gatewayMs }) => (gatewayMs[i] ?? Number.NaN) - directMs));
  return {
    directMs: median(rounds.map(({ directMs }) => directMs)),
    pages: clients.map(({ gateway }, i) => ({
      gateway,
      elapsedMs: elapsed(i),
      overheadMs: overhead(i),
    })),
  };
}

async function timePage(pool: Pool, users: ColdUsers): Promise<number> {
  const operation = { ...users, document: DOCUMENTS.PAGE, headers: HEADERS.service };
  let answer = '';
  const elapsedMs = await timeMs(async () => (answer = await send(pool, operation)));
  readAnswer(operation, answer);
  return elapsedMs;
}

export interface Crowd {
  readonly gateway: BenchGateway;
  /** From the first request to the last answer. */
  readonly elapsedMs: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** The maximum of all rounds. */
  readonly calls: number;
}

/** 500 clients send one request each within 50 ms, over open connections, for 500 new users. */
export async function measureCrowds(
  world: World,
  gateways: readonly BenchGateway[],
): Promise<Crowd[]> {
  const rounds: Crowd[][] = [];
  for (let round = 0; round < ROUNDS.crowd; round += 1) {
    const users = takeUsers(world, CROWD_CLIENTS);
    const crowds: Crowd[] = [];
    for (const gateway of gateways) crowds.push(await sendCrowd(world, gateway, users));
    if (round >= WARM_UP_ROUNDS.crowd) rounds.push(crowds);
  }
  return gateways.map((gateway) => summarize(gateway, rounds.flat()));
}

function summarize(gateway: BenchGateway, all: readonly Crowd[]): Crowd {
  const crowds = all.filter((crowd) => crowd.gateway === gateway);
  return {
    gateway,
    elapsedMs: median(crowds.map(({ elapsedMs }) => elapsedMs)),
    p50Ms: median(crowds.map(({ p50Ms }) => p50Ms)),
    p99Ms: median(crowds.map(({ p99Ms }) => p99Ms)),
    calls: Math.max(...crowds.map(({ calls }) => calls)),
  };
}

async function sendCrowd(world: World, gateway: BenchGateway, users: ColdUsers): Promise<Crowd> {
  const pool = new Pool(gateway.url, { connections: CROWD_CLIENTS });
  const common = { document: DOCUMENTS.ONE_USER, headers: HEADERS.service };
  const cached = { semesterId: world.semesterId, userIds: world.cachedUserIds.slice(0, 1) };
  // Opens all connections.
  await Promise.all(users.userIds.map(() => send(pool, { ...common, ...cached })));
  const callsBefore = await gateway.taskCalls();
  const timesMs: number[] = [];
  const answers: Promise<[BenchOperation, string]>[] = [];
  const startedMs = performance.now();
  for (const [i, userId] of users.userIds.entries()) {
    const earlyMs = startedMs + (i * CROWD_ARRIVAL_MS) / CROWD_CLIENTS - performance.now();
    if (earlyMs > 0) await delay(earlyMs);
    const operation = { ...common, semesterId: users.semesterId, userIds: [userId] };
    const sentMs = performance.now();
    answers.push(
      send(pool, operation).then((text) => {
        timesMs.push(performance.now() - sentMs);
        return [operation, text];
      }),
    );
  }
  const answered = await Promise.all(answers);
  const elapsedMs = performance.now() - startedMs;
  for (const [operation, text] of answered) readAnswer(operation, text);
  const calls = (await gateway.taskCalls()) - callsBefore;
  await pool.close();
  const [p50Ms, p99Ms] = [quantile(timesMs, 0.5), quantile(timesMs, 0.99)];
  return { gateway, elapsedMs, p50Ms, p99Ms, calls };
}

function takeUsers({ coldUserIds }: World, count: number): ColdUsers {
  const cycle = coldUserIds.find(({ userIds }) => userIds.length >= count);
  if (!cycle) throw new Error(`coldUserIds: expected ${count} in one cycle, got fewer`);
  return { semesterId: cycle.semesterId, userIds: cycle.userIds.splice(0, count) };
}

async function timeMs(work: () => Promise<unknown>): Promise<number> {
  const startedMs = performance.now();
  await work();
  return performance.now() - startedMs;
}
