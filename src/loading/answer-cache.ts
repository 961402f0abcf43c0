import { freshnessOf, type Lifetimes } from '../cache/freshness';
import type { Snapshot, SnapshotCache } from '../cache/snapshot-cache';
import type { Clock } from '../domain/clock';
import { toError } from '../domain/to-error';
import type { Batcher } from '../batching/batcher';
import type { BeforeFetch } from './before-fetch';
import { OLD_NULL_WAIT_MS, preferNewer } from './prefer-newer';
import type { RefreshAhead } from './refresh-ahead';
import { userKey, type BatchScope } from '../batching/scope';
import type { OperationContext } from '../domain/operation-context';

/** An answer, and where it comes from. */
export interface KnownUser extends Snapshot {
  /** Remembered, rather than fetched for this operation. */
  readonly remembered: boolean;
  /** Older than an answer should be. */
  readonly stale: boolean;
}

/** Users of one scope that an operation asks for. */
export interface UserQuery {
  readonly scope: BatchScope;
  readonly userIds: readonly string[];
  /** The oldest answer that the operation accepts, in milliseconds. */
  readonly maxAgeMs: number;
}

/**
 * Answers from the cache where it is fresh enough, and asks Feishu for the rest. Stale tasks are
 * given at once, and newer ones are asked for when a call has a free seat. That Feishu knew nothing of a
 * user cannot be marked as old in the answer, so that Feishu is asked again first.
 */
export interface AnswerCache {
  /** For each user, in order. An Error where there is neither a new nor an old answer. */
  load(
    query: UserQuery,
    operation: OperationContext,
    beforeFetch: BeforeFetch,
  ): Promise<(KnownUser | Error)[]>;
}

export interface AnswerCacheOptions {
  readonly batcher: Batcher;
  readonly cache: SnapshotCache;
  readonly refreshAhead: RefreshAhead;
  readonly lifetimes: Lifetimes;
  readonly clock: Clock;
}

/** What is remembered of the users that an operation asks for. */
interface Recalled {
  /** Good enough to answer with. */
  readonly known: Map<string, KnownUser>;
  /** Of these, the ones that are due for a newer answer. */
  readonly outdated: string[];
  /** Users that Feishu did not know some time ago: only for lack of a newer answer. */
  readonly lastResort: Map<string, KnownUser>;
}

export function createAnswerCache(options: AnswerCacheOptions): AnswerCache {
  const { batcher, cache, refreshAhead, lifetimes, clock } = options;

  async function recall({ scope, userIds, maxAgeMs }: UserQuery): Promise<Recalled> {
    const nowMs = clock.now();
    const keys = userIds.map((userId) => userKey(scope, userId));
    const snapshots = await cache.getMany(keys, nowMs - Math.min(lifetimes.freshMs, maxAgeMs));
    const recalled: Recalled = { known: new Map(), outdated: [], lastResort: new Map() };
    for (const [i, userId] of userIds.entries()) {
      const snapshot = snapshots[i];
      if (!snapshot) continue;
      const freshness = freshnessOf(nowMs - snapshot.fetchedAtMs, lifetimes, maxAgeMs);
      if (freshness === 'expired') continue;
      const user = { ...snapshot, remembered: true, stale: freshness === 'stale' };
      add(recalled, userId, user);
      if (!user.stale) refreshAhead.noteServed(scope, userId, snapshot.fetchedAtMs);
    }
    return recalled;
  }

  /** A refusal is the answer for all of these users. */
  async function ask(
    scope: BatchScope,
    userIds: readonly string[],
    operation: OperationContext,
    beforeFetch: BeforeFetch,
  ): Promise<{ answers: Promise<Snapshot>[]; done: () => void }> {
    if (userIds.length === 0) return { answers: [], done: () => undefined };
    try {
      const done = await beforeFetch(scope, userIds.length);
      return { answers: batcher.load(scope, userIds, operation), done };
    } catch (error) {
      return { answers: userIds.map(() => Promise.reject(toError(error))), done: () => undefined };
    }
  }

  return {
    async load(query, operation, beforeFetch) {
      const { scope, userIds } = query;
      const { known, outdated, lastResort } = await recall(query);
      const missing = userIds.filter((userId) => !known.has(userId));
      if (outdated.length > 0) batcher.refresh(scope, outdated);
      const asking = ask(scope, missing, operation, beforeFetch);
      const positionOf = new Map(missing.map((userId, i) => [userId, i]));
      const longEnough = () => clock.sleep(OLD_NULL_WAIT_MS, operation.signal);
      const answerFor = async (userId: string): Promise<KnownUser | Error> => {
        const user = known.get(userId);
        if (user) return user;
        const answer = asking.then(({ answers }) => answers[positionOf.get(userId) ?? -1]);
        return preferNewer(answer, lastResort.get(userId), longEnough);
      };
      return Promise.all(userIds.map(answerFor)).finally(() => {
        void asking.then(({ done }) => {
          done();
        });
      });
    },
  };
}

function add({ known, outdated, lastResort }: Recalled, userId: string, user: KnownUser): void {
  if (user.stale && user.stageTasks === null) {
    lastResort.set(userId, user);
    return;
  }
  known.set(userId, user);
  if (user.stale) outdated.push(userId);
}
