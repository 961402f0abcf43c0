import { createBatcher } from '../batching/batcher';
import type { Config } from '../config';
import type { UserInfoSource } from '../feishu/ports';
import type { UpstreamQuota } from '../graphql/context';
import { createAnswerCache, type AnswerCache } from '../loading/answer-cache';
import { createRefreshAhead } from '../loading/refresh-ahead';
import { createCyclePages, type CyclePages } from '../pages/cycle-pages';
import { createKnownSemesters, type KnownSemesters } from '../semesters/known-semesters';
import { createSemesterDirectory, type SemesterDirectory } from '../semesters/semester-directory';
import type { CloseStack } from './close-stack';
import type { Deps } from './deps';
import { createFeishuSources } from './feishu';
import {
  createCache,
  createGate,
  createIdChannel,
  startSharedState,
  toLifetimes,
  toQuota,
} from './shared-state';
import type { Upstream } from './upstream';

/** In each window of the quota. The `semesters` API has a quota of its own. (fact 13) */
const SEMESTER_CALLS = 10;

/** What all operations of the process share to load tasks: the cache, the batcher, and the quota. */
export interface Loading {
  readonly answers: AnswerCache;
  readonly pages: CyclePages;
  readonly directory: SemesterDirectory;
  readonly semesters: KnownSemesters;
  /** How long a cached answer counts as fresh. */
  readonly freshMs: number;
  /** The people behind Feishu's user tokens. */
  readonly users: UserInfoSource;
  readonly quota: () => Promise<UpstreamQuota>;
}

/** Connects to Redis if replicas share one, and waits up to 2 s for it. */
export async function startLoading(
  config: Config,
  deps: Deps,
  closeStack: CloseStack,
  upstream: Upstream,
): Promise<Loading> {
  const { clock, log, metrics } = deps;
  const nowMs = () => clock.now();
  const lifetimes = toLifetimes(config.cache);

  // After this line, no I/O until the gates and the ID channel exist: the link subscribes once, with its first pulse.
  const sharedState = await startSharedState(config, upstream, deps, closeStack);
  // Opened after the link and so closed before it: the ledger stays reachable until in-flight calls have ended.
  const { tasksAndSemesters: source, users } = createFeishuSources(upstream, deps, closeStack);
  const gate = createGate('find_by_user_list', toQuota(config.quota), sharedState, clock);
  const listQuota = toQuota({ ...config.quota, calls: SEMESTER_CALLS });
  const directory = createSemesterDirectory({
    source,
    gate: createGate('semesters', listQuota, sharedState, clock),
    clock,
  });
  const semesters = createKnownSemesters({ nowMs, directory });
  const cache = createCache(config.cache.maxUsers, lifetimes, sharedState, clock);
  const refreshAhead = createRefreshAhead({ freshMs: lifetimes.freshMs, nowMs });
  const batcher = createBatcher({
    source,
    gate,
    semesters,
    spareSeats: refreshAhead,
    idChannel: createIdChannel(sharedState, clock),
    remember: (entries) => void cache.setMany(entries),
    clock,
    onDefect: (error) => {
      log.error({ err: error }, 'dispatcher failed');
    },
  });
  const pages = createCyclePages({
    source,
    gate: createGate('find_by_page', toQuota(config.quota), sharedState, clock),
    cycles: semesters,
    remember: (entries) => void cache.setMany(entries),
    freshMs: lifetimes.freshMs,
    clock,
  });
  const answers = createAnswerCache({ batcher, cache, refreshAhead, lifetimes, clock });
  metrics.watchCallsLeft(async () => (await gate.status()).callsLeft);
  // Last, when every listener of the link is registered.
  await sharedState?.link.opened();

  return {
    answers,
    pages,
    directory,
    semesters,
    freshMs: lifetimes.freshMs,
    users,
    quota: async () => ({ ...(await gate.status()), waitingUsers: batcher.waitingUsers() }),
  };
}
