import type { BatchScope } from '../batching/scope';
import type { Snapshot } from '../cache/snapshot-cache';
import type { UserKey } from '../domain/user';
import { createTtlCache } from '../ttl-cache';

/** Whether an answer for a user is outdated. */
export type IsOutdated = (userId: string, answer: Pick<Snapshot, 'askedAtMs'>) => boolean;

/**
 * The users whose tasks have changed, as Feishu has reported. An answer that was asked for before the report is
 * outdated. A mark lives as long as an answer is fresh: after that time, the answer is stale without it.
 */
export interface Marks {
  /** @param atMs when the report arrived, on the monotonic clock */
  mark(semesterId: string, user: UserKey, atMs: number): void;
  /** @returns a function for the users of the scope, whichever filter and identity they were asked for with */
  outdatedIn(scope: Pick<BatchScope, 'semesterId' | 'idType'>): IsOutdated;
}

/** About 200 bytes each. Beyond that, the oldest marks are dropped: those answers stay fresh for their time. */
const MAX_MARKS = 50_000;

export interface MarksOptions {
  readonly freshMs: number;
  readonly nowMs: () => number;
}

export function createMarks({ freshMs, nowMs }: MarksOptions): Marks {
  const marks = createTtlCache<number>({ maxEntries: MAX_MARKS, ttlMs: freshMs, nowMs });
  return {
    mark(semesterId, { idType, id }, atMs) {
      // Without a fresh time, every answer is stale.
      if (freshMs === 0) return;
      const key = keyOf(semesterId, idType, id);
      if (atMs >= (marks.peek(key) ?? -Infinity)) marks.set(key, atMs);
    },
    outdatedIn: ({ semesterId, idType }) => {
      return (userId, { askedAtMs = -Infinity }) => {
        if (marks.size === 0) return false;
        const markedAtMs = marks.peek(keyOf(semesterId, idType, userId));
        return markedAtMs !== undefined && askedAtMs <= markedAtMs;
      };
    },
  };
}

function keyOf(semesterId: string, idType: string, id: string): string {
  return `${semesterId} ${idType} ${id}`;
}
