import type { SnapshotCache } from './snapshot-cache';
import { createSnapshotStore, type SnapshotStoreOptions } from './snapshot-store';

export interface RedisCacheOptions extends SnapshotStoreOptions {
  /** The cache of this process, which is read first. */
  readonly memory: SnapshotCache;
}

/** Redis reads this many keys in a few milliseconds. */
const KEYS_PER_READ = 200;

/**
 * The cache that replicas share. It reads from Redis only what the cache of this process does not hold or holds too
 * old. While Redis is unreachable, it uses the cache of this process alone.
 */
export function createRedisCache({ memory, ...options }: RedisCacheOptions): SnapshotCache {
  const store = createSnapshotStore(options);

  return {
    peek: (key) => memory.peek(key),
    async getMany(keys, sinceMs) {
      const own = await memory.getMany(keys, sinceMs);
      const isOld = (_: unknown, i: number) => (own[i]?.fetchedAtMs ?? -Infinity) < sinceMs;
      const missing = [...new Set(keys.filter(isOld))];
      // One read after the other, so that other commands to Redis do not wait for all of them.
      for (let i = 0; i < missing.length; i += KEYS_PER_READ) {
        await memory.setMany(await store.read(missing.slice(i, i + KEYS_PER_READ)));
      }
      return missing.length > 0 ? memory.getMany(keys, sinceMs) : own;
    },

    async setMany(entries) {
      await memory.setMany(entries);
      await store.write(entries);
    },
  };
}
