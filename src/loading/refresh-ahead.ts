import { LRUCache } from 'lru-cache';
import { scopeKey, type BatchScope } from '../batching/scope';
import type { SpareSeats } from '../batching/spare-seats';

/**
 * Users whose remembered answers operations use and that expire soon. A call with spare seats refreshes
 * them, which spends no call and saves clients from stale answers.
 */
export interface RefreshAhead extends SpareSeats {
  /** An operation has just been given this answer. */
  noteServed(scope: BatchScope, userId: string, fetchedAtMs: number): void;
}

/** The share of its fresh time after which an answer counts as about to go stale. */
const SOON_STALE_SHARE = 0.5;
/** What is forgotten is refreshed when it has gone stale. */
const MAX_GROUPS = 200;
const MAX_USERS_PER_GROUP = 1_000;

export interface RefreshAheadOptions {
  readonly freshMs: number;
  readonly nowMs: () => number;
}

export function createRefreshAhead({ freshMs, nowMs }: RefreshAheadOptions): RefreshAhead {
  const groups = new LRUCache<string, LRUCache<string, number>>({ max: MAX_GROUPS });

  function isSoonStale(fetchedAtMs: number): boolean {
    return nowMs() - fetchedAtMs >= freshMs * SOON_STALE_SHARE;
  }

  return {
    noteServed(scope, userId, fetchedAtMs) {
      if (!isSoonStale(fetchedAtMs)) return;
      const key = scopeKey(scope);
      const group = groups.get(key) ?? new LRUCache<string, number>({ max: MAX_USERS_PER_GROUP });
      group.set(userId, fetchedAtMs);
      groups.set(key, group);
    },

    fillSpareSeats(scope, seats) {
      const key = scopeKey(scope);
      const group = groups.get(key);
      const oldest = [...(group?.entries() ?? [])].sort(([, a], [, b]) => a - b).slice(0, seats);
      for (const [userId] of oldest) group?.delete(userId);
      if (group?.size === 0) groups.delete(key);
      return oldest.map(([userId]) => userId);
    },
  };
}
