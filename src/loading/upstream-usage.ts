import type { KnownUser } from './answer-cache';

/** What one GraphQL operation has spent. */
export interface UpstreamUsage {
  /** Calls that it had a part in, retries included; others may have shared them. */
  readonly calls: number;
  /** Users answered from memory, each once per semester and ID type, under `pushdown` also per filter. */
  readonly usersFromCache: number;
  /** Of these, how many answers were stale, also those that Feishu knew nothing of a user. */
  readonly usersStale: number;
  /** Users that upstream was asked for, counted alike. */
  readonly usersFetched: number;
  /** The longest time that a user of this operation waited for a call to leave. */
  readonly waitedMs: number;
}

/** Counts while the operation runs. */
export interface UsageCounter {
  readonly usage: UpstreamUsage;
  noteCall(waitedMs: number): void;
  noteUsers(users: readonly (KnownUser | Error)[]): void;
}

export function createUsageCounter(): UsageCounter {
  const usage = { calls: 0, usersFromCache: 0, usersStale: 0, usersFetched: 0, waitedMs: 0 };
  return {
    usage,
    noteCall(waitedMs) {
      usage.calls += 1;
      usage.waitedMs = Math.max(usage.waitedMs, waitedMs);
    },
    noteUsers(users) {
      for (const user of users) {
        if (user instanceof Error) continue;
        if (user.remembered) usage.usersFromCache += 1;
        else usage.usersFetched += 1;
        if (user.remembered && user.stale) usage.usersStale += 1;
      }
    },
  };
}
