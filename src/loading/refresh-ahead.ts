import { LRUCache } from 'lru-cache';
import { scopeKey, type BatchScope } from '../batching/scope';
import type { SpareSeats } from '../batching/spare-seats';

/**
 * Collects users whose cached answers are in use and become stale soon. Calls with spare seats refresh them,
 * which costs no extra call and saves clients from stale answers.
 */
export interface RefreshAhead extends SpareSeats {
  /** Reports that an operation has used a cached answer. */
  noteServed(scope: BatchScope, userId: string, fetchedAtMs: number): void;
  /** Gives a user whose answer is outdated the first spare seat. */
  prefer(scope: BatchScope, userId: string): void;
}

/** An answer is refreshed after this share of its fresh time. */
const REFRESH_AFTER_SHARE = 0.5;
/** Users beyond these limits are dropped; they are refreshed after they have become stale. */
const MAX_GROUPS = 200;
const MAX_USERS_PER_GROUP = 1_000;

export interface RefreshAheadOptions {
  readonly freshMs: number;
  readonly nowMs: () => number;
}

export function createRefreshAhead({ freshMs, nowMs }: RefreshAheadOptions): RefreshAhead {
  const groups = new LRUCache<string, LRUCache<string, number>>({ max: MAX_GROUPS });

  function isDue(fetchedAtMs: number): boolean {
    return nowMs() - fetchedAtMs >= freshMs * REFRESH_AFTER_SHARE;
  }

  function add(scope: BatchScope, userId: string, fetchedAtMs: number): void {
    const key = scopeKey(scope);
    const group = groups.get(key) ?? new LRUCache<string, number>({ max: MAX_USERS_PER_GROUP });
    group.set(userId, fetchedAtMs);
    groups.set(key, group);
  }

  return {
    noteServed(scope, userId, fetchedAtMs) {
      if (isDue(fetchedAtMs)) add(scope, userId, fetchedAtMs);
    },

    prefer(scope, userId) {
      add(scope, userId, -Infinity);
    },

    fillSpareSeats(scope, seats, isPending) {
      const key = scopeKey(scope);
      const group = groups.get(key);
      for (const userId of [...(group?.keys() ?? [])]) if (isPending(userId)) group?.delete(userId);
      const oldest = [...(group?.entries() ?? [])].sort(([, a], [, b]) => a - b).slice(0, seats);
      for (const [userId] of oldest) group?.delete(userId);
      if (group?.size === 0) groups.delete(key);
      return oldest.map(([userId]) => userId);
    },
  };
}
