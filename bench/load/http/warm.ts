import { Pool } from 'undici';
import { ask, readAnswer, type Question } from './ask';
import type { Contestant } from './contestant';
import { HEADERS } from './gateway';
import type { Generator } from './generator';
import { cpuMsOf, rssMbOf } from './process-usage';
import type { Reference } from './reference';
import { planRequests, type Measured } from './request-plan';
import { median } from './statistics';
import type { Work } from './works';
import type { World } from './world';

/** How long is measured, and how often. */
export interface Effort {
  readonly rounds: number;
  readonly seconds: number;
  readonly warmUpSeconds: number;
}

export interface WarmResult {
  readonly contestant: Contestant;
  /** All of them medians of the rounds. */
  readonly requestsPerSecond: number;
  /** Of raw's requests in the same round. */
  readonly shareOfRaw: number;
  /** Processor time of the server for one request, which other work on the machine hardly changes. */
  readonly cpuMs: number;
  /** Raw's processor time for one request as a share of this server's. */
  readonly shareByCpu: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
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
  readonly generate: Generator;
  readonly effort: Effort;
}

/** Loads all contestants in turns, so that what else the machine does weighs on all of them. */
export async function measureWork(work: Work, parts: WarmParts): Promise<WarmResult[]> {
  const { world, contestants, generate, effort } = parts;
  const plan = planRequests(work, HEADERS[work.sender], world.semesterId, world.hotUserIds);
  const bytes = await prepare(work, parts);
  const load = async ({ name, url, pid }: Contestant, seconds: number): Promise<Round> => {
    const cpuMsBefore = cpuMsOf(pid);
    const measured = await generate(url, plan, seconds);
    const cpuMs = (cpuMsOf(pid) - cpuMsBefore) / measured.requests;
    requireGoodAnswers(`${work.name} of ${name}`, measured, bytes);
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

/** Verifies one answer of each contestant. @returns how long it is */
async function prepare(
  work: Work,
  { world, references, contestants }: Pick<WarmParts, 'world' | 'references' | 'contestants'>,
): Promise<number> {
  const { semesterId, hotUserIds } = world;
  const { document } = work;
  const { operationName } = document;
  const gateway = contestants.find(({ isGateway }) => isGateway);
  if (!gateway) throw new Error('contestants: expected a gateway, got none');
  const headers = HEADERS[work.sender];
  const question = { document, semesterId, headers };
  const users: [string, unknown][] = [];
  let extensions: unknown;
  for (let first = 0; first < hotUserIds.length; first += work.usersPerRequest) {
    const userIds = hotUserIds.slice(first, first + work.usersPerRequest);
    const answered = await verify(gateway, { ...question, userIds });
    extensions = answered.extensions;
    users.push(...userIds.map((id, i): [string, unknown] => [id, answered.users[i]]));
    if (work.users === 'same') break;
  }
  for (const reference of references) {
    await reference.remember({ operationName, semesterId, users, extensions });
  }
  const userIds = hotUserIds.slice(0, work.usersPerRequest);
  const sizes: number[] = [];
  for (const contestant of contestants) {
    sizes.push((await verify(contestant, { ...question, userIds })).bytes);
  }
  const [rawBytes = 0] = sizes;
  if (sizes.every((size) => Math.abs(size - rawBytes) <= rawBytes * 0.01)) return rawBytes;
  throw new Error(`${work.name}: expected answers of one size, got ${sizes.join(', ')} bytes`);
}

async function verify({ url }: Contestant, question: Question) {
  const pool = new Pool(url);
  const text = await ask(pool, question);
  await pool.close();
  const { users, extensions } = readAnswer(question, text);
  if (users.includes(null)) throw new Error('users: expected that all take part, got null');
  return { users, extensions, bytes: Buffer.byteLength(text) };
}

/** Answers that are much smaller than the verified one are other answers. */
function requireGoodAnswers(name: string, measured: Measured, expectedBytes: number): void {
  const { failures, bytesPerAnswer } = measured;
  if (failures > 0) throw new Error(`${name}: expected no failure, got ${failures}`);
  if (bytesPerAnswer > expectedBytes * 0.8) return;
  const got = bytesPerAnswer.toFixed(0);
  throw new Error(`${name}: expected answers of about ${expectedBytes} bytes, got ${got}`);
}
