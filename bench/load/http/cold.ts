import { setTimeout as delay } from 'node:timers/promises';
import { Pool } from 'undici';
import { callByHand, fetchToken } from '../by-hand';
import { ask, readAnswer, type Question } from './ask';
import { DOCUMENTS } from './documents';
import { HEADERS, type BenchGateway } from './gateway';
import { median, quantile } from './statistics';
import type { World } from './world';

/** Users that no gateway has asked for yet. */
interface ColdUsers {
  readonly semesterId: string;
  readonly userIds: readonly string[];
}

const PAGE_USERS = 200;
const CROWD_CLIENTS = 500;
const CROWD_ARRIVES_MS = 50;
/** Later rounds than these are measured. */
const WARM_UP_ROUNDS = { page: 4, crowd: 1 };
const ROUNDS = { page: 14, crowd: 4 };

export interface ColdPage {
  readonly gateway: BenchGateway;
  readonly elapsedMs: number;
  /** Longer than the same calls made by hand in the same round. */
  readonly onTopMs: number;
}

/** Pages of 200 new users, in turns: the calls by hand, then each gateway. */
export async function measureColdPages(
  world: World,
  gateways: readonly BenchGateway[],
): Promise<{ readonly byHandMs: number; readonly pages: readonly ColdPage[] }> {
  const upstream = new Pool(world.upstream.url);
  const token = await fetchToken(upstream);
  const asked = gateways.map((gateway) => ({ pool: new Pool(gateway.url), gateway }));
  const rounds: { handMs: number; gatewayMs: number[] }[] = [];
  for (let round = 0; round < ROUNDS.page; round += 1) {
    const users = takeUsers(world, PAGE_USERS);
    const { semesterId, userIds } = users;
    const handMs = await timeMs(() => callByHand(upstream, token, semesterId, userIds));
    const gatewayMs: number[] = [];
    for (const { pool } of asked) gatewayMs.push(await timePage(pool, users));
    if (round >= WARM_UP_ROUNDS.page) rounds.push({ handMs, gatewayMs });
  }
  await Promise.all([upstream, ...asked.map(({ pool }) => pool)].map((pool) => pool.close()));
  const medianOf = (i: number, ofHand: number) =>
    median(rounds.map(({ handMs, gatewayMs }) => (gatewayMs[i] ?? Number.NaN) - ofHand * handMs));
  return {
    byHandMs: median(rounds.map(({ handMs }) => handMs)),
    pages: asked.map(({ gateway }, i) => ({
      gateway,
      elapsedMs: medianOf(i, 0),
      onTopMs: medianOf(i, 1),
    })),
  };
}

async function timePage(pool: Pool, users: ColdUsers): Promise<number> {
  const question = { ...users, document: DOCUMENTS.PAGE, headers: HEADERS.service };
  let answer = '';
  const elapsedMs = await timeMs(async () => (answer = await ask(pool, question)));
  readAnswer(question, answer);
  return elapsedMs;
}

export interface Crowd {
  readonly gateway: BenchGateway;
  /** From the first request to the last answer. */
  readonly elapsedMs: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** In the worst round. */
  readonly calls: number;
}

/** 500 clients in 50 ms, each with an open connection of its own, which ask for 500 new users. */
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
  const question = { document: DOCUMENTS.ONE_USER, headers: HEADERS.service };
  const open = { ...question, semesterId: world.semesterId, userIds: world.hotUserIds.slice(0, 1) };
  await Promise.all(users.userIds.map(() => ask(pool, open)));
  const callsBefore = await gateway.taskCalls();
  const timesMs: number[] = [];
  const answers: Promise<[Question, string]>[] = [];
  const startedMs = performance.now();
  for (const [i, userId] of users.userIds.entries()) {
    const earlyMs = startedMs + (i * CROWD_ARRIVES_MS) / CROWD_CLIENTS - performance.now();
    if (earlyMs > 0) await delay(earlyMs);
    const own = { ...question, semesterId: users.semesterId, userIds: [userId] };
    const sentMs = performance.now();
    answers.push(
      ask(pool, own).then((text) => {
        timesMs.push(performance.now() - sentMs);
        return [own, text];
      }),
    );
  }
  const answered = await Promise.all(answers);
  const elapsedMs = performance.now() - startedMs;
  for (const [own, text] of answered) readAnswer(own, text);
  const calls = (await gateway.taskCalls()) - callsBefore;
  await pool.close();
  const [p50Ms, p99Ms] = [quantile(timesMs, 0.5), quantile(timesMs, 0.99)];
  return { gateway, elapsedMs, p50Ms, p99Ms, calls };
}

function takeUsers({ coldUserIds }: World, count: number): ColdUsers {
  const left = coldUserIds.find(({ userIds }) => userIds.length >= count);
  if (!left) throw new Error(`people: expected ${count} that no one has asked for, got fewer`);
  return { semesterId: left.semesterId, userIds: left.userIds.splice(0, count) };
}

async function timeMs(work: () => Promise<unknown>): Promise<number> {
  const startedMs = performance.now();
  await work();
  return performance.now() - startedMs;
}
