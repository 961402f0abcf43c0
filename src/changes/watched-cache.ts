import type { SnapshotCache } from '../cache/snapshot-cache';
import type { ChangeFeed } from './change-feed';

/** A cache of this process whose answers the feed learns of, wherever they come from. */
export function watchCache(cache: SnapshotCache, feed: Pick<ChangeFeed, 'note'>): SnapshotCache {
  return {
    recall: (key) => cache.recall(key),
    getMany: (keys, sinceMs) => cache.getMany(keys, sinceMs),
    setMany(entries) {
      const set = cache.setMany(entries);
      feed.note(entries);
      return set;
    },
  };
}
