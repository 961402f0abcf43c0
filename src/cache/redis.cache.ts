import type { SnapshotCache } from './snapshot-cache';
import { createSnapshotStore, type SnapshotStoreOptions } from './snapshot-store';

export interface RedisCacheOptions extends SnapshotStoreOptions {
  /** Of this process: what is used meanwhile, and first of all. */
  readonly memory: SnapshotCache;
}

/** A few milliseconds' worth of Redis's time. */
const KEYS_AT_ONCE = 200;

/**
 * The cache of several replicas, on top of this one's own. Redis is asked for what is not known here or
 * not new enough; without Redis, what is known here has to do.
 */
export function createRedisCache({ memory, ...options }: RedisCacheOptions): SnapshotCache {
  const store = createSnapshotStore(options);

  return {
    async getMany(keys, sinceMs) {
      const here = await memory.getMany(keys, sinceMs);
      const isOld = (_: unknown, i: number) => (here[i]?.fetchedAtMs ?? -Infinity) < sinceMs;
      const wanted = [...new Set(keys.filter(isOld))];
      // One after the other, so that nothing else that is asked of Redis has to wait for all of them.
      for (let i = 0; i < wanted.length; i += KEYS_AT_ONCE) {
        await memory.setMany(await store.read(wanted.slice(i, i + KEYS_AT_ONCE)));
      }
      return wanted.length > 0 ? memory.getMany(keys, sinceMs) : here;
    },

    async setMany(entries) {
      await memory.setMany(entries);
      await store.write(entries);
    },
  };
}
