import { freshnessOf, type Freshness, type Lifetimes } from '../cache/freshness';
import type { Snapshot, SnapshotCache } from '../cache/snapshot-cache';
import type { Clock } from '../domain/clock';
import type { FilterStrategy, StageTaskFilter } from '../domain/stage-task-filter';
import { toError } from '../domain/to-error';
import { narrow } from './narrowing';
import type { OpenBatches } from './open-batches';
import type { Renewals } from './renewals';
import { viewKey, type BatchScope } from './scope';
import type { Caller, LoadedUser } from './waiting';

/** An answer, and whether it was remembered rather than fetched for this caller. */
export interface KnownUser extends LoadedUser {
  readonly remembered: boolean;
}

/** What one caller wants to know: some users under one filter. */
export interface View {
  readonly scope: BatchScope;
  readonly filter: StageTaskFilter;
  readonly userIds: readonly string[];
  /** The oldest answer that the caller accepts, in milliseconds. */
  readonly maxAgeMs: number;
}

/**
 * Answers from what is remembered as far as that will do, and asks for the rest. A stale answer is given
 * at once, and a newer one is asked for when a call has a free seat.
 */
export interface RememberedAnswers {
  /** For each user, in order. An Error where there is neither a new nor an old answer. */
  load(view: View, caller: Caller): Promise<(KnownUser | Error)[]>;
}

export interface RememberedAnswersOptions {
  readonly batches: OpenBatches;
  readonly cache: SnapshotCache;
  readonly renewals: Renewals;
  readonly lifetimes: Lifetimes;
  readonly strategy: FilterStrategy;
  readonly clock: Clock;
}

export function createRememberedAnswers(options: RememberedAnswersOptions): RememberedAnswers {
  const { batches, cache, renewals, lifetimes, strategy, clock } = options;

  /** What is remembered of each user: the answer to the same question, or to the one without a filter. */
  function recall({ scope, filter, userIds, maxAgeMs }: View) {
    const filters = strategy === 'auto' ? [filter, {}] : [filter];
    return cache.getMany(
      userIds.map((userId) => filters.map((one) => viewKey(scope, one, userId))),
      clock.now() - Math.min(lifetimes.freshMs, maxAgeMs),
    );
  }

  function rate(snapshot: Snapshot, maxAgeMs: number): Freshness {
    return freshnessOf(clock.now() - snapshot.fetchedAtMs, lifetimes, maxAgeMs);
  }

  return {
    async load(view, caller) {
      const { scope, filter, userIds, maxAgeMs } = view;
      const known = new Map<string, KnownUser>();
      const outdated: string[] = [];
      for (const [i, snapshot] of (await recall(view)).entries()) {
        const userId = userIds[i];
        const freshness = snapshot ? rate(snapshot, maxAgeMs) : 'expired';
        if (!snapshot || userId === undefined || freshness === 'expired') continue;
        const stale = freshness === 'stale';
        known.set(userId, fromSnapshot(snapshot, filter, stale));
        if (stale) outdated.push(userId);
        else renewals.noteAsked(scope, snapshot.filter, userId, snapshot.fetchedAtMs);
      }
      const missing = userIds.filter((userId) => !known.has(userId));
      if (outdated.length > 0) batches.refresh(scope, filter, outdated);
      const asked = missing.length > 0 ? batches.ask(scope, filter, missing, caller) : [];
      const fetched = new Map(missing.map((userId, i) => [userId, asked[i]]));
      return Promise.all(
        userIds.map(async (userId) => known.get(userId) ?? (await settled(fetched.get(userId)))),
      );
    },
  };
}

/** Narrowing what is as narrow already changes nothing. */
function fromSnapshot(snapshot: Snapshot, filter: StageTaskFilter, stale: boolean): KnownUser {
  const { stageTasks, semester, fetchedAtMs, filter: asked } = snapshot;
  return {
    stageTasks: stageTasks && {
      ...narrow(stageTasks, asked, filter),
      fetchedAt: new Date(fetchedAtMs),
      stale,
    },
    semester,
    fetchedAtMs,
    remembered: true,
  };
}

async function settled(answer: Promise<LoadedUser> | undefined): Promise<KnownUser | Error> {
  if (!answer) return new Error('a user that was asked for has no answer');
  return answer.then((loaded) => ({ ...loaded, remembered: false }), toError);
}
