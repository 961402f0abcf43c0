import { performance } from 'node:perf_hooks';
import { createBatcher, type Batcher } from '../../src/batching/batcher';
import type { BatchScope } from '../../src/batching/scope';
import type { OperationContext } from '../../src/domain/operation-context';
import type { StageTaskSource } from '../../src/feishu/ports';
import { createMemoryLedger } from '../../src/quota/memory.ledger';
import { createQuotaGate } from '../../src/quota/quota-gate';
import { cyclesOf } from '../../test/support/cycles';
import { VirtualClock } from '../../test/support/virtual-clock';

/**
 * What a user that waits costs in CPU time, from the question to the answer, by how many wait: its cost must not
 * grow with the crowd. Also what it costs when all of a crowd leave at once. Fails when a bound is missed.
 */
const SIZES = [500, 1_000, 2_000, 4_000, 8_000];
/** Of a user among 4,000, against one among 500. */
const MOST_GROWTH = 1.5;
const MOST_LEAVING_MS = 200;
const RUNS = 7;
const MOST_USERS = 8_000;
/** So many calls that all are answered, and so few in a moment that all wait. */
const QUOTA = { calls: 10_000, windowMs: 60_000 };

interface Crowd {
  readonly name: string;
  /** Asks for users in the name of operations; how they share them is what the crowds differ in. */
  readonly ask: (world: World, size: number) => Promise<unknown>[];
}

const CROWDS: readonly Crowd[] = [
  {
    name: 'as many operations',
    ask: ({ batcher, operation }, size) =>
      range(size).flatMap((i) => batcher.load(scopeOf(0), [`user ${i}`], operation())),
  },
  {
    name: 'one operation',
    ask: ({ batcher, operation }, size) =>
      batcher.load(
        scopeOf(0),
        range(size).map((i) => `user ${i}`),
        operation(),
      ),
  },
  {
    name: 'views of one user in one operation',
    ask({ batcher, operation }, size) {
      const one = operation();
      return range(size).flatMap(() => batcher.load(scopeOf(0), ['user'], one));
    },
  },
  {
    name: 'one user in as many operations',
    ask: ({ batcher, operation }, size) =>
      range(size).flatMap(() => batcher.load(scopeOf(0), ['user'], operation())),
  },
  {
    name: 'one scope each',
    ask: ({ batcher, operation }, size) =>
      range(size).flatMap((i) => batcher.load(scopeOf(i), [`user ${i}`], operation())),
  },
];

interface World {
  readonly clock: VirtualClock;
  readonly batcher: Batcher;
  readonly operation: (signal?: AbortSignal) => OperationContext;
}

function createWorld(): World {
  const clock = new VirtualClock();
  const source: StageTaskSource = {
    ready: () => Promise.resolve(),
    async findByUserList({ userIds }) {
      await clock.sleep(100);
      const users = new Map(
        userIds.map((userId) => [userId, { userId, counts: [], stageTasks: [] }]),
      );
      return { semester: null, users, isComplete: true, fetchedAtMs: clock.now() };
    },
  };
  const nowMs = clock.now;
  const batcher = createBatcher({
    source,
    gate: createQuotaGate({ quota: QUOTA, ledger: createMemoryLedger(QUOTA, nowMs), nowMs }),
    semesters: cyclesOf(nowMs, () => Promise.resolve(undefined)),
    spareSeats: { fillSpareSeats: () => [] },
    remember: () => undefined,
    clock,
    onDefect: (error) => {
      throw error;
    },
  });
  const operation = (signal = new AbortController().signal): OperationContext => ({
    signal,
    deadlineAtMs: clock.now() + 15_000,
    onCall: () => undefined,
    background: false,
    leavesReserve: false,
  });
  return { clock, batcher, operation };
}

/** CPU time of one user, in microseconds. */
async function costOf({ ask }: Crowd, size: number): Promise<number> {
  const world = createWorld();
  globalThis.gc?.();
  const before = process.cpuUsage();
  let answers: Promise<unknown>[] = [];
  world.clock.at(0, () => (answers = ask(world, size)));
  await world.clock.run();
  await Promise.all(answers);
  const { user, system } = process.cpuUsage(before);
  return (user + system) / size;
}

/** Of as many users for each size, so that the compiler and the collector have as much to do for each. */
async function averageCost(crowd: Crowd, size: number): Promise<number> {
  const crowds = MOST_USERS / size;
  let sum = 0;
  for (let i = 0; i < crowds; i += 1) sum += await costOf(crowd, size);
  return sum / crowds;
}

/** How long it takes, in milliseconds, when all of a crowd leave in the same moment. */
async function leavingMs(size: number, userOf: (i: number) => string): Promise<number> {
  const { batcher, operation } = createWorld();
  const controllers = range(size).map(() => new AbortController());
  const answers = controllers.flatMap(({ signal }, i) =>
    batcher.load(scopeOf(0), [userOf(i)], operation(signal)),
  );
  const settled = Promise.allSettled(answers);
  const startedAtMs = performance.now();
  for (const controller of controllers) controller.abort();
  await settled;
  return performance.now() - startedAtMs;
}

async function main(): Promise<void> {
  const rows: Record<string, string | number>[] = [];
  const faults: string[] = [];
  for (const crowd of CROWDS) {
    const costs = new Map<number, number>();
    for (let round = 0; round < RUNS; round += 1) {
      for (const size of SIZES) {
        const cost = await averageCost(crowd, size);
        costs.set(size, Math.min(costs.get(size) ?? Infinity, cost));
      }
    }
    const growth = (costs.get(4_000) ?? Infinity) / (costs.get(500) ?? 0);
    if (growth > MOST_GROWTH) faults.push(`${crowd.name}: ${growth.toFixed(2)} times at 4,000`);
    rows.push({
      'microseconds a user': crowd.name,
      ...Object.fromEntries([...costs].map(([size, cost]) => [String(size), cost.toFixed(1)])),
      '4,000 ÷ 500': growth.toFixed(2),
    });
  }
  console.table(rows);
  const leaving = {
    'with a user each': await least(() => leavingMs(8_000, (i) => `user ${i}`)),
    'with one user': await least(() => leavingMs(8_000, () => 'user')),
  };
  for (const [name, ms] of Object.entries(leaving)) {
    console.log(`8,000 operations ${name} leave within ${ms.toFixed(0)} ms`);
    if (ms > MOST_LEAVING_MS) faults.push(`leaving ${name} took ${ms.toFixed(0)} ms`);
  }
  for (const fault of faults) console.error(fault);
  process.exitCode = faults.length > 0 ? 1 : 0;
}

/** The machine is shared: what else runs only ever adds. */
async function least(measure: () => Promise<number>): Promise<number> {
  let best = Infinity;
  for (let run = 0; run < RUNS; run += 1) best = Math.min(best, await measure());
  return best;
}

function scopeOf(i: number): BatchScope {
  return { identity: { kind: 'app' }, semesterId: String(i), idType: 'OPEN_ID', filter: {} };
}

function range(length: number): number[] {
  return Array.from({ length }, (_, i) => i);
}

void main();
