import type { Clock } from '../../src/domain/clock';
import { GatewayError } from '../../src/domain/errors';
import type { OperationContext } from '../../src/domain/operation-context';
import { MAX_USERS_PER_PAGE } from '../../src/domain/page-position';
import type { ListedSemester, Semester } from '../../src/domain/semester';
import type { UserStageTasks } from '../../src/domain/stage-task';
import {
  ParametersRefused,
  type SemesterSource,
  type StageTaskPageQuery,
  type StageTaskPageSource,
  type StageTaskQuery,
  type StageTaskSource,
  type UpstreamIdentity,
} from '../../src/feishu/ports';
import type { CallContext } from '../../src/feishu/feishu-client';

/** A call that Feishu has received. */
export interface Call extends StageTaskQuery {
  readonly atMs: number;
  readonly identity: UpstreamIdentity;
  readonly context: CallContext;
  /** The operations that wait for its answer. */
  readonly operations: OperationContext[];
  abortedAtMs?: number;
  endedAtMs?: number;
  failure?: Error;
}

/** A call for a page that Feishu has received. */
export interface PageCall extends StageTaskPageQuery {
  readonly atMs: number;
  readonly context: CallContext;
}

/** The outcome of a call; by default an answer after 100 ms. */
export interface Fate {
  readonly latencyMs?: number;
  readonly failure?: Error | undefined;
  /** The first attempt fails, and the second is answered if the quota has a call for it. */
  readonly isRetried?: boolean;
}

export interface FeishuOptions {
  /** @param nth of all calls, counted from 1 */
  readonly fateOf?: (call: Call, nth: number) => Fate | undefined;
  /** Whether Feishu refuses every call with this ID. */
  readonly isBad?: (userId: string, call: Call) => boolean;
  /** The users of a refused call that Feishu names as the reason. */
  readonly namesOf?: (asked: readonly string[]) => readonly string[];
  /** `null`: Feishu does not know the user. */
  readonly answerOf?: (userId: string, call: Call) => UserStageTasks | null;
  /** Everyone in a cycle; by default no one. The token of a page is the number of users before it. */
  readonly everyoneIn?: (call: PageCall) => readonly (UserStageTasks | GatewayError)[];
  /** @param nth of all calls for pages, counted from 1 */
  readonly fateOfPage?: (call: PageCall, nth: number) => Fate | undefined;
  readonly semesterOf?: (semesterId: string) => Semester | null;
  /** All cycles; without them the list is not complete, so that it says nothing of a cycle. */
  readonly listed?: readonly ListedSemester[];
  /** The failure of every fetch of the token. */
  readonly tokenFailure?: GatewayError;
}

export type ScriptedFeishu = ReturnType<typeof createScriptedFeishu>;

export const LATENCY_MS = 100;

/** Feishu's refusal of a call with a poison ID. */
export const UPSTREAM = { code: 1580102, httpStatus: 400, logId: 'log-1' };

export function refused(namedUserIds: readonly string[] = []): ParametersRefused {
  const message = 'Feishu refused the parameters.';
  return new ParametersRefused(message, { upstream: UPSTREAM }, namedUserIds);
}

/** The identity of a call, as text. */
export const nameOf = (identity: UpstreamIdentity) =>
  identity.kind === 'app' ? 'app' : identity.accessToken.reveal();

/** The fates of the first calls, in order. */
export const inTurn =
  (...fates: readonly Fate[]): NonNullable<FeishuOptions['fateOf']> =>
  (_call, nth) =>
    fates[nth - 1];

export const unavailable = () =>
  new GatewayError('UPSTREAM_UNAVAILABLE', 'Feishu could not be reached.');

export const rateLimited = (retryAfterMs: number) =>
  new GatewayError('UPSTREAM_RATE_LIMITED', 'Feishu allows no further call.', { retryAfterMs });

