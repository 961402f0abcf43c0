import { LRUCache } from 'lru-cache';

export interface TtlCacheOptions {
  /** The least recently used entries are evicted first. */
  readonly maxEntries: number;
  readonly ttlMs: number;
  /** Monotonic: with the wall clock, entries would stay for as long as that was set back. */
  readonly nowMs: () => number;
}

/** A cache whose entries expire. */
export function createTtlCache<V extends object | true>(
  options: TtlCacheOptions,
): LRUCache<string, V> {
  return new LRUCache({
    max: options.maxEntries,
    ttl: options.ttlMs,
    perf: { now: options.nowMs },
    // By default the cache reuses a reading for 1 ms of real time, which a virtual clock does not follow.
    ttlResolution: 0,
  });
}
