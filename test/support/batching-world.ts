import { VirtualClock } from './virtual-clock';
import { createBatcher } from '../../src/batching/batcher';
import type { BatchScope } from '../../src/batching/scope';
import type { Snapshot } from '../../src/cache/snapshot-cache';
import { GatewayError } from '../../src/domain/errors';
import {
  ParametersRefused,
  type StageTaskQuery,
  type StageTaskSource,
} from '../../src/feishu/ports';
import { createRefreshAhead } from '../../src/loading/refresh-ahead';
import { createMemoryLedger } from '../../src/quota/memory.ledger';
import type { Quota } from '../../src/quota/pacing';
import { createQuotaGate } from '../../src/quota/quota-gate';
import { cyclesOf } from './cycles';

export const SECOND_MS = 1_000;
export const MINUTE_MS = 60_000;
export const QUOTA: Quota = { calls: 20, windowMs: MINUTE_MS };
export const DEADLINE_MS = 15_000;

/** A review cycle that the app asks about. */
export function cycle(semesterId: string): BatchScope {
  return { identity: { kind: 'app' }, semesterId, idType: 'OPEN_ID', filter: {} };
}

export const idsOf = (count: number, prefix = 'ou_') =>
  Array.from({ length: count }, (_, i) => `${prefix}${i + 1}`);

/** What Feishu says of a call with a bad ID. */
export const UPSTREAM = { code: 1580102, httpStatus: 400, logId: 'log-1' };

export function refused(namedUserIds: readonly string[] = []): ParametersRefused {
  const message = 'Feishu refused the parameters.';
  return new ParametersRefused(message, { upstream: UPSTREAM }, namedUserIds);
}

export interface Call extends StageTaskQuery {
  readonly atMs: number;
}

export interface WorldOptions {
  readonly quota?: Quota;
  readonly startsAtUnixMs?: number;
  readonly latencyMs?: (call: Call) => number;
  /** One ID of this kind is enough for Feishu to refuse a call. */
  readonly isBad?: (userId: string, call: Call) => boolean;
  /** Which users of a refused call Feishu names as the reason. */
  readonly namesOf?: (asked: readonly string[]) => readonly string[];
  /** Why the n-th call, counted from 1, fails; `undefined`: it does not. */
  readonly failureOf?: (call: Call, nth: number) => Error | undefined;
  /** Which cycles Feishu lists; `undefined`, the default: it cannot be asked. */
  readonly isListed?: (semesterId: string) => boolean | undefined;
}

export interface AskOptions {
  /** How long the operation may take. */
  readonly timeMs?: number;
  readonly leavesAfterMs?: number;
  readonly leavesReserve?: boolean;
}

/** One user that one operation asks for. */
export interface Asked {
  readonly scope: BatchScope;
  readonly userId: string;
  readonly askedAtMs: number;
  outcome?: Outcome;
}

export interface Outcome {
  readonly atMs: number;
  readonly tookMs: number;
  readonly snapshot?: Snapshot;
  readonly error?: Error;
}

