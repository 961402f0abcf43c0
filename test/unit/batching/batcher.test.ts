import fc from 'fast-check';
import { VirtualClock } from '../../support/virtual-clock';
import { createBatcher } from '../../../src/batching/batcher';
import { cyclesOf } from '../../support/cycles';
import { createRefreshAhead } from '../../../src/loading/refresh-ahead';
import { userKey, type BatchScope } from '../../../src/batching/scope';
import type { OperationContext } from '../../../src/domain/operation-context';
import type { Snapshot } from '../../../src/cache/snapshot-cache';
import { GatewayError, type ErrorCode } from '../../../src/domain/errors';
import { Secret } from '../../../src/domain/secret';
import type { StageTask } from '../../../src/domain/stage-task';
import {
  filterKey,
  toUpstreamFilter,
  type FilterStrategy,
  type StageTaskFilter,
} from '../../../src/domain/stage-task-filter';
import type { StageTaskQuery, StageTaskSource, UpstreamIdentity } from '../../../src/feishu/ports';
import { createMemoryLedger } from '../../../src/quota/memory.ledger';
import type { Quota } from '../../../src/quota/pacing';
import { createQuotaGate } from '../../../src/quota/quota-gate';

/** Nobody says which cycles there are. */
const CANNOT_TELL = () => Promise.resolve(undefined);

const APP = { kind: 'app' as const };
const SCOPE: BatchScope = { identity: APP, semesterId: '1', idType: 'OPEN_ID', filter: {} };
const OTHER_CYCLE: BatchScope = { ...SCOPE, semesterId: '2' };
const TODO: BatchScope = { ...SCOPE, filter: { options: ['TODO'] } };
const DONE: BatchScope = { ...SCOPE, filter: { options: ['DONE'] } };
const MINUTE_MS = 60_000;
const QUOTA: Quota = { calls: 20, windowMs: MINUTE_MS };
const LATENCY_MS = 100;
/** The first of a crowd waits so long for the others. */
const GATHER_MS = 8;
/** So much of a caller's time is kept for the answer. */
const ANSWER_SHARE = 0.1;

/** What becomes of a call. The default is an answer after the usual time. */
type Fate =
  | { readonly kind: 'answered'; readonly latencyMs: number }
  | { readonly kind: 'rate limited'; readonly resetMs: number }
  | { readonly kind: 'unavailable' }
  /** The first attempt fails; the second one is answered. */
  | { readonly kind: 'retried' };

interface Call {
  readonly atMs: number;
  readonly query: StageTaskQuery;
  readonly identity: UpstreamIdentity;
  readonly callers: TestCaller[];
  abortedAtMs?: number;
  failed?: boolean;
}

interface TestCaller extends OperationContext {
  readonly name: string;
  readonly controller: AbortController;
  readonly waitedMs: number[];
}

interface Outcome {
  readonly atMs: number;
  readonly loaded?: Snapshot;
  readonly error?: unknown;
}

/** One user that one caller asked for. */
interface Asked {
  readonly scope: BatchScope;
  readonly userId: string;
  readonly caller: TestCaller;
  readonly askedAtMs: number;
  outcome?: Outcome;
}

interface AskOptions {
  readonly scope?: BatchScope;
  readonly timeMs?: number;
  readonly leavesAfterMs?: number | undefined;
}

interface WorldOptions {
  readonly quota?: Quota;
  readonly fates?: readonly Fate[];
  /** Why there is no token to be had. */
  readonly tokenFailure?: GatewayError;
}

/** Who the call is for, as upstream sees it. */
const nameOf = (identity: UpstreamIdentity) =>
  identity.kind === 'app' ? 'app' : identity.accessToken.reveal();

/** Every user has six tasks, whose IDs say whose they are, in which cycle, and who may see them. */
function tasksOf(
  query: Omit<StageTaskQuery, 'userIds'>,
  identity: UpstreamIdentity,
  userId: string,
) {
  const { semesterId, idType, filter } = query;
  return (['TODO', 'DONE', 'OVERDUE'] as const)
    .flatMap((option) => [10, 20].map((deadlineMs) => ({ option, deadlineMs })))
    .filter(
      ({ option, deadlineMs }) =>
        (filter.options?.includes(option) ?? true) &&
        deadlineMs > (filter.deadlineAfterMs ?? -1) &&
        deadlineMs < (filter.deadlineBeforeMs ?? Infinity),
    )
    .map(({ option, deadlineMs }): StageTask => ({
      stageId: [nameOf(identity), semesterId, idType, userId, option, deadlineMs].join('/'),
      name: null,
      deadline: new Date(deadlineMs),
      needTodoCount: 1,
      finishedCount: 0,
      jumpUrl: null,
      status: 'NEED_TODO',
      option,
    }));
}

