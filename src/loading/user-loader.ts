import DataLoader from 'dataloader';
import { scopeKey, type BatchScope } from '../batching/scope';
import { getOrCreate } from '../domain/collections';
import type { OperationContext } from '../domain/operation-context';
import type { Semester } from '../domain/semester';
import type { CachePolicy } from '../domain/cache-policy';
import type { AnswerCache, KnownUser } from './answer-cache';
import type { BeforeFetch } from './before-fetch';
import type { Answer, QueryLevel } from './query-level';
import type { UsageCounter } from './upstream-usage';

export interface UserLoader {
  /** @returns the answer at once if this process has a fresh one, else a promise; it rejects with a GatewayError */
  load(userId: string): KnownUser | Promise<KnownUser>;
  /**
   * Adds an answer that came with others, so that all fields of the operation show the same answer.
   * @returns the answer that the operation shows: its first one for this user
   */
  adopt(userId: string, user: KnownUser): KnownUser | Promise<KnownUser>;
}

export interface UserLoaderOptions {
  readonly answers: AnswerCache;
  readonly operation: OperationContext;
  readonly beforeFetch: BeforeFetch;
  readonly counter: UsageCounter;
  readonly cachePolicy: CachePolicy;
  /** How long an answer counts as fresh. */
  readonly freshMs: number;
  /** Whether the operation has its response. */
  readonly hasResponse: () => boolean;
  readonly level: QueryLevel;
  /** Called with the cycle that an answer describes. */
  readonly onSemester: (semesterId: string, semester: Semester) => void;
}

/** Batches the users of one query level. The batcher then merges the batches of several operations. */
function createUserLoader(
  options: UserLoaderOptions,
  scope: BatchScope,
  maxAgeMs: number,
): UserLoader {
  const { answers, operation, beforeFetch, counter, cachePolicy, freshMs, level } = options;
  const recall = answers.recallIn(scope, maxAgeMs);
  /** Each user is loaded once, so that all fields of the operation show the same answer. */
  const loads = new Map<string, KnownUser | Promise<KnownUser>>();

  function note(user: KnownUser): KnownUser {
    counter.noteUser(user);
    // An outdated answer may be younger than its fresh time.
    const freshForMs = user.stale ? 0 : Math.min(freshMs, maxAgeMs);
    cachePolicy.restrict(user.fetchedAtMs + freshForMs);
    if (user.semester) options.onSemester(scope.semesterId, user.semester);
    return user;
  }

  /** Returns each answer in an object, so that the batch does not wait for the promises. */
  async function loadAll(userIds: readonly string[]): Promise<{ answer: Answer }[]> {
    if (options.hasResponse()) throw new Error('The operation is over.');
    const loaded = await answers.load({ scope, userIds, maxAgeMs }, operation, beforeFetch);
    return (await level.receive(loaded)).map((answer) => ({ answer }));
  }

  const batches = new DataLoader(loadAll, {
    cache: false,
    batchScheduleFn: level.afterLevel,
  });

  async function fetchUser(userId: string): Promise<KnownUser> {
    const { answer } = await batches.load(userId);
    const user = await answer;
    if (user instanceof Error) throw user;
    return note(user);
  }

  function start(userId: string): KnownUser | Promise<KnownUser> {
    const recalled = recall(userId);
    return recalled ? note(recalled) : fetchUser(userId);
  }

  return {
    load: (userId) => getOrCreate(loads, userId, () => start(userId)),
    adopt(userId, user) {
      const present = loads.get(userId);
      // Another field reports that its load has failed.
      if (present instanceof Promise) return present.catch(() => note(user));
      if (present) return present;
      loads.set(userId, user);
      return note(user);
    },
  };
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
