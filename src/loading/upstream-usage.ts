import type { KnownUser } from './answer-cache';

/** What one GraphQL operation has used. */
export interface UpstreamUsage {
  /** Calls that served the operation, with retries. Other operations may have shared them. */
  readonly calls: number;
  /** Users answered from the cache, each once per semester and ID type; with `pushdown` also per filter. */
  readonly usersFromCache: number;
  /** How many of these answers were stale, including `null` for unknown users. */
  readonly usersStale: number;
  /** Users fetched from Feishu, counted in the same way. */
  readonly usersFetched: number;
  /** The longest time that a user of this operation waited for its call to be sent, in milliseconds. */
  readonly waitedMs: number;
}

/** Counts while the operation runs. */
export interface UsageCounter {
  readonly usage: UpstreamUsage;
  noteCall(waitedMs: number): void;
  noteUser(user: KnownUser): void;
}

export function createUsageCounter(): UsageCounter {
  const usage = { calls: 0, usersFromCache: 0, usersStale: 0, usersFetched: 0, waitedMs: 0 };
  return {
    usage,
    noteCall(waitedMs) {
      usage.calls += 1;
      usage.waitedMs = Math.max(usage.waitedMs, waitedMs);
    },
    noteUser({ fromCache, stale }) {
      if (fromCache) usage.usersFromCache += 1;
      else usage.usersFetched += 1;
      if (fromCache && stale) usage.usersStale += 1;
    },
  };
}
