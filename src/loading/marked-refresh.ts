import { scopeKey, userKeysIn, type BatchScope } from '../batching/scope';
import { freshnessOf, type Lifetimes } from '../cache/freshness';
import type { Snapshot, SnapshotCache } from '../cache/snapshot-cache';
import type { ChangeFeed } from '../changes/change-feed';
import type { Clock } from '../domain/clock';
import { getOrCreate, groupBy } from '../domain/collections';
import type { UserKey } from '../domain/user';
import type { Marks } from './marks';
import type { RefreshAhead } from './refresh-ahead';

/** Port: claims names for a short time, of which each can be claimed by one replica. Never rejects. */
export type Claim = (names: readonly string[]) => Promise<readonly boolean[]>;

/** Users of one cycle whose tasks have changed. */
export interface ReportedChange {
  readonly semesterId: string;
  readonly users: readonly UserKey[];
}

/**
 * Refreshes outdated answers: at first in the spare seats of calls that are sent anyway, then with a background call
 * of one of the replicas. The others read its answer from the shared cache.
 */
export interface MarkedRefresh {
  /** Marks the users, and refreshes those whose answers this process remembers or whom a stream watches. */
  note(change: ReportedChange, atMs: number): void;
  /** Refreshes outdated answers that were read. */
  add(scope: BatchScope, userIds: readonly string[]): void;
}

export interface MarkedRefreshOptions {
  readonly marks: Marks;
  readonly cache: Pick<SnapshotCache, 'recall' | 'getMany'>;
  /** The users whom streams watch. Their answers may have expired, and the cache may have evicted them. */
  readonly changes: Pick<ChangeFeed, 'recall'>;
  readonly lifetimes: Lifetimes;
  /** Reloads users in the background. */
  readonly refresh: (scope: BatchScope, userIds: readonly string[]) => void;
  readonly refreshAhead: Pick<RefreshAhead, 'prefer'>;
  readonly claim: Claim;
  readonly clock: Pick<Clock, 'now' | 'sleep'>;
}

/** Time for a call that leaves anyway, and for the other events of the same change. */
const CHECK_MS = 1_000;
/** Longer than a call usually waits and takes. After that, the next operation that reads the answer tries again. */
const MAX_CHECKS = 10;
/** Users that are checked at the same time. */
const MAX_USERS = 5_000;

/** The users of one scope that may be outdated, with the number of checks. */
interface Group {
  readonly scope: BatchScope;
  readonly checks: Map<string, number>;
}

export function createMarkedRefresh(options: MarkedRefreshOptions): MarkedRefresh {
  const { marks, cache, changes, lifetimes, refresh, refreshAhead, claim, clock } = options;
  let groups = new Map<string, Group>();
  let users = 0;

  function add(scope: BatchScope, userIds: readonly string[], checks = 0): void {
    if (users === 0 && userIds.length > 0) void clock.sleep(CHECK_MS).then(checkAll);
    const group = getOrCreate(groups, scopeKey(scope), () => ({ scope, checks: new Map() }));
    for (const userId of userIds) {
      if (users >= MAX_USERS || group.checks.has(userId)) continue;
      group.checks.set(userId, checks);
      users += 1;
    }
  }

  async function checkAll(): Promise<void> {
    const due = [...groups.values()];
    groups = new Map();
    users = 0;
    await Promise.all(due.map(check));
  }

  async function check({ scope, checks }: Group): Promise<void> {
    const keyOf = userKeysIn(scope);
    const isOutdated = marks.outdatedIn(scope);
    const isDue = (userId: string, shared?: Snapshot) => {
      const key = keyOf(userId);
      const answer = shared ?? cache.recall(key) ?? changes.recall(key);
      return answer !== undefined && isOutdated(userId, answer);
    };
    const known = [...checks.keys()].filter((userId) => isDue(userId));
    if (known.length === 0) return;
    const newest = await cache.getMany(known.map(keyOf), Infinity);
    const left = known.filter((userId, i) => isDue(userId, newest[i]));
    if (left.length === 0) return;
    const claimed = await claim(left.map(keyOf));
    refresh(
      scope,
      left.filter((_, i) => claimed[i]),
    );
    for (const userId of left) {
      const done = (checks.get(userId) ?? 0) + 1;
      if (done < MAX_CHECKS) add(scope, [userId], done);
    }
  }

  function isInUse(scope: BatchScope, userId: string): boolean {
    const key = userKeysIn(scope)(userId);
    if (changes.recall(key)) return true;
    const answer = cache.recall(key);
    if (!answer) return false;
    return freshnessOf(clock.now() - answer.fetchedAtMs, lifetimes) !== 'expired';
  }

  return {
    note({ semesterId, users: changed }, atMs) {
      for (const user of changed) marks.mark(semesterId, user, atMs);
      for (const [idType, ofType] of groupBy(changed, (user) => user.idType)) {
        // Answers of other identities and filters are refreshed when an operation reads them.
        const scope: BatchScope = { identity: { kind: 'app' }, semesterId, idType, filter: {} };
        const userIds = ofType.map(({ id }) => id).filter((id) => isInUse(scope, id));
        for (const userId of userIds) refreshAhead.prefer(scope, userId);
        add(scope, userIds);
      }
    },
    add: (scope, userIds) => {
      add(scope, userIds);
    },
  };
}
