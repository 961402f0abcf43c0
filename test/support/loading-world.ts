import {
  createAuthorize,
  createAuthorizeEveryone,
  type UpstreamIdentityMode,
} from '../../src/auth/authorize';
import { createDenials } from '../../src/auth/denials';
import { createPrincipalQuotas } from '../../src/auth/principal-quota';
import { createBatcher } from '../../src/batching/batcher';
import { userOfKey } from '../../src/batching/scope';
import type { Lifetimes } from '../../src/cache/freshness';
import { createMemoryCache } from '../../src/cache/memory.cache';
import { createChangeFeed } from '../../src/changes/change-feed';
import { watchCache } from '../../src/changes/watched-cache';
import { createCachePolicy } from '../../src/domain/cache-policy';
import type { Principal } from '../../src/domain/principal';
import type { FilterStrategy } from '../../src/domain/stage-task-filter';
import { createAnswerCache } from '../../src/loading/answer-cache';
import { createBeforeFetch } from '../../src/loading/before-fetch';
import { createMarkedRefresh, type Claim } from '../../src/loading/marked-refresh';
import { createMarks } from '../../src/loading/marks';
import { createRefreshAhead } from '../../src/loading/refresh-ahead';
import { createCyclePages } from '../../src/pages/cycle-pages';
import { createRequestLoader } from '../../src/loading/request-loader';
import type { Quota } from '../../src/quota/pacing';
import { createKnownSemesters } from '../../src/semesters/known-semesters';
import { createSemesterDirectory } from '../../src/semesters/semester-directory';
import { QUOTA, createGate } from './batching-world';
import { DEADLINE_MS } from './operation';
import { createScriptedFeishu, type FeishuOptions } from './scripted-feishu';
import { createEndlessTurns } from './turns';
import { VirtualClock } from './virtual-clock';

export interface LoadingOptions extends FeishuOptions {
  readonly quota?: Quota;
  readonly lifetimes?: Lifetimes;
  readonly maxUsers?: number;
  readonly mode?: UpstreamIdentityMode;
  readonly strategy?: FilterStrategy;
  /** Which users this process may refresh after a reported change; all by default. */
  readonly claim?: Claim;
}

/** When an operation of the world ends, counted from its start. */
export interface OperationTimes {
  readonly timeMs?: number;
  readonly leavesAfterMs?: number | null;
}

/** Reads every user's tasks, and is charged for none. */
export const SERVICE: Principal = {
  kind: 'service',
  name: 'reports',
  policy: 'all',
  ids: [],
  tenantKey: null,
};

/** A load as a promise, which rejects if the load throws. */
export function settle<T>(load: () => T | Promise<T>): Promise<T> {
  return new Promise((resolve) => {
    resolve(load());
  });
}

/** The gateway from the request loader to the gate, on virtual time, in front of a scripted Feishu. */
export function createLoadingWorld(options: LoadingOptions = {}) {
  const { quota = QUOTA, lifetimes = { freshMs: 60_000, staleMs: 3_600_000 } } = options;
  const { maxUsers = 1_000, mode = 'app', strategy = 'auto' } = options;
  const clock = new VirtualClock();
  const { source, calls, pageCalls } = createScriptedFeishu(clock, options);
  const defects: Error[] = [];
  const changes = createChangeFeed();
  const cache = watchCache(createMemoryCache({ maxUsers, userOf: userOfKey }), changes);
  const refreshAhead = createRefreshAhead({ freshMs: lifetimes.freshMs, nowMs: clock.now });
  const directory = createSemesterDirectory({ source, gate: createGate(quota, clock), clock });
  const cycles = createKnownSemesters({ nowMs: clock.now, directory });
  const batcher = createBatcher({
    source,
    gate: createGate(quota, clock),
    semesters: cycles,
    spareSeats: refreshAhead,
    remember: (entries) => void cache.setMany(entries),
    clock,
    onDefect: (error) => defects.push(error),
  });
  const pages = createCyclePages({
    source,
    gate: createGate(quota, clock),
    cycles,
    remember: (entries) => void cache.setMany(entries),
    freshMs: lifetimes.freshMs,
    clock,
  });
  const marks = createMarks({ freshMs: lifetimes.freshMs, nowMs: clock.now });
  const markedRefresh = createMarkedRefresh({
    ...{ marks, cache, changes, lifetimes, refreshAhead, clock },
    refresh: (scope, userIds) => {
      batcher.refreshPromptly(scope, userIds);
    },
    claim: options.claim ?? ((names) => Promise.resolve(names.map(() => true))),
  });
  const answers = createAnswerCache({
    ...{ batcher, cache, refreshAhead, lifetimes, clock, marks, markedRefresh },
  });
  const quotaOf = createPrincipalQuotas({
    quotaCalls: quota.calls,
    windowMs: quota.windowMs,
    keepsReserve: true,
    clock,
  });

  /** Begins an operation of a principal; for moments of the clock only. */
  function startOperation(principal: Principal, times: OperationTimes = {}) {
    const { timeMs = DEADLINE_MS, leavesAfterMs } = times;
    const controller = new AbortController();
    const { signal } = controller;
    const abortAfter = (ms: number, name: string) =>
      clock.at(clock.now() + ms, () => {
        controller.abort(new DOMException(name, name));
      });
    abortAfter(timeMs, 'TimeoutError');
    if (typeof leavesAfterMs === 'number') abortAfter(leavesAfterMs, 'AbortError');
    const life = { end: signal, signal, deadlineAtMs: clock.now() + timeMs };
    const principalQuota = quotaOf(principal, life);
    const loader = createRequestLoader({
      answers,
      pages,
      directory,
      authorize: createAuthorize(principal, mode, createDenials(principal)),
      authorizeEveryone: createAuthorizeEveryone(principal, mode, createDenials(principal)),
      beforeFetch: createBeforeFetch({
        policy: principal.policy,
        cycles,
        quota: principalQuota,
        life,
      }),
      charge: principalQuota.charge,
      strategy,
      freshMs: lifetimes.freshMs,
      cachePolicy: createCachePolicy(),
      leavesReserve: false,
      turns: createEndlessTurns(),
      life,
    });
    return { loader, principalQuota };
  }

  /** Runs until nothing is left to happen; may be called again after more has been started. */
  async function run(): Promise<void> {
    await clock.run();
    if (defects.length > 0) throw new AggregateError(defects, 'the dispatcher failed');
  }

  /** `calls` and `pageCalls` are in the order in which Feishu received them. */
  return { clock, calls, pageCalls, changes, startOperation, markedRefresh, run };
}