/** The gateway's own batcher, gate and ledger on virtual time, in front of a Feishu that does as it is told. */
export function createBatchingWorld(options: WorldOptions = {}) {
  const { quota = QUOTA, isBad, namesOf, failureOf, isListed } = options;
  const clock = new VirtualClock(options.startsAtUnixMs);
  const calls: Call[] = [];
  const asked: Asked[] = [];
  const defects: Error[] = [];

  function refusalOf(call: Call): Error | undefined {
    const hasBad = call.userIds.some((userId) => isBad?.(userId, call));
    return hasBad ? refused(namesOf?.(call.userIds)) : undefined;
  }

  const source: StageTaskSource = {
    ready: () => Promise.resolve(),
    async findByUserList(query, _identity, { signal }) {
      const call = { ...query, atMs: clock.now() };
      calls.push(call);
      const failure = failureOf?.(call, calls.length) ?? refusalOf(call);
      await clock.sleep(options.latencyMs?.(call) ?? 100, signal).catch(() => undefined);
      if (signal.aborted) throw new GatewayError('UPSTREAM_TIMEOUT', 'no operation waits');
      if (failure) throw failure;
      const users = new Map(
        query.userIds.map((userId) => [userId, { userId, counts: [], stageTasks: [] }]),
      );
      return { semester: null, users, isComplete: true, fetchedAtMs: clock.now() };
    },
  };
  const gate = createQuotaGate({
    quota,
    ledger: createMemoryLedger(quota, clock.now),
    nowMs: clock.now,
  });
  const refreshAhead = createRefreshAhead({ freshMs: MINUTE_MS, nowMs: clock.now });
  const batcher = createBatcher({
    source,
    gate,
    semesters: cyclesOf(clock.now, (semesterId) => Promise.resolve(isListed?.(semesterId))),
    spareSeats: refreshAhead,
    remember: () => undefined,
    clock,
    onDefect: (error) => defects.push(error),
  });

  function operationOf({ timeMs = DEADLINE_MS, leavesAfterMs, leavesReserve = false }: AskOptions) {
    const controller = new AbortController();
    const deadlineAtMs = clock.now() + timeMs;
    const abortAt = (atMs: number, name: string) =>
      clock.at(atMs, () => {
        controller.abort(new DOMException(name, name));
      });
    abortAt(deadlineAtMs, 'TimeoutError');
    if (leavesAfterMs !== undefined) abortAt(clock.now() + leavesAfterMs, 'AbortError');
    const { signal } = controller;
    return { signal, deadlineAtMs, onCall: () => undefined, background: false, leavesReserve };
  }

  /** Asks now, in the name of one operation; for moments of the clock only. */
  function ask(scope: BatchScope, userIds: readonly string[], askOptions: AskOptions = {}) {
    const askedAtMs = clock.now();
    const answers = batcher.load(scope, userIds, operationOf(askOptions));
    return answers.map((answer, i) => {
      const one: Asked = { scope, userId: userIds[i] ?? '', askedAtMs };
      asked.push(one);
      const note = (outcome: Pick<Outcome, 'snapshot' | 'error'>) => {
        one.outcome = { atMs: clock.now(), tookMs: clock.now() - askedAtMs, ...outcome };
      };
      answer.then(
        (snapshot) => {
          note({ snapshot });
        },
        (error: unknown) => {
          note({ error: error as Error });
        },
      );
      return one;
    });
  }

  /** Asks later; the array is filled then. */
  function askAt(atMs: number, ...args: Parameters<typeof ask>): Asked[] {
    const all: Asked[] = [];
    clock.at(atMs, () => all.push(...ask(...args)));
    return all;
  }

  /** As many operations as users, each of which asks for one. */
  function askEachAt(
    atMs: number,
    scope: BatchScope,
    userIds: readonly string[],
    askOptions?: AskOptions,
  ): Asked[] {
    const all: Asked[] = [];
    for (const userId of userIds) {
      clock.at(atMs, () => all.push(...ask(scope, [userId], askOptions)));
    }
    return all;
  }

  return {
    clock,
    gate,
    batcher,
    refreshAhead,
    calls,
    /** In the order in which operations have asked. */
    asked,
    ask,
    askAt,
    askEachAt,
    /** Runs until nothing is left to happen; may be called again after more has been asked. */
    async run(): Promise<void> {
      await clock.run();
      if (defects.length > 0) throw new AggregateError(defects, 'the dispatcher failed');
    },
  };
}

export type BatchingWorld = ReturnType<typeof createBatchingWorld>;

/** Users that were answered, each with its own tasks. */
export function answeredIds(asked: readonly Asked[]): string[] {
  return asked.flatMap(({ userId, outcome }) =>
    outcome?.snapshot?.stageTasks?.userId === userId ? [userId] : [],
  );
}

/** Users that were refused or came too late. */
export function failedIds(asked: readonly Asked[]): string[] {
  return asked.filter(({ outcome }) => outcome?.error).map(({ userId }) => userId);
}

export function errorOf({ outcome }: Asked): GatewayError | undefined {
  return outcome?.error instanceof GatewayError ? outcome.error : undefined;
}

export const codeOf = (asked: Asked) => errorOf(asked)?.code;

export const usersOf = (calls: readonly Call[]) => calls.map(({ userIds }) => userIds);

export function mostInAnyWindow(timesMs: readonly number[], { windowMs }: Quota): number {
  const inWindow = (endMs: number) => (ms: number) => ms > endMs - windowMs && ms <= endMs;
  return Math.max(0, ...timesMs.map((endMs) => timesMs.filter(inWindow(endMs)).length));
}
