import type { Snapshot } from '../cache/snapshot-cache';
import type { Clock } from '../domain/clock';
import { toError } from '../domain/to-error';
import type { Batcher } from '../batching/batcher';
import type { BeforeFetch } from './before-fetch';
import { createCachedUsers, type CachedUsersOptions } from './cached-users';
import type { MarkedRefresh } from './marked-refresh';
import type { IsOutdated } from './marks';
import { OLD_NULL_WAIT_MS, preferNewer } from './prefer-newer';
import type { Answer } from './query-level';
import type { BatchScope } from '../batching/scope';
import type { OperationContext } from '../domain/operation-context';

/** The answer for one user, and where it comes from. */
export interface KnownUser extends Snapshot {
  /** Whether the answer is from the cache, and not fetched for this operation. */
  readonly fromCache: boolean;
  /** Whether the answer is older than its fresh time, or outdated. */
  readonly stale: boolean;
}

/** Users of one scope that an operation loads. */
export interface UserQuery {
  readonly scope: BatchScope;
  readonly userIds: readonly string[];
  /** The oldest answer that the operation accepts, in milliseconds. */
  readonly maxAgeMs: number;
}

/**
 * Answers from the cache where possible, and fetches the rest from Feishu. Stale tasks are returned at once
 * and refreshed in the background. A stale `null` (Feishu did not know the user) cannot be marked as stale
 * in the response, so that user is fetched again first.
 */
export interface AnswerCache {
  /** @returns a function that finds a user's fresh answer in this process, without waiting */
  recallIn(scope: BatchScope, maxAgeMs: number): (userId: string) => KnownUser | undefined;
  /** @returns a function that says whether Feishu has reported a change of a user since an answer was asked for */
  outdatedIn(scope: Pick<BatchScope, 'semesterId' | 'idType'>): IsOutdated;
  /** Refreshes outdated answers in the background. */
  refreshOutdated(scope: BatchScope, userIds: readonly string[]): void;
  /**
   * @returns an answer for each user, in order, which arrives with the user's call; an Error if there is neither a new
   * nor a cached one
   */
  load(
    query: UserQuery,
    operation: OperationContext,
    beforeFetch: BeforeFetch,
  ): Promise<readonly Answer[]>;
}

export interface AnswerCacheOptions extends CachedUsersOptions {
  readonly batcher: Pick<Batcher, 'load' | 'refresh'>;
  readonly markedRefresh: Pick<MarkedRefresh, 'add'>;
  readonly clock: Clock;
}

export function createAnswerCache(options: AnswerCacheOptions): AnswerCache {
  const { batcher, markedRefresh, marks, clock } = options;
  const cached = createCachedUsers(options);

  /** Fetches users from Feishu. If `beforeFetch` rejects, every answer rejects with its error. */
  async function fetchUsers(
    scope: BatchScope,
    userIds: readonly string[],
    operation: OperationContext,
    beforeFetch: BeforeFetch,
  ): Promise<{ answers: Promise<Snapshot>[]; done: () => void }> {
    if (userIds.length === 0) return { answers: [], done: () => undefined };
    try {
      const done = await beforeFetch(scope, userIds.length);
      return { answers: batcher.load(scope, userIds, operation), done };
    } catch (error) {
      return { answers: userIds.map(() => Promise.reject(toError(error))), done: () => undefined };
    }
  }

  return {
    recallIn: (scope, maxAgeMs) => cached.recallIn(scope, maxAgeMs),
    outdatedIn: (scope) => marks.outdatedIn(scope),
    refreshOutdated: (scope, userIds) => {
      markedRefresh.add(scope, userIds);
    },

    async load(query, operation, beforeFetch) {
      const { scope, userIds } = query;
      const { known, staleUserIds, outdatedUserIds, lastResort } = await cached.read(query);
      const missing = userIds.filter((userId) => !known.has(userId));
      if (staleUserIds.length > 0) batcher.refresh(scope, staleUserIds);
      if (outdatedUserIds.length > 0) markedRefresh.add(scope, outdatedUserIds);
      const fetching = fetchUsers(scope, missing, operation, beforeFetch);
      const positionOf = new Map(missing.map((userId, i) => [userId, i]));
      const isOutdated = marks.outdatedIn(scope);
      const maxWait = () => clock.sleep(OLD_NULL_WAIT_MS, operation.signal);
      const answers = userIds.map((userId): Answer => {
        const user = known.get(userId);
        if (user) return Promise.resolve(user);
        const answer = fetching.then((fetched) => fetched.answers[positionOf.get(userId) ?? -1]);
        return preferNewer(answer, lastResort.get(userId), maxWait, (snapshot) => {
          const outdated = isOutdated(userId, snapshot);
          if (outdated) markedRefresh.add(scope, [userId]);
          return outdated;
        });
      });
      void Promise.all(answers).then(async () => {
        (await fetching).done();
      });
      return answers;
    },
  };
}