function createWorld({ quota = QUOTA, fates = [], tokenFailure }: WorldOptions = {}) {
  const clock = new VirtualClock();
  const calls: Call[] = [];
  /** Attempts, which is what the quota counts. */
  const attemptTimesMs: number[] = [];
  const asked: Asked[] = [];
  const remembered: [key: string, snapshot: Snapshot][] = [];
  const refreshAhead = createRefreshAhead({ freshMs: MINUTE_MS, nowMs: clock.now });
  const defects: Error[] = [];
  /** When Feishu said that there were too many calls. */
  const closedAtMs: number[] = [];
  const comingFates = [...fates];
  /** Those who were told of the call that is about to be made. */
  let boarding: TestCaller[] = [];

  const source: StageTaskSource = {
    ready: () => (tokenFailure ? Promise.reject(tokenFailure) : Promise.resolve()),
    async findByUserList(query, identity, { signal, admitRetry }) {
      const call: Call = { atMs: clock.now(), query, identity, callers: boarding };
      boarding = [];
      calls.push(call);
      attemptTimesMs.push(clock.now());
      signal.addEventListener('abort', () => (call.abortedAtMs = clock.now()));
      try {
        await undergo(
          comingFates.shift() ?? { kind: 'answered', latencyMs: LATENCY_MS },
          signal,
          admitRetry,
        );
      } catch (error) {
        call.failed = true;
        throw error;
      }
      const answerFor = (userId: string) =>
        userId.startsWith('stranger')
          ? null
          : { userId, counts: [], stageTasks: tasksOf(query, identity, userId) };
      const users = new Map(query.userIds.map((userId) => [userId, answerFor(userId)]));
      return { semester: null, users, isComplete: true, fetchedAtMs: clock.now() };
    },
  };

  async function undergo(fate: Fate, signal: AbortSignal, admitRetry?: () => Promise<boolean>) {
    await wait(fate.kind === 'answered' ? fate.latencyMs : LATENCY_MS, signal);
    if (fate.kind === 'rate limited') {
      const details = { retryAfterMs: fate.resetMs };
      closedAtMs.push(clock.now());
      throw new GatewayError('UPSTREAM_RATE_LIMITED', 'Feishu allows no further call.', details);
    }
    if (fate.kind === 'unavailable') {
      throw new GatewayError('UPSTREAM_UNAVAILABLE', 'Feishu could not be reached.');
    }
    if (fate.kind === 'retried') {
      const admitted = (await admitRetry?.()) ?? true;
      await wait(0, signal);
      if (!admitted) throw new GatewayError('UPSTREAM_UNAVAILABLE', 'Feishu could not be reached.');
      attemptTimesMs.push(clock.now());
      await wait(LATENCY_MS, signal);
    }
  }

  async function wait(ms: number, signal: AbortSignal): Promise<void> {
    if (!signal.aborted) await clock.sleep(ms, signal).catch(() => undefined);
    if (signal.aborted) throw new GatewayError('UPSTREAM_TIMEOUT', 'nobody waits any more');
  }

  const batcher = createBatcher({
    source,
    gate: createQuotaGate({
      quota,
      ledger: createMemoryLedger(quota, clock.now),
      nowMs: clock.now,
    }),
    semesters: cyclesOf(clock.now, CANNOT_TELL),
    spareSeats: refreshAhead,
    remember: (entries) => remembered.push(...entries),
    clock,
    onDefect: (error) => defects.push(error),
  });

  function createCaller(timeMs: number, leavesAfterMs?: number): TestCaller {
    const controller = new AbortController();
    const deadlineAtMs = clock.now() + timeMs;
    const caller: TestCaller = {
      name: `caller ${asked.length}`,
      controller,
      signal: controller.signal,
      deadlineAtMs,
      waitedMs: [],
      background: false,
      leavesReserve: false,
      onCall(waitedMs) {
        caller.waitedMs.push(waitedMs);
        boarding.push(caller);
      },
    };
    clock.at(deadlineAtMs, () => {
      controller.abort(new DOMException('the deadline has passed', 'TimeoutError'));
    });
    if (leavesAfterMs !== undefined) {
      clock.at(clock.now() + leavesAfterMs, () => {
        controller.abort(new DOMException('the client has gone', 'AbortError'));
      });
    }
    return caller;
  }

  /** Asks now. */
  function ask(userIds: readonly string[], options: AskOptions = {}): Asked[] {
    const { scope = SCOPE, timeMs = 15_000, leavesAfterMs } = options;
    const caller = createCaller(timeMs, leavesAfterMs);
    const answers = batcher.load(scope, userIds, caller);
    joinCallUnderWay(caller, scope, userIds);
    return answers.map((answer, i) => {
      const one: Asked = {
        scope,
        userId: userIds[i] ?? '',
        caller,
        askedAtMs: clock.now(),
      };
      asked.push(one);
      void answer.then(
        (loaded) => (one.outcome = { atMs: clock.now(), loaded }),
        (error: unknown) => (one.outcome = { atMs: clock.now(), error }),
      );
      return one;
    });
  }

  /** Whoever is told of a call while it asks has joined one that is under way. */
  function joinCallUnderWay(
    caller: TestCaller,
    scope: BatchScope,
    userIds: readonly string[],
  ): void {
    boarding = [];
    if (caller.waitedMs.length === 0) return;
    for (const call of calls) {
      const { query, identity, callers } = call;
      if (
        nameOf(identity) === nameOf(scope.identity) &&
        query.semesterId === scope.semesterId &&
        query.idType === scope.idType &&
        filterKey(query.filter) === filterKey(scope.filter) &&
        query.userIds.some((id) => userIds.includes(id))
      ) {
        callers.push(caller);
      }
    }
  }

  /** Asks later, and says what came of it when time has run out. */
  function at(atMs: number, userIds: readonly string[], options?: AskOptions): Asked[] {
    const all: Asked[] = [];
    clock.at(atMs, () => all.push(...ask(userIds, options)));
    return all;
  }

  return {
    clock,
    batcher,
    refreshAhead,
    calls,
    attemptTimesMs,
    asked,
    remembered,
    defects,
    closedAtMs,
    ask,
    at,
  };
}