/** A Feishu that follows a script. */
export function createScriptedFeishu(
  clock: Pick<Clock, 'now' | 'sleep'>,
  options: FeishuOptions = {},
) {
  const { fateOf, isBad, namesOf, answerOf = withoutTasks, tokenFailure } = options;
  const calls: Call[] = [];
  const pageCalls: PageCall[] = [];
  /** Retries included, as the quota counts them. */
  const attemptTimesMs: number[] = [];
  /** Operations that were told of the next call. */
  let told: OperationContext[] = [];

  function refusalOf(call: Call): Error | undefined {
    if (!isBad || !call.userIds.some((userId) => isBad(userId, call))) return undefined;
    return refused(namesOf?.(call.userIds));
  }

  async function wait(ms: number, signal: AbortSignal): Promise<void> {
    if (!signal.aborted) await clock.sleep(ms, signal).catch(() => undefined);
    if (signal.aborted) throw new GatewayError('UPSTREAM_TIMEOUT', 'no operation waits');
  }

  async function undergo(call: Call): Promise<void> {
    const { signal, admitRetry, onAttempt } = call.context;
    onAttempt?.();
    const fate = fateOf?.(call, calls.length) ?? {};
    const failure = fate.failure ?? refusalOf(call);
    await wait(fate.latencyMs ?? LATENCY_MS, signal);
    if (failure) throw failure;
    if (!fate.isRetried) return;
    const isAdmitted = (await admitRetry?.()) ?? true;
    await wait(0, signal);
    if (!isAdmitted) throw unavailable();
    onAttempt?.();
    // The operations were told of a retry and not of a call.
    told = [];
    attemptTimesMs.push(clock.now());
    await wait(LATENCY_MS, signal);
  }

  const source: StageTaskSource & StageTaskPageSource & SemesterSource = {
    ready: () => (tokenFailure ? Promise.reject(tokenFailure) : Promise.resolve()),

    async findByUserList(query, identity, context) {
      const call: Call = { ...query, atMs: clock.now(), identity, context, operations: told };
      told = [];
      calls.push(call);
      attemptTimesMs.push(clock.now());
      const onAbort = () => (call.abortedAtMs = clock.now());
      context.signal.addEventListener('abort', onAbort, { once: true });
      try {
        await undergo(call);
      } catch (error) {
        call.failure = error as Error;
        throw error;
      } finally {
        call.endedAtMs = clock.now();
      }
      const users = new Map(query.userIds.map((userId) => [userId, answerOf(userId, call)]));
      const semester = options.semesterOf?.(query.semesterId) ?? null;
      const times = { fetchedAtMs: clock.now(), askedAtMs: call.atMs };
      return { semester, users, isComplete: true, ...times };
    },

    async findByPage(query, context) {
      const call: PageCall = { ...query, atMs: clock.now(), context };
      pageCalls.push(call);
      context.onAttempt?.();
      const fate = options.fateOfPage?.(call, pageCalls.length) ?? {};
      await clock.sleep(fate.latencyMs ?? LATENCY_MS);
      if (fate.failure) throw fate.failure;
      const semester = options.semesterOf?.(query.semesterId) ?? null;
      const page = pageOf(options.everyoneIn?.(call) ?? [], query.pageToken);
      const times = { fetchedAtMs: clock.now(), askedAtMs: call.atMs };
      return { ...page, semester, isComplete: true, ...times };
    },

    listSemesters: () =>
      Promise.resolve({
        semesters: options.listed ?? [],
        isComplete: options.listed !== undefined,
      }),
  };

  return {
    source,
    calls,
    pageCalls,
    attemptTimesMs,
    /** Call this when an operation is told of a call, before Feishu receives it. */
    noteTold(operation: OperationContext): void {
      told.push(operation);
    },
    /** Discards operations that were told while they asked: they joined a call, so that no new one is sent. */
    forgetTold(): void {
      told = [];
    },
  };
}

function withoutTasks(userId: string): UserStageTasks {
  return { userId, counts: [], stageTasks: [] };
}

function pageOf<T>(all: readonly T[], token: string) {
  const start = Number(token);
  const end = start + MAX_USERS_PER_PAGE;
  return { users: all.slice(start, end), nextPageToken: end < all.length ? String(end) : null };
}
