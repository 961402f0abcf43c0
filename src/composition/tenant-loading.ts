import { admitsAll } from '../auth/auth.config';
import { createPrincipalQuotas } from '../auth/principal-quota';
import { createBatcher, type Batcher } from '../batching/batcher';
import type { SnapshotCache } from '../cache/snapshot-cache';
import { createChangeFeed, type ChangeFeed } from '../changes/change-feed';
import type { Config } from '../config';
import type { StageTaskPageSource, StageTaskSource, SemesterSource } from '../feishu/ports';
import type { UpstreamQuota } from '../graphql/context';
import { createAnswerCache, type AnswerCache } from '../loading/answer-cache';
import type { ReportedChange } from '../loading/marked-refresh';
import { createMarks } from '../loading/marks';
import { createRefreshAhead } from '../loading/refresh-ahead';
import { createCyclePages, type CyclePages } from '../pages/cycle-pages';
import type { BackgroundShare } from '../quota/demand';
import type { QuotaGate } from '../quota/quota-gate';
import { createKnownSemesters, type KnownSemesters } from '../semesters/known-semesters';
import { createSemesterDirectory, type SemesterDirectory } from '../semesters/semester-directory';
import type { Deps } from './deps';
import { createMarkedAnswers } from './marked-answers';
import { shareChanges } from './share-changes';
import {
  createCache,
  createChannel,
  createGate,
  toLifetimes,
  toQuota,
  type SharedState,
} from './shared-state';

/** In each window of the quota. The `semesters` API has a quota of its own. (fact 13) */
const SEMESTER_CALLS = 10;

/** What the operations of one tenant share. Nothing in it is shared with another tenant. */
export interface TenantLoading {
  /** Fetches the app's token for this tenant. */
  readonly source: Sources;
  readonly batcher: Batcher;
  readonly cache: SnapshotCache;
  /** Tells streams of newer answers. */
  readonly changes: ChangeFeed;
  /** Resolves when other replicas can read all answers so far, and were told of them. */
  readonly remembered: () => Promise<void>;
  readonly answers: AnswerCache;
  /** Marks users whose tasks have changed, on all replicas, and refreshes their answers. */
  readonly noteChange: (change: ReportedChange) => void;
  readonly pages: CyclePages;
  readonly directory: SemesterDirectory;
  readonly semesters: KnownSemesters;
  readonly quota: () => Promise<UpstreamQuota>;
  readonly principalQuotas: ReturnType<typeof createPrincipalQuotas>;
}

type Sources = StageTaskSource & StageTaskPageSource & SemesterSource;

export interface TenantParts {
  /** Reads with the token of this tenant. */
  readonly source: Sources;
  /** `undefined` if replicas share nothing. */
  readonly sharedState: SharedState | undefined;
  /** Creates the cache of this process for the tenant's answers. */
  readonly createMemory: () => SnapshotCache;
  readonly backgroundShare?: BackgroundShare | undefined;
}

/** Does no I/O: the first operation does. */
export function createTenantLoading(
  config: Config,
  deps: Deps,
  { source, sharedState, createMemory, backgroundShare }: TenantParts,
): TenantLoading {
  const { clock } = deps;
  const nowMs = () => clock.now();
  const lifetimes = toLifetimes(config.cache);
  const gates = createGates(config, deps, { sharedState, backgroundShare });
  const directory = createSemesterDirectory({ source, gate: gates.semesters, clock });
  const semesters = createKnownSemesters({ nowMs, directory });
  const changes = createChangeFeed();
  const cache = createCache(createMemory, lifetimes, sharedState, clock, changes);
  const refreshAhead = createRefreshAhead({ freshMs: lifetimes.freshMs, nowMs });
  const { remember, remembered } = createRemembering(
    cache,
    shareChanges(changes, cache, sharedState, clock),
  );
  const batcher = createBatcher({
    source,
    gate: gates.users,
    semesters,
    spareSeats: refreshAhead,
    idChannel: createChannel('ids', sharedState, clock),
    remember,
    clock,
    onDefect: (error) => {
      deps.log.error({ err: error }, 'dispatcher failed');
    },
  });
  const marks = createMarks({ freshMs: lifetimes.freshMs, nowMs });
  const { markedRefresh, noteChange } = createMarkedAnswers({
    ...{ marks, cache, changes, lifetimes, refreshAhead, batcher, sharedState, clock },
  });
  const pages = createCyclePages({
    ...{ source, gate: gates.pages, cycles: semesters, remember, clock },
    freshMs: lifetimes.freshMs,
  });
  return {
    source,
    batcher,
    cache,
    changes,
    remembered,
    answers: createAnswerCache({
      ...{ batcher, cache, refreshAhead, lifetimes, marks, markedRefresh, clock },
    }),
    noteChange,
    pages,
    directory,
    semesters,
    quota: async () => ({ ...(await gates.users.status()), waitingUsers: batcher.waitingUsers() }),
    principalQuotas: createQuotas(config, deps),
  };
}

/** The gate of each API, which Feishu counts separately. (fact 2) */
function createGates(
  config: Config,
  { clock }: Deps,
  { sharedState, backgroundShare }: Pick<TenantParts, 'sharedState' | 'backgroundShare'>,
): Readonly<Record<'users' | 'pages' | 'semesters', QuotaGate>> {
  const quota = toQuota(config.quota);
  const listQuota = toQuota({ ...config.quota, calls: SEMESTER_CALLS });
  return {
    users: createGate('find_by_user_list', quota, sharedState, clock, { backgroundShare }),
    pages: createGate('find_by_page', quota, sharedState, clock),
    semesters: createGate('semesters', listQuota, sharedState, clock),
  };
}

/**
 * Remembers answers, and tells when other replicas can read all of them.
 * @param announce tells other replicas of answers, once they can read them
 */
function createRemembering(
  cache: Pick<SnapshotCache, 'setMany'>,
  announce: (entries: Entries) => Promise<void>,
) {
  let all: Promise<void> = Promise.resolve();
  const remember = (entries: Entries): void => {
    const written = cache.setMany(entries).then(() => announce(entries));
    all = all.then(() => written);
  };
  return { remember, remembered: () => all };
}

type Entries = Parameters<SnapshotCache['setMany']>[0];

/** What each principal may spend of the tenant's quota. */
function createQuotas({ auth, quota }: Config, { clock }: Deps) {
  return createPrincipalQuotas({
    quotaCalls: quota.calls,
    windowMs: quota.windowSeconds * 1_000,
    keepsReserve: admitsAll(auth),
    clock,
  });
}