const usersOf = (calls: readonly Call[]) => calls.map(({ query }) => query.userIds);
const crowd = (size: number, prefix = 'user') =>
  Array.from({ length: size }, (_, i) => `${prefix} ${i + 1}`);
const tasksGot = ({ outcome }: Asked) =>
  outcome?.loaded?.stageTasks?.stageTasks.map(({ stageId }) => stageId);
const tasksDue = ({ scope, userId }: Asked) =>
  tasksOf(scope, scope.identity, userId).map(({ stageId }) => stageId);
const answered = (all: readonly Asked[]) => all.filter(({ outcome }) => outcome?.loaded).length;

function errorOf({ outcome }: Asked): GatewayError | undefined {
  return outcome?.error instanceof GatewayError ? outcome.error : undefined;
}

function mostInAnyWindow(timesMs: readonly number[], { windowMs }: Quota): number {
  const inWindow = (endMs: number) => (ms: number) => ms > endMs - windowMs && ms <= endMs;
  return Math.max(0, ...timesMs.map((endMs) => timesMs.filter(inWindow(endMs)).length));
}

/** The quota has just been spent: nothing leaves for a minute. */
function spend(world: ReturnType<typeof createWorld>): void {
  for (let i = 0; i < 20; i += 1) world.at(0, crowd(50, `burst ${i}`));
}

describe('a lone request', () => {
  it('leaves within 25 ms, for its user only', async () => {
    const { clock, calls, at } = createWorld();
    const [one] = [at(1_000, ['user 1'])];
    await clock.run();
    expect(usersOf(calls)).toEqual([['user 1']]);
    expect(calls[0]?.atMs).toBeLessThanOrEqual(1_025);
    expect(one.map(tasksGot)).toEqual(one.map(tasksDue));
  });

  it('about somebody whom Feishu does not know is answered with nobody', async () => {
    const { clock, at } = createWorld();
    const all = at(0, ['user 1', 'stranger']);
    await clock.run();
    expect(all[1]?.outcome?.loaded).toMatchObject({ stageTasks: null, semester: null });
    expect(all.slice(0, 1).map(tasksGot)).toEqual(all.slice(0, 1).map(tasksDue));
  });

  it('is answered with all that Feishu said of its user, which is what is remembered', async () => {
    const { clock, at, remembered } = createWorld();
    const [one] = [at(0, ['user 1'], { scope: TODO })];
    await clock.run();
    const stageTasks = { userId: 'user 1', counts: [], stageTasks: tasksOf(TODO, APP, 'user 1') };
    const snapshot = { stageTasks, semester: null, fetchedAtMs: GATHER_MS + LATENCY_MS };
    expect(one[0]?.outcome?.loaded).toEqual(snapshot);
    expect(remembered).toEqual([[userKey(TODO, 'user 1'), snapshot]]);
  });

  it('is told how long it waited for its call', async () => {
    const { clock, at } = createWorld();
    const all = at(500, ['user 1', 'user 2']);
    await clock.run();
    expect(all[0]?.caller.waitedMs).toEqual([GATHER_MS]);
  });

  it('is not lost when it comes in the very moment in which the last call leaves', async () => {
    const { clock, ask, batcher, asked } = createWorld();
    clock.at(0, () => {
      const { signal } = new AbortController();
      const onCall = () => {
        queueMicrotask(() => ask(['user 2']));
      };
      void batcher.load(SCOPE, ['user 1'], {
        signal,
        deadlineAtMs: 15_000,
        onCall,
        background: false,
        leavesReserve: false,
      });
    });
    await clock.run();
    expect(asked.map(tasksGot)).toEqual(asked.map(tasksDue));
    expect(asked).toHaveLength(1);
  });
});

