import { freshnessOf, type Lifetimes } from '../cache/freshness';
import type { Snapshot, SnapshotCache } from '../cache/snapshot-cache';
import { userKeysIn, type BatchScope } from '../batching/scope';
import type { Clock } from '../domain/clock';
import type { KnownUser, UserQuery } from './answer-cache';
import type { RefreshAhead } from './refresh-ahead';

/** What the cache has for the users of a query. */
export interface CachedUsers {
  /** Answers that can be returned at once. */
  readonly known: Map<string, KnownUser>;
  /** The users among them whose answer is stale. */
  readonly staleUserIds: string[];
  /** Stale `null` answers, which are returned only if Feishu gives no newer one in time. */
  readonly lastResort: Map<string, KnownUser>;
}

export interface CachedUsersOptions {
  readonly cache: SnapshotCache;
  readonly refreshAhead: RefreshAhead;
  readonly lifetimes: Lifetimes;
  readonly clock: Pick<Clock, 'now'>;
}

/** Reads users from the cache, and notes those whose answers are in use. */
export function createCachedUsers({ cache, refreshAhead, lifetimes, clock }: CachedUsersOptions) {
  return {
    /** @returns a function that finds a user's fresh answer in this process, without waiting */
    recallIn(scope: BatchScope, maxAgeMs: number): (userId: string) => KnownUser | undefined {
      const keyOf = userKeysIn(scope);
      return (userId) => {
        const snapshot = cache.recall(keyOf(userId));
        if (!snapshot) return undefined;
        const { fetchedAtMs } = snapshot;
        const freshness = freshnessOf(clock.now() - fetchedAtMs, lifetimes, maxAgeMs);
        if (freshness !== 'fresh') return undefined;
        refreshAhead.noteServed(scope, userId, fetchedAtMs);
        return fromCache(snapshot, false);
      };
    },

    async read({ scope, userIds, maxAgeMs }: UserQuery): Promise<CachedUsers> {
      const nowMs = clock.now();
      const keys = userIds.map(userKeysIn(scope));
      const goodEnoughSinceMs = nowMs - Math.min(lifetimes.freshMs, maxAgeMs);
      const snapshots = await cache.getMany(keys, goodEnoughSinceMs);
      const cached: CachedUsers = { known: new Map(), staleUserIds: [], lastResort: new Map() };
      for (const [i, userId] of userIds.entries()) {
        const snapshot = snapshots[i];
        if (!snapshot) continue;
        const freshness = freshnessOf(nowMs - snapshot.fetchedAtMs, lifetimes, maxAgeMs);
        if (freshness === 'expired') continue;
        const user = fromCache(snapshot, freshness === 'stale');
        add(cached, userId, user);
        if (!user.stale) refreshAhead.noteServed(scope, userId, snapshot.fetchedAtMs);
      }
      return cached;
    },
  };
}

function fromCache({ stageTasks, semester, fetchedAtMs }: Snapshot, stale: boolean): KnownUser {
  return { stageTasks, semester, fetchedAtMs, fromCache: true, stale };
}

function add(
  { known, staleUserIds, lastResort }: CachedUsers,
  userId: string,
  user: KnownUser,
): void {
  if (user.stale && user.stageTasks === null) {
    lastResort.set(userId, user);
    return;
  }
  known.set(userId, user);
  if (user.stale) staleUserIds.push(userId);
}
