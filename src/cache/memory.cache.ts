import { LRUCache } from 'lru-cache';
import type { Snapshot, SnapshotCache } from './snapshot-cache';

export interface MemoryCacheOptions {
  /** The maximum number of answers. The least recently used ones are evicted first. */
  readonly maxUsers: number;
  /** Returns the same text for all keys of a user. */
  readonly userOf: (key: string) => string;
}

/** Enough for several years of cycles, or the filters of many pages. */
export const MAX_ANSWERS_PER_USER = 64;

/**
 * The cache of one process. Entries do not expire: the reader decides which age it accepts. The number of answers
 * per user is limited, so that a person with many different requests evicts only their own answers.
 */
export function createMemoryCache({ maxUsers, userOf }: MemoryCacheOptions): SnapshotCache {
  /** The keys of each user, oldest first. */
  const keysByUser = new Map<string, string[]>();
  const snapshots = new LRUCache<string, Snapshot>({
    max: maxUsers,
    dispose(_, key, reason) {
      if (reason !== 'set') forgetKey(key);
    },
  });

  function forgetKey(key: string): void {
    const user = userOf(key);
    const remaining = keysByUser.get(user)?.filter((other) => other !== key) ?? [];
    if (remaining.length > 0) keysByUser.set(user, remaining);
    else keysByUser.delete(user);
  }

  function add(key: string, snapshot: Snapshot): void {
    const user = userOf(key);
    const keys = keysByUser.get(user);
    // Most users have one key. An empty array that grows takes room for 17.
    if (keys) keys.push(key);
    else keysByUser.set(user, [key]);
    const [oldest] = keys ?? [];
    if (keys && oldest !== undefined && keys.length > MAX_ANSWERS_PER_USER)
      snapshots.delete(oldest);
    snapshots.set(key, snapshot);
  }

  return {
    recall: (key) => snapshots.get(key),
    getMany: (keys) => Promise.resolve(keys.map((key) => snapshots.get(key))),
    setMany(entries) {
      for (const [key, snapshot] of entries) {
        const known = snapshots.peek(key);
        if (!known) add(key, snapshot);
        else if (known.fetchedAtMs <= snapshot.fetchedAtMs) snapshots.set(key, snapshot);
      }
      return Promise.resolve();
    },
  };
}