describe('500 callers at once', () => {
  it('with a user each share ten calls', async () => {
    const world = createWorld();
    const all = crowd(500).map((userId) => world.at(0, [userId]));
    await world.clock.run();
    expect(world.calls).toHaveLength(10);
    expect(all.flat().map(tasksGot)).toEqual(all.flat().map(tasksDue));
  });

  it('with the same user share one call', async () => {
    const world = createWorld();
    const all = crowd(500).map(() => world.at(0, ['user 1']));
    await world.clock.run();
    expect(usersOf(world.calls)).toEqual([['user 1']]);
    expect(answered(all.flat())).toBe(500);
  });

  it('with the same 50 users cost a call for each filter that Feishu is asked with', async () => {
    const world = createWorld();
    const filters: StageTaskFilter[] = [
      {},
      { options: ['TODO'] },
      { deadlineAfterMs: 15 },
      { deadlineBeforeMs: 15 },
    ];
    const all = filters.map((filter) => world.at(0, crowd(50), { scope: { ...SCOPE, filter } }));
    await world.clock.run();
    expect(world.calls.map(({ query }) => query.filter)).toEqual(filters);
    expect(all.flat().map(tasksGot)).toEqual(all.flat().map(tasksDue));
  });
});

describe('somebody who asks for a user whose call is under way', () => {
  it('shares its answer, and the call knows of both', async () => {
    const { clock, calls, at, asked } = createWorld();
    at(0, ['user 1']);
    const late = at(50, ['user 1']);
    await clock.run();
    expect(calls).toHaveLength(1);
    expect(asked.map(tasksGot)).toEqual(asked.map(tasksDue));
    expect(late[0]?.outcome?.atMs).toBe(GATHER_MS + LATENCY_MS);
    expect(late[0]?.caller.waitedMs).toEqual([0]);
  });

  it('gets a call of its own under another filter, in another cycle or in another name', async () => {
    const { clock, calls, at, asked } = createWorld();
    at(0, ['user 1'], { scope: TODO });
    at(50, ['user 1']);
    at(50, ['user 1'], { scope: { ...TODO, semesterId: '2' } });
    const identity = { kind: 'user' as const, accessToken: new Secret('u-1') };
    at(50, ['user 1'], { scope: { ...TODO, identity } });
    await clock.run();
    expect(calls).toHaveLength(4);
    expect(asked.map(tasksGot)).toEqual(asked.map(tasksDue));
  });

  it('keeps it going when the first caller leaves', async () => {
    const { clock, calls, at } = createWorld();
    const first = at(0, ['user 1'], { leavesAfterMs: 60 });
    const second = at(50, ['user 1']);
    await clock.run();
    expect(calls).toHaveLength(1);
    expect(calls[0]?.abortedAtMs).toBeUndefined();
    expect(first.map(errorOf)).toMatchObject([{ code: 'UPSTREAM_TIMEOUT' }]);
    expect(second.map(tasksGot)).toEqual(second.map(tasksDue));
  });

  it('is not lost when it asks in the very moment of the answer', async () => {
    const { clock, ask, batcher, asked } = createWorld();
    clock.at(0, () => {
      const { signal } = new AbortController();
      const caller = {
        signal,
        deadlineAtMs: 15_000,
        onCall: () => undefined,
        background: false,
        leavesReserve: false,
      };
      const [answer] = batcher.load(SCOPE, ['user 1'], caller);
      void answer?.then(() => ask(['user 1']));
    });
    await clock.run();
    expect(asked.map(tasksGot)).toEqual(asked.map(tasksDue));
  });

  it('does not share the end of a call that everybody else has left', async () => {
    const { clock, at, ask } = createWorld();
    const first = at(0, ['user 1']);
    const second: Asked[] = [];
    clock.at(50, () => {
      first[0]?.caller.controller.abort();
      second.push(...ask(['user 1']));
    });
    await clock.run();
    expect(second.map(tasksGot)).toEqual(second.map(tasksDue));
  });
});

describe('a caller who leaves', () => {
  it('frees its seat, and costs no call when nobody else waits', async () => {
    const { clock, calls, at, batcher } = createWorld();
    const all = at(0, ['user 1', 'user 2'], { leavesAfterMs: 3 });
    await clock.run();
    expect(calls).toEqual([]);
    expect(all.map((one) => one.outcome?.atMs)).toEqual([3, 3]);
    expect(batcher.waitingUsers()).toBe(0);
  });

  it('takes along only the users that nobody else asks for', async () => {
    const { clock, calls, at } = createWorld();
    at(0, ['user 1', 'user 2'], { leavesAfterMs: 3 });
    at(0, ['user 2', 'user 3']);
    await clock.run();
    expect(usersOf(calls)).toEqual([['user 2', 'user 3']]);
  });

  it('has its call aborted once it is the last one', async () => {
    const { clock, calls, at } = createWorld();
    at(0, ['user 1'], { leavesAfterMs: 50 });
    at(0, ['user 2'], { leavesAfterMs: 70 });
    await clock.run();
    expect(calls.map(({ abortedAtMs }) => abortedAtMs)).toEqual([70]);
  });

  it('before it even asked is not asked for', async () => {
    const { clock, calls, batcher } = createWorld();
    const outcomes: unknown[] = [];
    clock.at(0, () => {
      const gone = AbortSignal.abort();
      const caller = {
        signal: gone,
        deadlineAtMs: 15_000,
        onCall: () => undefined,
        background: false,
        leavesReserve: false,
      };
      for (const answer of batcher.load(SCOPE, ['user 1'], caller)) {
        answer.catch((error: unknown) => outcomes.push(error));
      }
    });
    await clock.run();
    expect(calls).toEqual([]);
    expect(outcomes).toHaveLength(1);
  });
});

