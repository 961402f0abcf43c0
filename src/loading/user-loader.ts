import DataLoader from 'dataloader';
import { scopeKey, type BatchScope } from '../batching/scope';
import { getOrCreate } from '../domain/collections';
import type { OperationContext } from '../domain/operation-context';
import type { Semester } from '../domain/semester';
import type { CachePolicy } from '../domain/cache-policy';
import type { AnswerCache, KnownUser } from './answer-cache';
import type { BeforeFetch } from './before-fetch';
import type { UsageCounter } from './upstream-usage';

type UserLoader = DataLoader<string, KnownUser>;

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
function createUserLoader(
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

/** The loaders of one operation: one for each scope and maximum age. */
export function createUserLoaders(
  options: UserLoaderOptions,
): (scope: BatchScope, maxAgeMs: number) => UserLoader {
  const loaders = new Map<string, UserLoader>();
  /** The users of a list follow each other and have one scope, so its key is made once. */
  let last: { scope: BatchScope; maxAgeMs: number; loader: UserLoader } | undefined;
  return (scope, maxAgeMs) => {
    if (last?.maxAgeMs === maxAgeMs && isSame(last.scope, scope)) return last.loader;
    const loader = getOrCreate(loaders, `${scopeKey(scope)} ${maxAgeMs}`, () =>
      createUserLoader(options, scope, maxAgeMs),
    );
    last = { scope, maxAgeMs, loader };
    return loader;
  };
}

/** Compares objects by identity: scopes of one list share them. */
function isSame(a: BatchScope, b: BatchScope): boolean {
  return (
    a.identity === b.identity &&
    a.semesterId === b.semesterId &&
    a.idType === b.idType &&
    a.filter === b.filter
  );
}
