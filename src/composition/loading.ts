import { createBatcher } from '../batching/batcher';
import type { Config } from '../config';
import type { UserInfoSource } from '../feishu/ports';
import type { UpstreamQuota } from '../graphql/context';
import { createAnswerCache, type AnswerCache } from '../loading/answer-cache';
import { createRefreshAhead } from '../loading/refresh-ahead';
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

/** The `semesters` API has a quota of its own. (feishu-facts 13) */
const SEMESTER_CALLS = 10;

/** Where the operations of the process meet: what they load, from memory or through shared calls. */
export interface Loading {
  readonly answers: AnswerCache;
  readonly directory: SemesterDirectory;
  readonly semesters: KnownSemesters;
  /** How long an answer counts as fresh. */
  readonly freshMs: number;
  /** The people behind Feishu's user tokens. */
  readonly users: UserInfoSource;
  readonly quota: () => Promise<UpstreamQuota>;
}

/** Connects to Redis where replicas share one, and waits a second at most for it. */
export async function startLoading(
  config: Config,
  deps: Deps,
  closeStack: CloseStack,
  upstream: Upstream,
): Promise<Loading> {
  const { clock, log, metrics } = deps;
  const nowMs = () => clock.now();
  const lifetimes = toLifetimes(config.cache);

  // No `await` until gates and cache exist: the link subscribes, once, to what they ask for by its first pulse.
  const sharedState = startSharedState(config, upstream, deps, closeStack);
  // After the link, so that it closes before: calls in flight end while the ledger can still be reached.
  const { tasksAndSemesters: source, users } = createFeishuSources(upstream, deps, closeStack);
  const gate = createGate('find_by_user_list', toQuota(config.quota), sharedState, clock);
  const directory = createSemesterDirectory({
    source,
    gate: createGate(
      'semesters',
      toQuota({ ...config.quota, calls: SEMESTER_CALLS }),
      sharedState,
      clock,
    ),
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
  const answers = createAnswerCache({ batcher, cache, refreshAhead, lifetimes, clock });
  metrics.watchCallsLeft(async () => (await gate.status()).callsLeft);
  // Last: by now everything that listens to the link has said so.
  await sharedState?.link.opened();

  return {
    answers,
    directory,
    semesters,
    freshMs: lifetimes.freshMs,
    users,
    quota: async () => ({ ...(await gate.status()), waitingUsers: batcher.waitingUsers() }),
  };
}