describe('a caller who cannot be answered in time', () => {
  it('is told at once, and when to come again', async () => {
    const world = createWorld();
    spend(world);
    const late = world.at(10_000, ['user 1'], { timeMs: 15_000 });
    await world.clock.run();
    expect(late.map(errorOf)).toMatchObject([
      { code: 'UPSTREAM_RATE_LIMITED', details: { retryAfterMs: 50_000 + GATHER_MS } },
    ]);
    expect(late[0]?.outcome?.atMs).toBe(10_000);
    expect(usersOf(world.calls).flat()).not.toContain('user 1');
  });

  it('is answered when there is just enough time, a tenth of which is upstream’s', async () => {
    const world = createWorld();
    spend(world);
    const atMs = 10_000;
    const waitMs = MINUTE_MS + GATHER_MS - atMs;
    const enough = world.at(atMs, ['user 1'], { timeMs: Math.ceil(waitMs / 0.9) });
    const tooLittle = world.at(atMs, ['user 2'], { timeMs: Math.floor(waitMs / 0.9) - 2 });
    await world.clock.run();
    expect(enough.map(tasksGot)).toEqual(enough.map(tasksDue));
    expect(tooLittle.map(errorOf)).toMatchObject([{ code: 'UPSTREAM_RATE_LIMITED' }]);
  });

  it('is told at once behind a crowd that fills the calls before its own', async () => {
    const world = createWorld({ quota: { calls: 1, windowMs: 10_000 } });
    world.at(0, crowd(100), { timeMs: 22_000 });
    // The third call leaves after 20 s.
    const late = world.at(1, ['user 101'], { timeMs: 22_100, scope: OTHER_CYCLE });
    await world.clock.run();
    expect(late.map(errorOf)).toMatchObject([{ code: 'UPSTREAM_RATE_LIMITED' }]);
    expect(late[0]?.outcome?.atMs).toBe(1);
  });

  it('is told at once when different filters need more calls than there is time for', async () => {
    const quota = { calls: 1, windowMs: 10_000 };
    const world = createWorld({ quota });
    world.at(0, ['user 1'], { scope: TODO });
    world.at(1, ['user 1'], { scope: DONE });
    // The third call leaves after 20 s.
    const late = world.at(2, ['user 1'], { timeMs: 15_000 });
    await world.clock.run();
    expect(late.map(errorOf)).toMatchObject([{ code: 'UPSTREAM_RATE_LIMITED' }]);
    expect(late[0]?.outcome?.atMs).toBe(2);
  });

  it('is let in line when it has less time than the crowd that came before it', async () => {
    const world = createWorld({ quota: { calls: 1, windowMs: 10_000 } });
    world.at(0, crowd(99), { timeMs: 300_000 });
    // The crowd's second call, which has free seats, would leave at 10 s too.
    const urgent = world.at(1_000, ['user 100'], { scope: OTHER_CYCLE, timeMs: 14_000 });
    await world.clock.run();
    expect(urgent.map(tasksGot)).toEqual(urgent.map(tasksDue));
  });

  it('is told at once when the gate closes while it waits in line', async () => {
    const quota = { calls: 2, windowMs: 10_000 };
    const world = createWorld({
      quota,
      fates: [
        { kind: 'answered', latencyMs: 1 },
        { kind: 'rate limited', resetMs: 60_000 },
      ],
    });
    world.at(0, ['user 1']);
    world.at(5_000, ['user 2'], { timeMs: 5_000 });
    // Could have left at 10 s.
    const inLine = world.at(5_050, ['user 3'], { timeMs: 15_000 });
    await world.clock.run();
    expect(inLine.map(errorOf)).toMatchObject([
      { code: 'UPSTREAM_RATE_LIMITED', details: { retryAfterMs: 60_000 } },
    ]);
    expect(inLine[0]?.outcome?.atMs).toBeLessThan(5_200);
  });
});

