import { LRUCache } from 'lru-cache';
import type { Snapshot, SnapshotCache } from './snapshot-cache';

export interface MemoryCacheOptions {
  /** Answers kept at most; the ones that were not asked for longest go first. */
  readonly maxUsers: number;
}

/** The cache of a single process. How old is too old is decided by who reads. */
export function createMemoryCache({ maxUsers }: MemoryCacheOptions): SnapshotCache {
  const snapshots = new LRUCache<string, Snapshot>({ max: maxUsers });
  return {
    getMany: (keys) => Promise.resolve(keys.map((key) => snapshots.get(key))),
    setMany(entries) {
      for (const [key, snapshot] of entries) {
        const known = snapshots.get(key);
        if (!known || known.fetchedAtMs <= snapshot.fetchedAtMs) snapshots.set(key, snapshot);
      }
      return Promise.resolve();
    },
  };
}
