import { gatherWrites } from './gathered-writes';
import { createSharedReads } from './shared-reads';
import type { Snapshot, SnapshotCache } from './snapshot-cache';
import { createSnapshotStore, type SnapshotStoreOptions } from './snapshot-store';

export interface RedisCacheOptions extends SnapshotStoreOptions {
  /** The cache of this process, which is read first. */
  readonly memory: SnapshotCache;
}

/**
 * The cache that replicas share. It reads from Redis only what the cache of this process does not hold or holds too
 * old. While Redis is unreachable, it uses the cache of this process alone.
 */
export function createRedisCache({ memory, ...options }: RedisCacheOptions): SnapshotCache {
  const store = createSnapshotStore(options);
  const readShared = createSharedReads(store, memory);
  const write = gatherWrites(store, options.clock);

  return {
    recall: (key) => memory.recall(key),
    async getMany(keys, sinceMs) {
      const own = await memory.getMany(keys, sinceMs);
      const isOld = (_: unknown, i: number) => (own[i]?.fetchedAtMs ?? -Infinity) < sinceMs;
      const missing = keys.filter(isOld);
      if (missing.length === 0) return own;
      const found = await readShared(missing);
      // Memory may have got newer answers, and may have evicted some, while Redis was read.
      const current = await memory.getMany(keys, sinceMs);
      return keys.map((key, i) => newest(current[i], found.get(key), own[i]));
    },

    async setMany(entries) {
      await memory.setMany(entries);
      await write(entries);
    },
  };
}

/** Of equally new answers, the first. */
function newest(...answers: readonly (Snapshot | undefined)[]): Snapshot | undefined {
  let result: Snapshot | undefined;
  for (const answer of answers) {
    if (answer && (!result || answer.fetchedAtMs > result.fetchedAtMs)) result = answer;
  }
  return result;
}