describe('a call that Feishu does not answer', () => {
  it('is made again when Feishu only wants to be left alone for a while: its users never know', async () => {
    const { clock, calls, at } = createWorld({ fates: [{ kind: 'rate limited', resetMs: 7_000 }] });
    const all = at(0, ['user 1', 'user 2']);
    await clock.run();
    expect(calls).toHaveLength(2);
    const closedAtMs = GATHER_MS + LATENCY_MS;
    expect(calls[1]?.atMs).toBeGreaterThanOrEqual(closedAtMs + 7_000);
    expect(calls[1]?.atMs).toBeLessThanOrEqual(closedAtMs + 7_000 + GATHER_MS);
    expect(all.map(tasksGot)).toEqual(all.map(tasksDue));
  });

  it('ends at once for those who cannot wait that long, and goes on for those who can', async () => {
    const { clock, at } = createWorld({ fates: [{ kind: 'rate limited', resetMs: 20_000 }] });
    const hasty = at(0, ['user 1'], { timeMs: 10_000 });
    const patient = at(0, ['user 2'], { timeMs: 60_000 });
    await clock.run();
    expect(hasty.map(errorOf)).toMatchObject([
      { code: 'UPSTREAM_RATE_LIMITED', details: { retryAfterMs: 20_000 } },
    ]);
    expect(hasty[0]?.outcome?.atMs).toBe(GATHER_MS + LATENCY_MS);
    expect(patient.map(tasksGot)).toEqual(patient.map(tasksDue));
  });

  it('fails all who share it, once, and nobody who comes after it', async () => {
    const { clock, calls, at } = createWorld({ fates: [{ kind: 'unavailable' }] });
    const all = at(0, ['user 1', 'user 2']);
    const after = at(200, ['user 1']);
    await clock.run();
    expect(all.map(errorOf)).toMatchObject(Array(2).fill({ code: 'UPSTREAM_UNAVAILABLE' }));
    expect(after.map(tasksGot)).toEqual(after.map(tasksDue));
    expect(calls).toHaveLength(2);
  });
});

describe('a background refresh', () => {
  it('is remembered, and counts nobody as waiting', async () => {
    const { clock, batcher, calls, remembered } = createWorld();
    clock.at(0, () => {
      batcher.refresh(SCOPE, crowd(3));
    });
    clock.at(1, () => {
      expect(batcher.waitingUsers()).toBe(0);
    });
    await clock.run();
    expect(usersOf(calls)).toEqual([crowd(3)]);
    expect(remembered).toHaveLength(3);
  });

  it('of a user that is being refreshed is not done twice', async () => {
    const { clock, batcher, calls } = createWorld();
    for (const atMs of [0, 1, 50]) {
      clock.at(atMs, () => {
        batcher.refresh(SCOPE, ['user 1']);
      });
    }
    clock.at(1_000, () => {
      batcher.refresh(SCOPE, ['user 1']);
    });
    await clock.run();
    expect(calls).toHaveLength(2);
  });

  it('uses the free seats of a call that leaves anyway, and no others', async () => {
    const { clock, batcher, calls, at } = createWorld();
    clock.at(0, () => {
      batcher.refresh(SCOPE, crowd(40, 'stale'));
    });
    at(1, crowd(45));
    await clock.run();
    const [first = []] = usersOf(calls);
    expect(first).toEqual(expect.arrayContaining(crowd(45)));
    expect(first).toHaveLength(50);
  });

  it('does not hold up those who wait, however long it has been waiting itself', async () => {
    const world = createWorld();
    // Half of the quota is spent, so that refreshes have to wait for the rest of the minute.
    for (let i = 0; i < 10; i += 1) world.at(0, crowd(50, `burst ${i}`));
    world.clock.at(1_000, () => {
      world.batcher.refresh(SCOPE, ['stale']);
    });
    const waiting = world.at(30_000, ['user 1'], { scope: OTHER_CYCLE, timeMs: 40_000 });
    await world.clock.run();
    expect(waiting.map(tasksGot)).toEqual(waiting.map(tasksDue));
    expect(waiting[0]?.outcome?.atMs).toBeLessThan(35_000);
  });
});

describe('a call that leaves with seats to spare', () => {
  const FRESH_FOR_LONG_MS = 40_000;

  function noteAsked(world: ReturnType<typeof createWorld>, scope: BatchScope, userIds: string[]) {
    for (const userId of userIds) world.refreshAhead.noteServed(scope, userId, 0);
  }

  it('takes along those who are about to go stale, of its own cycle and filter only, and remembers them', async () => {
    const world = createWorld();
    world.clock.at(FRESH_FOR_LONG_MS, () => {
      noteAsked(world, SCOPE, crowd(3, 'soon stale'));
      noteAsked(world, OTHER_CYCLE, crowd(3, 'of another cycle'));
    });
    const waiting = [
      world.at(FRESH_FOR_LONG_MS, ['user 1'], { scope: TODO }),
      world.at(FRESH_FOR_LONG_MS + 10_000, ['user 2']),
    ];
    await world.clock.run();

    const [first, second = []] = usersOf(world.calls);
    expect(first).toEqual(['user 1']);
    expect([...second].sort()).toEqual([...crowd(3, 'soon stale'), 'user 2']);
    expect(waiting.flat().map(tasksGot)).toEqual(waiting.flat().map(tasksDue));
    expect(world.remembered.filter(([key]) => key.includes('soon stale'))).toHaveLength(3);
  });
});

