import { createBatcher, type Batcher } from '../batching/batcher';
import type { SnapshotCache } from '../cache/snapshot-cache';
import type { Config } from '../config';
import type { PreparedSource, UserInfoSource } from '../feishu/ports';
import type { UpstreamQuota } from '../graphql/context';
import { createAnswerCache, type AnswerCache } from '../loading/answer-cache';
import { createRefreshAhead } from '../loading/refresh-ahead';
import { createCyclePages, type CyclePages } from '../pages/cycle-pages';
import type { BackgroundShare } from '../quota/demand';
import type { RedisLink } from '../redis/redis-link';
import { createKnownSemesters, type KnownSemesters } from '../semesters/known-semesters';
import { createSemesterDirectory, type SemesterDirectory } from '../semesters/semester-directory';
import type { CloseStack } from './close-stack';
import type { Deps } from './deps';
import { createFeishuSources, type OnReply } from './feishu';
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
  /** Fetches the app's token. */
  readonly source: PreparedSource;
  readonly batcher: Batcher;
  readonly cache: SnapshotCache;
  /** Resolves when other replicas can read all answers so far. */
  readonly remembered: () => Promise<void>;
  /** `undefined` if replicas share nothing. */
  readonly redis: RedisLink | undefined;
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

/** What the command line does differently from a gateway. */
export interface LoadingTuning {
  readonly onReply?: OnReply;
  readonly backgroundShare?: BackgroundShare;
}

/** Connects to Redis if replicas share one, and waits up to 2 s for it. */
export async function startLoading(
  config: Config,
  deps: Deps,
  closeStack: CloseStack,
  upstream: Upstream,
  tuning: LoadingTuning = {},
): Promise<Loading> {
  const { clock, log, metrics } = deps;
  const nowMs = () => clock.now();
  const lifetimes = toLifetimes(config.cache);

  // After this line, no I/O until the gates and the ID channel exist: the link subscribes once, with its first pulse.
  const sharedState = await startSharedState(config, upstream, deps, closeStack);
  // Opened after the link and so closed before it: the ledger stays reachable until in-flight calls have ended.
  const { tasksAndSemesters: source, users } = createFeishuSources(
    upstream,
    deps,
    closeStack,
    tuning.onReply,
  );
  const gate = createGate('find_by_user_list', toQuota(config.quota), sharedState, clock, {
    backgroundShare: tuning.backgroundShare,
  });
  const listQuota = toQuota({ ...config.quota, calls: SEMESTER_CALLS });
  const directory = createSemesterDirectory({
    source,
    gate: createGate('semesters', listQuota, sharedState, clock),
    clock,
  });
  const semesters = createKnownSemesters({ nowMs, directory });
  const cache = createCache(config.cache.maxUsers, lifetimes, sharedState, clock);
  const refreshAhead = createRefreshAhead({ freshMs: lifetimes.freshMs, nowMs });
  const { remember, remembered } = createMemory(cache);
  const batcher = createBatcher({
    source,
    gate,
    semesters,
    spareSeats: refreshAhead,
    idChannel: createIdChannel(sharedState, clock),
    remember,
    clock,
    onDefect: (error) => {
      log.error({ err: error }, 'dispatcher failed');
    },
  });
  const pages = createCyclePages({
    source,
    gate: createGate('find_by_page', toQuota(config.quota), sharedState, clock),
    cycles: semesters,
    remember,
    freshMs: lifetimes.freshMs,
    clock,
  });
  const answers = createAnswerCache({ batcher, cache, refreshAhead, lifetimes, clock });
  metrics.watchCallsLeft(async () => (await gate.status()).callsLeft);
  // Last, when every listener of the link is registered.
  await sharedState?.link.opened();

  return {
    source,
    batcher,
    cache,
    remembered,
    redis: sharedState?.link,
    answers,
    pages,
    directory,
    semesters,
    freshMs: lifetimes.freshMs,
    users,
    quota: async () => ({ ...(await gate.status()), waitingUsers: batcher.waitingUsers() }),
  };
}

/** Remembers answers, and tells when other replicas can read all of them. */
function createMemory(cache: Pick<SnapshotCache, 'setMany'>) {
  let all: Promise<void> = Promise.resolve();
  const remember = (entries: Parameters<SnapshotCache['setMany']>[0]): void => {
    const written = cache.setMany(entries);
    all = all.then(() => written);
  };
  return { remember, remembered: () => all };
}
