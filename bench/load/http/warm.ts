import { Pool } from 'undici';
import type { Contestant } from './contestant';
import { HEADERS } from './gateway';
import type { Generator } from './generator';
import { readAnswer, send, type BenchOperation } from './operation';
import { cpuMsOf, rssMbOf } from './process-usage';
import type { Reference } from './reference';
import { planRequests, type Measured } from './request-plan';
import { median } from '../../quantile';
import type { Workload } from './workloads';
import type { World } from './world';

/** How long and how often each server is measured. */
export interface Effort {
  readonly rounds: number;
  readonly seconds: number;
  readonly warmUpSeconds: number;
}

/** The medians of all rounds. */
export interface WarmResult {
  readonly contestant: Contestant;
  readonly requestsPerSecond: number;
  /** Requests a second as a share of raw's in the same round. */
  readonly shareOfRaw: number;
  /** CPU time of the server for one request. Other programs on the machine hardly change it. */
  readonly cpuMs: number;
  /** Raw's CPU time for one request, as a share of this server's. */
  readonly shareByCpu: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** p99 as a multiple of p50. */
  readonly tail: number;
  readonly answerBytes: number;
  readonly rssMb: number;
}

interface Round extends Measured {
  readonly cpuMs: number;
}

export interface WarmParts {
  readonly world: World;
  readonly references: readonly Reference[];
  /** The first one is raw. */
  readonly contestants: readonly Contestant[];
  readonly generator: Generator;
  readonly effort: Effort;
}

/** Loads all contestants in each round, so that other programs on the machine slow down all of them. */
export async function measureWorkload(workload: Workload, parts: WarmParts): Promise<WarmResult[]> {
  const { world, contestants, generator, effort } = parts;
  const headers = HEADERS[workload.client];
  const plan = planRequests(workload, headers, world.semesterId, world.cachedUserIds);
  const bytes = await prepare(workload, parts);
  const load = async (contestant: Contestant, seconds: number): Promise<Round> => {
    const { name, url, pid } = contestant;
    const title = `${workload.name} of ${name}`;
    const failedBefore = await contestant.failedOperations?.();
    const cpuMsBefore = cpuMsOf(pid);
    const measured = await generator.load(url, plan, seconds);
    const cpuMs = (cpuMsOf(pid) - cpuMsBefore) / measured.requests;
    requireGoodAnswers(title, measured, bytes);
    const failed = ((await contestant.failedOperations?.()) ?? 0) - (failedBefore ?? 0);
    requireNoErrors(title, failed, generator.maxAborted);
    return { ...measured, cpuMs };
  };
  for (const contestant of contestants) await load(contestant, effort.warmUpSeconds);
  const rounds: Round[][] = [];
  for (let round = 0; round < effort.rounds; round += 1) {
    const measured: Round[] = [];
    for (const contestant of contestants) measured.push(await load(contestant, effort.seconds));
    rounds.push(measured);
  }
  return contestants.map((contestant, i) => summarize(contestant, rounds, i));
}

function summarize(contestant: Contestant, rounds: readonly Round[][], i: number): WarmResult {
  const medianOf = (read: (own: Round, raw: Round) => number) =>
    median(rounds.flatMap(({ [0]: raw, [i]: own }) => (raw && own ? [read(own, raw)] : [])));
  return {
    contestant,
    requestsPerSecond: medianOf((own) => own.requestsPerSecond),
    shareOfRaw: medianOf((own, raw) => own.requestsPerSecond / raw.requestsPerSecond),
    cpuMs: medianOf((own) => own.cpuMs),
    shareByCpu: medianOf((own, raw) => raw.cpuMs / own.cpuMs),
    p50Ms: medianOf((own) => own.p50Ms),
    p99Ms: medianOf((own) => own.p99Ms),
    tail: medianOf((own) => own.p99Ms / own.p50Ms),
    answerBytes: medianOf((own) => own.bytesPerAnswer),
    rssMb: rssMbOf(contestant.pid),
  };
}

/** Sets the answers of the references, and verifies one answer of each contestant. @returns its size in bytes */
async function prepare(
  workload: Workload,
  { world, references, contestants }: Pick<WarmParts, 'world' | 'references' | 'contestants'>,
): Promise<number> {
  const { semesterId, cachedUserIds } = world;
  const { document } = workload;
  const { operationName } = document;
  const gateway = contestants.find(({ isGateway }) => isGateway);
  if (!gateway) throw new Error('contestants: expected a gateway, got none');
  const headers = HEADERS[workload.client];
  const common = { document, semesterId, headers };
  const users: [string, unknown][] = [];
  let extensions: unknown;
  for (let first = 0; first < cachedUserIds.length; first += workload.usersPerRequest) {
    const userIds = cachedUserIds.slice(first, first + workload.usersPerRequest);
    const answered = await verify(gateway, { ...common, userIds });
    extensions = answered.extensions;
    users.push(...userIds.map((id, i): [string, unknown] => [id, answered.users[i]]));
    if (workload.users === 'same') break;
  }
  for (const reference of references) {
    await reference.setAnswers({ operationName, semesterId, users, extensions });
  }
  const userIds = cachedUserIds.slice(0, workload.usersPerRequest);
  const sizes: number[] = [];
  for (const contestant of contestants) {
    sizes.push((await verify(contestant, { ...common, userIds })).bytes);
  }
  const [rawBytes = 0] = sizes;
  if (sizes.every((size) => Math.abs(size - rawBytes) <= rawBytes * 0.01)) return rawBytes;
  throw new Error(
    `${workload.name}: expected answers of the same size, got ${sizes.join(', ')} bytes`,
  );
}

async function verify({ url }: Contestant, operation: BenchOperation) {
  const pool = new Pool(url);
  const text = await send(pool, operation);
  await pool.close();
  const { users, extensions } = readAnswer(operation, text);
  if (users.includes(null)) throw new Error('users: expected participants of the cycle, got null');
  return { users, extensions, bytes: Buffer.byteLength(text) };
}

/** Answers that are much smaller than the verified one cannot be the same. */
function requireGoodAnswers(name: string, measured: Measured, expectedBytes: number): void {
  const { failures, bytesPerAnswer } = measured;
  if (failures > 0) throw new Error(`${name}: expected no failure, got ${failures}`);
  if (bytesPerAnswer > expectedBytes * 0.8) return;
  const got = bytesPerAnswer.toFixed(0);
  throw new Error(`${name}: expected answers of about ${expectedBytes} bytes, got ${got}`);
}

/** GraphQL errors have the status 200, so load generators do not count them. */
function requireNoErrors(name: string, failed: number, max: number): void {
  if (failed <= max) return;
  throw new Error(`${name}: expected at most ${max} failed operations in a load, got ${failed}`);
}
