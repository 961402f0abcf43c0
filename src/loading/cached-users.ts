import { freshnessOf, type Lifetimes } from '../cache/freshness';
import type { Snapshot, SnapshotCache } from '../cache/snapshot-cache';
import { userKeysIn, type BatchScope } from '../batching/scope';
import type { Clock } from '../domain/clock';
import type { KnownUser, UserQuery } from './answer-cache';
import type { IsOutdated, Marks } from './marks';
import type { RefreshAhead } from './refresh-ahead';

/** What the cache has for the users of a query. */
export interface CachedUsers {
  /** Answers that can be returned at once. */
  readonly known: Map<string, KnownUser>;
  /** The users among them whose answer is stale by its age. */
  readonly staleUserIds: string[];
  /** The users whose answer is stale because Feishu has reported a change since. */
  readonly outdatedUserIds: string[];
  /** Stale `null` answers, which are returned only if Feishu gives no newer one in time. */
  readonly lastResort: Map<string, KnownUser>;
}

export interface CachedUsersOptions {
  readonly cache: SnapshotCache;
  readonly refreshAhead: RefreshAhead;
  readonly lifetimes: Lifetimes;
  /** Says which answers are outdated: they are used as stale ones. */
  readonly marks: Pick<Marks, 'outdatedIn'>;
  readonly clock: Pick<Clock, 'now'>;
}

/** Reads users from the cache, and notes those whose answers are in use. */
export function createCachedUsers(options: CachedUsersOptions) {
  const { cache, refreshAhead, lifetimes, marks, clock } = options;

  /** Of an outdated answer, the cache that replicas share may have a newer one. */
  async function readSnapshots(
    userIds: readonly string[],
    keyOf: (userId: string) => string,
    isOutdated: IsOutdated,
    sinceMs: number,
  ): Promise<Map<string, Snapshot>> {
    const isOld = (userId: string) => {
      const answer = cache.recall(keyOf(userId));
      return answer !== undefined && isOutdated(userId, answer);
    };
    const found = new Map<string, Snapshot>();
    const read = async (ids: readonly string[], newerThanMs: number) => {
      if (ids.length === 0) return;
      const snapshots = await cache.getMany(ids.map(keyOf), newerThanMs);
      for (const [i, userId] of ids.entries()) {
        const snapshot = snapshots[i];
        if (snapshot) found.set(userId, snapshot);
      }
    };
    const outdated = userIds.filter(isOld);
    const others = outdated.length === 0 ? userIds : userIds.filter((id) => !isOld(id));
    await Promise.all([read(others, sinceMs), read(outdated, Infinity)]);
    return found;
  }

  return {
    /** @returns a function that finds a user's fresh answer in this process, without waiting */
    recallIn(scope: BatchScope, maxAgeMs: number): (userId: string) => KnownUser | undefined {
      const keyOf = userKeysIn(scope);
      const isOutdated = marks.outdatedIn(scope);
      return (userId) => {
        const snapshot = cache.recall(keyOf(userId));
        if (!snapshot) return undefined;
        const { fetchedAtMs } = snapshot;
        const freshness = freshnessOf(clock.now() - fetchedAtMs, lifetimes, maxAgeMs);
        if (freshness !== 'fresh' || isOutdated(userId, snapshot)) return undefined;
        refreshAhead.noteServed(scope, userId, fetchedAtMs);
        return fromCache(snapshot, false);
      };
    },

    async read({ scope, userIds, maxAgeMs }: UserQuery): Promise<CachedUsers> {
      const nowMs = clock.now();
      const goodEnoughSinceMs = nowMs - Math.min(lifetimes.freshMs, maxAgeMs);
      const isOutdated = marks.outdatedIn(scope);
      const found = await readSnapshots(userIds, userKeysIn(scope), isOutdated, goodEnoughSinceMs);
      const cached = createCached();
      for (const userId of userIds) {
        const snapshot = found.get(userId);
        if (!snapshot) continue;
        const freshness = freshnessOf(nowMs - snapshot.fetchedAtMs, lifetimes, maxAgeMs);
        if (freshness === 'expired') continue;
        const outdated = isOutdated(userId, snapshot);
        const user = fromCache(snapshot, outdated || freshness === 'stale');
        add(cached, userId, user, outdated);
        if (!user.stale) refreshAhead.noteServed(scope, userId, snapshot.fetchedAtMs);
      }
      return cached;
    },
  };
}

function fromCache({ stageTasks, semester, fetchedAtMs }: Snapshot, stale: boolean): KnownUser {
  return { stageTasks, semester, fetchedAtMs, fromCache: true, stale };
}

function createCached(): CachedUsers {
  return { known: new Map(), staleUserIds: [], outdatedUserIds: [], lastResort: new Map() };
}

function add(
  { known, staleUserIds, outdatedUserIds, lastResort }: CachedUsers,
  userId: string,
  user: KnownUser,
  outdated: boolean,
): void {
  if (user.stale && user.stageTasks === null) {
    lastResort.set(userId, user);
    return;
  }
  known.set(userId, user);
  if (outdated) outdatedUserIds.push(userId);
  else if (user.stale) staleUserIds.push(userId);
}
