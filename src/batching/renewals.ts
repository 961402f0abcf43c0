import { LRUCache } from 'lru-cache';
import { scopeKey, type BatchScope } from './scope';

/**
 * Users who are asked for, and whose answers are about to go stale: a call that leaves with seats to spare
 * takes them along, so that nobody sees a stale answer and no call is spent on it.
 */
export interface Renewals {
  /** An operation has just been given this answer. */
  noteAsked(scope: BatchScope, userId: string, fetchedAtMs: number): void;
  /** Those to take along, the oldest answers first. Who is taken has to be asked for again to come back. */
  take(scope: BatchScope, seats: number): string[];
}

/** The share of its fresh time after which an answer counts as about to go stale. */
const SOON_STALE_SHARE = 0.5;
/** What is forgotten is refreshed when it has gone stale. */
const MOST_GROUPS = 200;
const MOST_USERS_OF_A_GROUP = 1_000;

export interface RenewalsOptions {
  readonly freshMs: number;
  readonly nowMs: () => number;
}

export function createRenewals({ freshMs, nowMs }: RenewalsOptions): Renewals {
  const groups = new LRUCache<string, LRUCache<string, number>>({ max: MOST_GROUPS });

  function isSoonStale(fetchedAtMs: number): boolean {
    return nowMs() - fetchedAtMs >= freshMs * SOON_STALE_SHARE;
  }

  return {
    noteAsked(scope, userId, fetchedAtMs) {
      if (!isSoonStale(fetchedAtMs)) return;
      const key = scopeKey(scope);
      const group = groups.get(key) ?? new LRUCache<string, number>({ max: MOST_USERS_OF_A_GROUP });
      group.set(userId, fetchedAtMs);
      groups.set(key, group);
    },

    take(scope, seats) {
      const key = scopeKey(scope);
      const group = groups.get(key);
      const oldest = [...(group?.entries() ?? [])].sort(([, a], [, b]) => a - b).slice(0, seats);
      for (const [userId] of oldest) group?.delete(userId);
      if (group?.size === 0) groups.delete(key);
      return oldest.map(([userId]) => userId);
    },
  };
}
