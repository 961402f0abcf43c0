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
 * Measures the CPU time of a waiting user from request to answer. It must not grow with the number of
 * waiting users. Also measures how long it takes when all of them disconnect at once. Fails if a bound is
 * missed.
 */
const SIZES = [500, 1_000, 2_000, 4_000, 8_000];
/** The cost of a user among 4,000 divided by the cost of a user among 500. */
const MAX_GROWTH = 1.5;
const MAX_DISCONNECT_MS = 200;
const RUNS = 7;
const MAX_USERS = 8_000;
/** Enough calls to answer all users, but too few at once, so that all users wait. */
const QUOTA = { calls: 10_000, windowMs: 60_000 };

interface Crowd {
  readonly name: string;
  /** Loads users for operations. Crowds differ in how many operations share a user. */
  readonly load: (world: World, size: number) => Promise<unknown>[];
}

const CROWDS: readonly Crowd[] = [
  {
    name: 'as many operations',
    load: ({ batcher, operation }, size) =>
      range(size).flatMap((i) => batcher.load(scopeOf(0), [`user ${i}`], operation())),
  },
  {
    name: 'one operation',
    load: ({ batcher, operation }, size) =>
      batcher.load(
        scopeOf(0),
        range(size).map((i) => `user ${i}`),
        operation(),
      ),
  },
  {
    name: 'views of one user in one operation',
    load({ batcher, operation }, size) {
      const one = operation();
      return range(size).flatMap(() => batcher.load(scopeOf(0), ['user'], one));
    },
  },
  {
    name: 'one user in as many operations',
    load: ({ batcher, operation }, size) =>
      range(size).flatMap(() => batcher.load(scopeOf(0), ['user'], operation())),
  },
  {
    name: 'one scope each',
    load: ({ batcher, operation }, size) =>
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
    end: signal,
    signal,
    deadlineAtMs: clock.now() + 15_000,
    onCall: () => undefined,
    background: false,
    leavesReserve: false,
  });
  return { clock, batcher, operation };
}

/** Returns the CPU time per user in microseconds. */
async function costOf({ load }: Crowd, size: number): Promise<number> {
  const world = createWorld();
  globalThis.gc?.();
  const before = process.cpuUsage();
  let answers: Promise<unknown>[] = [];
  world.clock.at(0, () => (answers = load(world, size)));
  await world.clock.run();
  await Promise.all(answers);
  const { user, system } = process.cpuUsage(before);
  return (user + system) / size;
}

/** Loads the same number of users for each size, so that JIT and garbage collector do the same work. */
async function averageCost(crowd: Crowd, size: number): Promise<number> {
  const crowds = MAX_USERS / size;
  let sum = 0;
  for (let i = 0; i < crowds; i += 1) sum += await costOf(crowd, size);
  return sum / crowds;
}

/** Returns how long it takes, in milliseconds, when all clients disconnect at once. */
async function disconnectMs(size: number, userOf: (i: number) => string): Promise<number> {
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
    if (growth > MAX_GROWTH) faults.push(`${crowd.name}: ${growth.toFixed(2)} times at 4,000`);
    rows.push({
      'microseconds a user': crowd.name,
      ...Object.fromEntries([...costs].map(([size, cost]) => [String(size), cost.toFixed(1)])),
      '4,000 ÷ 500': growth.toFixed(2),
    });
  }
  console.table(rows);
  const disconnects = {
    'with a user each': await fastest(() => disconnectMs(8_000, (i) => `user ${i}`)),
    'with one user': await fastest(() => disconnectMs(8_000, () => 'user')),
  };
  for (const [name, ms] of Object.entries(disconnects)) {
    console.log(`8,000 operations ${name} disconnect within ${ms.toFixed(0)} ms`);
    if (ms > MAX_DISCONNECT_MS) faults.push(`disconnects ${name} took ${ms.toFixed(0)} ms`);
  }
  for (const fault of faults) console.error(fault);
  process.exitCode = faults.length > 0 ? 1 : 0;
}

/** Takes the fastest run, because other processes on the machine only add time. */
async function fastest(measure: () => Promise<number>): Promise<number> {
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
