import { LRUCache } from 'lru-cache';

export interface TtlCacheOptions {
  /** The least recently used entries are evicted first. */
  readonly maxEntries: number;
  readonly ttlMs: number;
  /** Monotonic. If the wall clock were set back, entries would live longer. */
  readonly nowMs: () => number;
}

/** A cache whose entries expire. */
export function createTtlCache<V extends object | number | true>(
  options: TtlCacheOptions,
): LRUCache<string, V> {
  return new LRUCache({
    // Not `max`: with it, lru-cache allocates all of its memory at once.
    maxSize: options.maxEntries,
    sizeCalculation: () => 1,
    ttl: options.ttlMs,
    perf: { now: options.nowMs },
    // By default the cache reuses a reading for 1 ms of real time, which a virtual clock does not follow.
    ttlResolution: 0,
  });
}
