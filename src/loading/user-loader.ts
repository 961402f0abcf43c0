import DataLoader from 'dataloader';
import type { BatchScope } from '../batching/scope';
import type { OperationContext } from '../domain/operation-context';
import type { Semester } from '../domain/semester';
import type { CachePolicy } from '../domain/cache-policy';
import type { AnswerCache, KnownUser } from './answer-cache';
import type { BeforeFetch } from './before-fetch';
import type { UsageCounter } from './upstream-usage';

export type UserLoader = DataLoader<string, KnownUser>;

export interface UserLoaderOptions {
  readonly answers: AnswerCache;
  readonly operation: OperationContext;
  readonly beforeFetch: BeforeFetch;
  readonly counter: UsageCounter;
  readonly cachePolicy: CachePolicy;
  /** How long an answer counts as fresh. */
  readonly freshMs: number;
  readonly batchScheduleFn: (callback: () => void) => void;
  /** Called with the cycle that an answer describes. */
  readonly onSemester: (semesterId: string, semester: Semester) => void;
}

/** Batches the users of one query level. The batcher then merges the batches of several operations. */
export function createUserLoader(
  options: UserLoaderOptions,
  scope: BatchScope,
  maxAgeMs: number,
): UserLoader {
  const { answers, operation, beforeFetch, counter, cachePolicy, freshMs } = options;
  async function load(userIds: readonly string[]): Promise<(KnownUser | Error)[]> {
    const known = await answers.load({ scope, userIds, maxAgeMs }, operation, beforeFetch);
    counter.noteUsers(known);
    for (const user of known) {
      if (user instanceof Error) continue;
      cachePolicy.restrict(user.fetchedAtMs + Math.min(freshMs, maxAgeMs));
      if (user.semester) options.onSemester(scope.semesterId, user.semester);
    }
    return known;
  }
  return new DataLoader(load, { batchScheduleFn: options.batchScheduleFn });
}