describe('a call', () => {
  it('is not counted before there is a token for it: without one its users are told, at no cost', async () => {
    const tokenFailure = new GatewayError('UPSTREAM_PERMISSION_DENIED', 'no token');
    const { clock, calls, at, batcher } = createWorld({ tokenFailure });
    const all = [at(0, ['user 1', 'user 2']), at(1_000, ['user 3'])];
    await clock.run();

    expect(all.flat().map(errorOf)).toEqual(Array(3).fill(tokenFailure));
    expect(calls).toEqual([]);
    expect(batcher.waitingUsers()).toBe(0);
  });

  it('waits for its token where Feishu wants to be left alone before it gives one', async () => {
    const tokenFailure = new GatewayError('UPSTREAM_RATE_LIMITED', 'wait', { retryAfterMs: 5_000 });
    const world = createWorld({ tokenFailure });
    const patient = world.at(0, ['user 1']);
    const urgent = world.at(0, ['user 2'], { timeMs: 4_000 });
    world.clock.at(6_000, () => {
      expect(world.batcher.waitingUsers()).toBe(1);
    });
    await world.clock.run();

    expect(urgent.map(errorOf)).toMatchObject([
      { code: 'UPSTREAM_RATE_LIMITED', details: { retryAfterMs: 5_000 } },
    ]);
    expect(urgent[0]?.outcome?.atMs).toBeLessThan(100);
    expect(patient[0]?.outcome?.atMs).toBeGreaterThan(6_000);
  });

  it('does not count as full by users under another filter', async () => {
    const world = createWorld();
    // Busy, so that a call that is not full has to wait for its turn.
    for (let i = 0; i < 15; i += 1) world.at(i * 10, [`busy ${i}`]);
    world.at(1_000, crowd(30), { scope: TODO });
    world.at(1_000, crowd(30), { scope: DONE });
    await world.clock.run();
    const first = world.calls.find(({ query }) => query.userIds.length === 30);

    expect(first?.atMs).toBeGreaterThan(1_500);
  });
});

describe('somebody who waits in a quiet cycle', () => {
  it('is not passed over for ever by the full calls of a busy one', async () => {
    const world = createWorld();
    for (let second = 0; second < 60; second += 1) {
      world.at(second * 1_000, crowd(50, `busy ${second}`), { timeMs: 180_000 });
    }
    const lone = world.at(20_500, ['user 1'], { scope: OTHER_CYCLE, timeMs: 120_000 });
    await world.clock.run();
    expect(lone.map(tasksGot)).toEqual(lone.map(tasksDue));
  });
});

describe('the number of waiting users', () => {
  it('counts each user of a cycle once, from the question until its call leaves', async () => {
    const { clock, batcher, at } = createWorld();
    const seen: number[] = [];
    const look = () => seen.push(batcher.waitingUsers());
    at(0, ['user 1', 'user 2']);
    at(1, ['user 2', 'user 3']);
    at(2, ['user 1'], { scope: OTHER_CYCLE });
    for (const atMs of [0, 1, 2, 10_000]) clock.at(atMs, look);
    await clock.run();
    expect(seen).toEqual([2, 3, 4, 0]);
  });
});

