import { VirtualClock } from './virtual-clock';
import { createAuthorize } from '../../src/auth/authorize';
import { createDenials } from '../../src/auth/denials';
import { createBatcher } from '../../src/batching/batcher';
import { createPrincipalQuotas } from '../../src/auth/principal-quota';
import { createBeforeFetch } from '../../src/loading/before-fetch';
import { createKnownSemesters } from '../../src/semesters/known-semesters';
import { createAnswerCache } from '../../src/loading/answer-cache';
import { createRefreshAhead } from '../../src/loading/refresh-ahead';
import { createRequestLoader, type LoadedStageTasks } from '../../src/loading/request-loader';
import { createSemesterDirectory } from '../../src/semesters/semester-directory';
import { userOfKey } from '../../src/batching/scope';
import { createMemoryCache } from '../../src/cache/memory.cache';
import { GatewayError } from '../../src/domain/errors';
import { createCachePolicy } from '../../src/domain/cache-policy';
import type { StageTask } from '../../src/domain/stage-task';
import type { UserKey } from '../../src/domain/user';
import {
  ParametersRefused,
  type SemesterSource,
  type StageTaskQuery,
  type StageTaskSource,
  type UpstreamIdentity,
} from '../../src/feishu/ports';
import { createMemoryLedger } from '../../src/quota/memory.ledger';
import { createQuotaGate } from '../../src/quota/quota-gate';
import {
  CYCLES,
  TASKS,
  type ModelClient,
  type Load,
  type Operation,
  type Fate,
  type Schedule,
  type ProcessOptions,
} from './access-schedules';
import { createEndlessTurns } from './turns';

export const nameOf = (identity: UpstreamIdentity) =>
  identity.kind === 'app' ? 'app' : identity.accessToken.reveal();
export const keyOf = ({ idType, id }: UserKey) => `${idType} ${id}`;

/** The ID of a task, with its user and the identity of the call. */
export function taskId(
  { semesterId, idType }: Pick<StageTaskQuery, 'semesterId' | 'idType'>,
  identity: UpstreamIdentity,
  userId: string,
  option: string,
): string {
  return JSON.stringify([nameOf(identity), semesterId, idType, userId, option]);
}

/** The tasks that this Feishu returns for a filter: it filters by group, with inclusive bounds. */
function tasksOf(query: StageTaskQuery, identity: UpstreamIdentity, id: string): StageTask[] {
  const { options } = query.filter;
  return TASKS.filter(({ option }) => !options || options.some((one) => one === option)).map(
    ({ option, deadlineMs }) => ({
      stageId: taskId(query, identity, id, option),
      name: { zhCN: `任务 ${id}`, enUS: `task of ${id}` },
      deadline: new Date(deadlineMs),
      needTodoCount: 1,
      finishedCount: 0,
      jumpUrl: `https://example.com/${id}`,
      status: 'NEED_TODO',
      option,
    }),
  );
}

export interface Call {
  readonly query: StageTaskQuery;
  readonly identity: UpstreamIdentity;
}

export interface Received {
  readonly client: ModelClient;
  readonly load: Load;
  readonly stageTasks?: LoadedStageTasks | null;
  readonly error?: unknown;
}

const LATENCY_MS = 30;
const GONE = new DOMException('the response is closed', 'AbortError');

