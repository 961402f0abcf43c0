import { createApp } from '../../src/app';
import { loadConfig } from '../../src/config';
import { ABUSE_CORPUS } from '../../test/support/corpus/abuse-corpus';
import type { Abuse } from '../../test/support/corpus/abuse-request';
import { quantile } from '../quantile';

/**
 * Measures the time of each abusive request, sent one after the other over HTTP to a warm gateway in this
 * process. Fails if a median exceeds the bound or the heap grows.
 */
const WARM_UP_ROUNDS = 10;
const ROUNDS = 50;
const MEDIAN_BOUND_MS = 50;
const HEAP_BOUND_MB = 16;

async function main(): Promise<void> {
  const app = await createApp(loadConfig({ PORT: '0', LOG_LEVEL: 'silent' }));
  const url = `${app.url}/graphql`;
  for (let round = 0; round < WARM_UP_ROUNDS; round += 1) await sendAll(url);
  const before = memoryMb();
  const rounds: number[][] = [];
  for (let round = 0; round < ROUNDS; round += 1) rounds.push(await sendAll(url));
  const after = memoryMb();
  await app.close();
  report(rounds, before, after);
}

async function sendAll(url: string): Promise<number[]> {
  const times: number[] = [];
  for (const abuse of ABUSE_CORPUS) times.push(await timeMs(url, abuse));
  return times;
}

async function timeMs(url: string, { method, search, headers, body, name, status }: Abuse) {
  const startedMs = performance.now();
  const response = await fetch(url + search, { method, headers, ...(body && { body }) });
  await response.arrayBuffer();
  if (response.status !== status)
    throw new Error(`${name}: expected status ${status}, got ${response.status}`);
  return performance.now() - startedMs;
}

interface MemoryMb {
  readonly heap: number;
  readonly rss: number;
}

/** Collects garbage first, so that only retained memory counts. @throws Error without `--expose-gc` */
function memoryMb(): MemoryMb {
  if (!globalThis.gc) throw new Error('node: expected the flag --expose-gc, got none');
  globalThis.gc();
  const { heapUsed, rss } = process.memoryUsage();
  return { heap: heapUsed / 2 ** 20, rss: rss / 2 ** 20 };
}

function report(rounds: readonly number[][], before: MemoryMb, after: MemoryMb): void {
  const rows = ABUSE_CORPUS.map(({ name }, i) => ({
    name,
    p50: quantile(
      rounds.map((times) => times[i] ?? Number.NaN),
      0.5,
    ),
    p99: quantile(
      rounds.map((times) => times[i] ?? Number.NaN),
      0.99,
    ),
  })).sort((a, b) => b.p50 - a.p50);
  console.log(`${rows.length} operations, ${rounds.length} rounds, slowest first: p50, p99 in ms`);
  for (const { name, p50, p99 } of rows) {
    console.log(`${p50.toFixed(1).padStart(7)} ${p99.toFixed(1).padStart(7)}  ${name}`);
  }
  console.log(`heap ${before.heap.toFixed(1)} → ${after.heap.toFixed(1)} MB`);
  console.log(`RSS  ${before.rss.toFixed(1)} → ${after.rss.toFixed(1)} MB`);
  const slow = rows.filter(({ p50 }) => p50 > MEDIAN_BOUND_MS);
  const grown = after.heap - before.heap > HEAP_BOUND_MB;
  if (slow.length > 0) console.error(`over ${MEDIAN_BOUND_MS} ms: ${slow.length} operations`);
  if (grown) console.error(`the heap grew by more than ${HEAP_BOUND_MB} MB`);
  if (slow.length > 0 || grown) process.exitCode = 1;
}

void main();