describe('whatever happens', () => {
  const SCOPES: readonly BatchScope[] = [
    SCOPE,
    OTHER_CYCLE,
    { ...SCOPE, idType: 'USER_ID' },
    { ...SCOPE, identity: { kind: 'user', accessToken: new Secret('u-1') } },
    { ...SCOPE, identity: { kind: 'user', accessToken: new Secret('u-2') } },
  ];
  const FILTERS: readonly StageTaskFilter[] = [
    {},
    { options: ['TODO'] },
    { options: ['DONE', 'OVERDUE'] },
    { deadlineAfterMs: 10 },
    { options: ['TODO'], deadlineBeforeMs: 20 },
  ];
  const SMALL_QUOTA: Quota = { calls: 3, windowMs: 1_000 };

  const fates: fc.Arbitrary<Fate> = fc.oneof(
    fc.record({ kind: fc.constant('answered' as const), latencyMs: fc.nat(800) }),
    fc.record({ kind: fc.constant('rate limited' as const), resetMs: fc.nat(1_500) }),
    fc.constant({ kind: 'unavailable' as const }),
    fc.constant({ kind: 'retried' as const }),
  );
  const users = fc.oneof(
    { weight: 9, arbitrary: fc.subarray(crowd(6), { minLength: 1 }) },
    { weight: 1, arbitrary: fc.constant(crowd(60)) },
  );
  interface Visit {
    readonly atMs: number;
    readonly userIds: readonly string[];
    readonly scope: BatchScope;
    readonly filter: StageTaskFilter;
    readonly timeMs: number;
    readonly leavesAfterMs: number | null;
    readonly background: boolean;
  }
  const visits: fc.Arbitrary<Visit> = fc.record({
    atMs: fc.nat(4_000),
    userIds: users,
    scope: fc.constantFrom(...SCOPES),
    filter: fc.constantFrom(...FILTERS),
    timeMs: fc.integer({ min: 1, max: 5_000 }),
    leavesAfterMs: fc.option(fc.nat(1_500)),
    background: fc.constant(false),
  });
  const refreshes = visits.map((visit) => ({ ...visit, background: true }));
  const schedules = fc.array(
    fc.oneof({ weight: 5, arbitrary: visits }, { weight: 1, arbitrary: refreshes }),
    {
      maxLength: 25,
    },
  );

  async function live(
    schedule: readonly Visit[],
    strategy: FilterStrategy,
    coming: readonly Fate[],
  ) {
    const world = createWorld({ quota: SMALL_QUOTA, fates: coming });
    for (const { atMs, userIds, timeMs, leavesAfterMs, background, ...visit } of schedule) {
      const filter = toUpstreamFilter(strategy, visit.filter);
      const scope = { ...visit.scope, filter };
      if (background) {
        world.clock.at(atMs, () => {
          world.batcher.refresh(scope, userIds);
        });
      } else {
        world.at(atMs, userIds, {
          scope,
          timeMs,
          leavesAfterMs: leavesAfterMs ?? undefined,
        });
      }
    }
    await world.clock.run();
    return world;
  }

  type World = ReturnType<typeof createWorld>;
  async function inEveryCase(check: (world: World) => void): Promise<void> {
    const strategies = fc.constantFrom<FilterStrategy>('auto', 'pushdown');
    await fc.assert(
      fc.asyncProperty(
        schedules,
        strategies,
        fc.array(fates, { maxLength: 8 }),
        async (...drawn) => {
          check(await live(...drawn));
        },
      ),
      { numRuns: 150 },
    );
  }

  it('everybody is answered or told why not, by the deadline, and nobody waits on', async () => {
    await inEveryCase(({ asked, batcher, defects }) => {
      for (const { outcome, caller } of asked) {
        expect(outcome).toBeDefined();
        expect(outcome?.atMs).toBeLessThanOrEqual(caller.deadlineAtMs);
      }
      expect(batcher.waitingUsers()).toBe(0);
      expect(defects).toEqual([]);
    });
  });

  it('nobody gets another user’s tasks, nor another cycle’s, ID type’s, filter’s or identity’s', async () => {
    await inEveryCase(({ asked }) => {
      for (const one of asked.filter(({ outcome }) => outcome?.loaded)) {
        expect(one.outcome?.loaded?.stageTasks?.userId).toBe(one.userId);
        expect(tasksGot(one)).toEqual(tasksDue(one));
      }
    });
  });

  it('no more calls leave in any window than the quota allows, retries included', async () => {
    await inEveryCase(({ attemptTimesMs }) => {
      expect(mostInAnyWindow(attemptTimesMs, SMALL_QUOTA)).toBeLessThanOrEqual(SMALL_QUOTA.calls);
    });
  });

  it('no call asks for more users than it may, for nobody, or for somebody twice', async () => {
    await inEveryCase(({ calls }) => {
      for (const { query, identity } of calls) {
        expect(query.userIds.length).toBeGreaterThan(0);
        expect(query.userIds.length).toBeLessThanOrEqual(identity.kind === 'user' ? 1 : 50);
        expect(new Set(query.userIds).size).toBe(query.userIds.length);
      }
    });
  });

  it('a call is aborted only when all of its callers have gone', async () => {
    await inEveryCase(({ calls }) => {
      for (const { abortedAtMs, callers } of calls) {
        if (abortedAtMs !== undefined)
          expect(callers.map(({ signal }) => signal.aborted)).not.toContain(false);
      }
    });
  });

  it('an error is the caller’s own: too little time, a call of its own that failed, or its own end', async () => {
    await inEveryCase(({ asked, calls, closedAtMs, attemptTimesMs }) => {
      for (const one of asked.filter(({ outcome }) => outcome?.error)) {
        const { caller, outcome } = one;
        const failed = calls.some((call) => call.failed === true && call.callers.includes(caller));
        const code: ErrorCode | undefined = errorOf(one)?.code;
        if (code === 'UPSTREAM_RATE_LIMITED') {
          expect(errorOf(one)?.details.retryAfterMs).toBeGreaterThanOrEqual(0);
          // Told when it asked, when its call failed, when the gate closed, or when others had the calls.
          const told = [one.askedAtMs, ...closedAtMs].includes(outcome?.atMs ?? NaN);
          const spent = attemptTimesMs.filter((ms) => ms <= (outcome?.atMs ?? 0));
          const nextCallAtMs = (spent.at(-SMALL_QUOTA.calls) ?? -Infinity) + SMALL_QUOTA.windowMs;
          const timeMs = caller.deadlineAtMs - one.askedAtMs;
          const tooLate = nextCallAtMs > caller.deadlineAtMs - timeMs * ANSWER_SHARE;
          expect(failed || told || tooLate).toBe(true);
        } else if (code === 'UPSTREAM_UNAVAILABLE') expect(failed).toBe(true);
        else
          expect({ code, gone: caller.signal.aborted }).toEqual({
            code: 'UPSTREAM_TIMEOUT',
            gone: true,
          });
      }
    });
  });
});