/** One process of the gateway, over a model of Feishu. */
export function startProcess({ mode, strategy, remembers }: ProcessOptions) {
  const clock = new VirtualClock();
  const calls: Call[] = [];
  const received: Received[] = [];
  const defects: Error[] = [];
  let fates: Fate[] = [];

  const source: StageTaskSource & SemesterSource = {
    ready: () => Promise.resolve(),
    async findByUserList(query, identity, { signal }) {
      calls.push({ query, identity });
      const fate = fates.shift() ?? 'answered';
      await clock.sleep(fate === 'slow' ? 400 : LATENCY_MS, signal).catch(() => undefined);
      if (signal.aborted) throw new GatewayError('UPSTREAM_TIMEOUT', 'the response is closed');
      const failure = failureOf(fate);
      if (failure) throw failure;
      const answerFor = (userId: string) => ({
        userId,
        counts: [{ option: 'TODO' as const, count: 1 }],
        stageTasks: tasksOf(query, identity, userId),
      });
      const users = new Map(
        query.userIds.map((id) => [id, id === 'stranger' ? null : answerFor(id)]),
      );
      const semester = cycleOf(query.semesterId);
      return { semester, users, isComplete: true, fetchedAtMs: clock.now() };
    },
    listSemesters: () => Promise.resolve({ semesters: CYCLES.map(cycleOf), isComplete: true }),
  };

  const quota = { calls: 20, windowMs: 300 };
  const createGate = () =>
    createQuotaGate({ quota, ledger: createMemoryLedger(quota, clock.now), nowMs: clock.now });
  const cache = createMemoryCache({ maxUsers: 50, userOf: userOfKey });
  const lifetimes = remembers ? { freshMs: 30_000, staleMs: 120_000 } : { freshMs: 0, staleMs: 0 };
  const refreshAhead = createRefreshAhead({ freshMs: lifetimes.freshMs, nowMs: clock.now });
  const directory = createSemesterDirectory({ source, gate: createGate(), clock });
  const cycles = createKnownSemesters({ nowMs: clock.now, directory });
  const batcher = createBatcher({
    source,
    gate: createGate(),
    semesters: cycles,
    spareSeats: refreshAhead,
    remember: (entries) => void cache.setMany(entries),
    clock,
    onDefect: (error) => defects.push(error),
  });
  const quotaOf = createPrincipalQuotas({
    quotaCalls: quota.calls,
    windowMs: quota.windowMs,
    keepsReserve: true,
    clock,
  });
  const answers = createAnswerCache({ batcher, cache, refreshAhead, lifetimes, clock });

  function operate({
    client,
    loads: wanted,
    asksForCycle,
    timeMs,
    leavesAfterMs,
  }: Operation): void {
    const controller = new AbortController();
    const { signal } = controller;
    const endsAfterMs = Math.min(timeMs, leavesAfterMs ?? Infinity);
    clock.at(clock.now() + endsAfterMs, () => {
      controller.abort(GONE);
    });
    const { principal } = client;
    const scope = { signal, deadlineAtMs: clock.now() + timeMs };
    const principalQuota = quotaOf(principal, scope);
    const loader = createRequestLoader({
      answers,
      directory,
      authorize: createAuthorize(principal, mode, createDenials(principal)),
      beforeFetch: createBeforeFetch({
        policy: principal.policy,
        cycles,
        quota: principalQuota,
        signal,
      }),
      charge: principalQuota.charge,
      strategy,
      freshMs: lifetimes.freshMs,
      cachePolicy: createCachePolicy(),
      leavesReserve: false,
      turns: createEndlessTurns(),
      ...scope,
    });
    for (const load of wanted) {
      const { user, semesterId, filter, maxAgeMs } = load;
      loader.stageTasks(user, semesterId, filter, maxAgeMs).then(
        (stageTasks) => received.push({ client, load, stageTasks }),
        (error: unknown) => received.push({ client, load, error }),
      );
    }
    if (!asksForCycle) return;
    loader.semester('1').then(
      (semester) =>
        semester?.name?.zhCN === cycleOf('1').name.zhCN || defects.push(new Error('cycle')),
      () => undefined,
    );
  }

  /** Runs a schedule to its end, and returns its calls and answers. */
  async function live(schedule: Schedule) {
    calls.length = 0;
    received.length = 0;
    fates = [...schedule.fates];
    for (const operation of schedule.operations) {
      clock.at(clock.now() + operation.afterMs, () => {
        operate(operation);
      });
    }
    await clock.run();
    const [defect] = defects;
    if (defect) throw defect;
    return { calls, received };
  }

  return { live };
}

function failureOf(fate: Fate): GatewayError | undefined {
  switch (fate) {
    case 'rate limited':
      return new GatewayError('UPSTREAM_RATE_LIMITED', 'too many', { retryAfterMs: 500 });
    case 'unavailable':
      return new GatewayError('UPSTREAM_UNAVAILABLE', 'down');
    case 'refused':
      return new ParametersRefused('refused', {}, []);
    default:
      return undefined;
  }
}

function cycleOf(id: string) {
  return { id, name: { zhCN: `周期 ${id}`, enUS: null }, startTime: null, endTime: null };
}
