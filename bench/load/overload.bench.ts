import { fork } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Pool } from 'undici';
import { createApp } from '../../src/app';
import { loadConfig } from '../../src/config';
import { EMULATOR_APP_ID, EMULATOR_APP_SECRET } from '../../src/emulator/emulator';
import { nextMessage } from '../../test/support/next-message';
import { quantile } from '../quantile';
import type { UpstreamDescription } from './emulator.process';

/**
 * Sends five times the load that the quota permits, for two minutes over HTTP: 5,000 requests a minute,
 * each for one user. Fails if an answer misses its deadline, if the median refusal takes more than 50 ms,
 * if a refusal has no `retryAfterMs`, or if memory grows.
 */
const REQUESTS_PER_MINUTE = 5_000;
const MINUTES = 2;
const QUOTA_CALLS = 20;
const DEADLINE_MS = 15_000;
const MAX_REFUSAL_MS = 50;
/** Allowed growth of the heap during the second minute. The queue is equally long before and after it. */
const MAX_GROWTH_BYTES = 20 * 1024 * 1024;

interface Outcome {
  readonly ms: number;
  readonly code: string | undefined;
  readonly retryAfterMs: number | undefined;
}

interface Answer {
  readonly errors?: readonly {
    readonly extensions: { readonly code: string; readonly retryAfterMs?: number };
  }[];
}

async function main(): Promise<void> {
  const child = fork(join(__dirname, 'emulator.process.js'), [String(QUOTA_CALLS)]);
  const upstream = await nextMessage<UpstreamDescription>(child);
  const app = await createApp(
    loadConfig({
      PORT: '0',
      FEISHU_APP_ID: EMULATOR_APP_ID,
      FEISHU_APP_SECRET: EMULATOR_APP_SECRET,
      FEISHU_BASE_URL: upstream.url,
      FEISHU_QUOTA_CALLS: String(QUOTA_CALLS),
      AUTH_ANONYMOUS: 'all',
      LOG_LEVEL: 'silent',
      // Without a cache, each request needs a call.
      CACHE_FRESH_SECONDS: '0',
      CACHE_STALE_SECONDS: '0',
    }),
  );
  const gateway = new Pool(app.url);
  const pending: Promise<Outcome>[] = [];
  const heapBytes: number[] = [];
  for (let minute = 0; minute < MINUTES; minute += 1) {
    await sendForAMinute(pending, (n) => sendRequest(gateway, upstream, n));
    global.gc?.();
    heapBytes.push(process.memoryUsage().heapUsed);
  }
  report(await Promise.all(pending), heapBytes);
  await gateway.destroy();
  await app.close();
  child.kill();
}

async function sendForAMinute(
  pending: Promise<Outcome>[],
  send: (n: number) => Promise<Outcome>,
): Promise<void> {
  const gapMs = 60_000 / REQUESTS_PER_MINUTE;
  const startedAtMs = performance.now();
  for (let i = 0; i < REQUESTS_PER_MINUTE; i += 1) {
    const earlyMs = startedAtMs + i * gapMs - performance.now();
    if (earlyMs > 0) await delay(earlyMs);
    pending.push(send(pending.length));
  }
}

async function sendRequest(
  gateway: Pool,
  upstream: UpstreamDescription,
  n: number,
): Promise<Outcome> {
  const userId = upstream.userIds[n % upstream.userIds.length] ?? '';
  const startedAtMs = performance.now();
  const reply = await gateway.request({
    method: 'POST',
    path: '/graphql',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      query: `query ($id: ID!, $semesterId: ID!) { user(id: $id) { stageTasks(semesterId: $semesterId) { id } } }`,
      variables: { id: userId, semesterId: upstream.semesterId },
    }),
  });
  const { errors } = (await reply.body.json()) as Answer;
  const extensions = errors?.[0]?.extensions;
  return {
    ms: performance.now() - startedAtMs,
    code: extensions?.code,
    retryAfterMs: extensions?.retryAfterMs,
  };
}

function report(outcomes: readonly Outcome[], heapBytes: readonly number[]): void {
  const answered = outcomes.filter(({ code }) => code === undefined);
  const refused = outcomes.filter(({ code }) => code === 'UPSTREAM_RATE_LIMITED');
  const others = outcomes.length - answered.length - refused.length;
  const growthBytes = (heapBytes.at(-1) ?? 0) - (heapBytes[0] ?? 0);
  const lastMs = Math.max(...answered.map(({ ms }) => ms));
  const refusalsMs = refused.map(({ ms }) => ms);
  const refusalMs = quantile(refusalsMs, 0.5);
  const withoutRetry = refused.filter(({ retryAfterMs }) => retryAfterMs === undefined).length;
  console.log(
    `${answered.length} answered, the last after ${(lastMs / 1_000).toFixed(1)} s; ` +
      `${refused.length} refused, p50 ${refusalMs.toFixed(1)} ms, p99 ${quantile(refusalsMs, 0.99).toFixed(1)} ms, ` +
      `${withoutRetry} without retryAfterMs; ${others} others; heap ${(growthBytes / 1024 / 1024).toFixed(1)} MiB more`,
  );
  const failed =
    lastMs > DEADLINE_MS ||
    refusalMs > MAX_REFUSAL_MS ||
    withoutRetry + others > 0 ||
    growthBytes > MAX_GROWTH_BYTES;
  process.exitCode = failed ? 1 : 0;
}

void main();
