import { LRUCache } from 'lru-cache';
import { getOrCreate } from '../domain/collections';
import type { Snapshot, SnapshotCache } from './snapshot-cache';

export interface MemoryCacheOptions {
  /** Answers kept at most; the ones that were not asked for longest go first. */
  readonly maxUsers: number;
  /** The same for all keys of a user. */
  readonly userOf: (key: string) => string;
}

/** Several years of cycles, or the filters of many pages. */
export const MAX_ANSWERS_PER_USER = 64;

/**
 * The cache of a single process. How old is too old is decided by who reads. What is kept of one user is
 * limited, so that a person who asks for their own tasks in many ways pushes out none but these.
 */
export function createMemoryCache({ maxUsers, userOf }: MemoryCacheOptions): SnapshotCache {
  /** Of each user, the one that came first first. */
  const keysByUser = new Map<string, string[]>();
  const snapshots = new LRUCache<string, Snapshot>({
    max: maxUsers,
    dispose(_, key, reason) {
      if (reason !== 'set') forgetKey(key);
    },
  });

  function forgetKey(key: string): void {
    const user = userOf(key);
    const left = keysByUser.get(user)?.filter((other) => other !== key) ?? [];
    if (left.length > 0) keysByUser.set(user, left);
    else keysByUser.delete(user);
  }

  function add(key: string, snapshot: Snapshot): void {
    const keys = getOrCreate(keysByUser, userOf(key), () => []);
    keys.push(key);
    const [oldest] = keys;
    if (oldest !== undefined && keys.length > MAX_ANSWERS_PER_USER) snapshots.delete(oldest);
    snapshots.set(key, snapshot);
  }

  return {
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
