import { scopeKey, type BatchScope } from '../batching/scope';
import type { CachePolicy } from '../domain/cache-policy';
import { getOrCreate } from '../domain/collections';
import type { OperationContext } from '../domain/operation-context';
import { isLast, pagesFor, placeAfter, type PagePosition } from '../domain/page-position';
import type { Semester } from '../domain/semester';
import {
  isUnfiltered,
  toUpstreamFilter,
  type FilterStrategy,
  type StageTaskFilter,
} from '../domain/stage-task-filter';
import type { UserIdType } from '../domain/user';
import type { UpstreamIdentity } from '../feishu/ports';
import type { CyclePages, ReadPage } from '../pages/cycle-pages';
import type { AnswerCache, KnownUser } from './answer-cache';
import { LoadedStageTasks } from './loaded-stage-tasks';
import type { UserLoader } from './user-loader';

/** A part of everyone in a cycle. */
export interface EveryoneQuery {
  readonly semesterId: string;
  readonly idType: UserIdType;
  readonly filter: StageTaskFilter;
  /** How many users to read. */
  readonly first: number;
  readonly after: PagePosition;
}

/** One user of the part; an Error if Feishu's answer about the user cannot be read. */
export interface ListedUser {
  readonly tasks: LoadedStageTasks | Error;
  /** The place after the user. */
  readonly end: PagePosition;
}

export interface PartOfCycle {
  /** Without the users that the filter leaves no task of. */
  readonly users: readonly ListedUser[];
  /** The place after the last user that was read, whether or not the filter leaves a task of it. */
  readonly end: PagePosition;
  readonly hasMore: boolean;
  readonly semester: Semester | null;
}

export interface PageLoaderOptions {
  readonly pages: CyclePages;
  /** Returns the identity to fetch everyone with. @throws GatewayError `FORBIDDEN` */
  readonly authorizeEveryone: () => UpstreamIdentity;
  readonly strategy: FilterStrategy;
  /** Has a user's newer answer, if one was fetched since the page. */
  readonly answers: Pick<AnswerCache, 'recallIn' | 'outdatedIn' | 'refreshOutdated'>;
  readonly cachePolicy: CachePolicy;
  /** How long an answer counts as fresh. */
  readonly freshMs: number;
}

/** What the operation loads with, whichever field asks. */
export interface OperationParts {
  readonly userLoaderFor: (scope: BatchScope, maxAgeMs: number) => Pick<UserLoader, 'adopt'>;
  readonly operation: OperationContext;
  /** Whether the operation has its response. */
  readonly hasResponse: () => boolean;
}

/**
 * Loads parts of everyone in a cycle. One operation reads each page once.
 * @returns a function whose promise rejects with a GatewayError. It throws if the principal may not read everyone.
 */
export function createPageLoader(options: PageLoaderOptions, parts: OperationParts) {
  const { pages, cachePolicy, freshMs } = options;
  const { operation, userLoaderFor, hasResponse } = parts;
  const reads = new Map<string, Promise<ReadPage>>();

  async function startRead(scope: BatchScope, pageToken: string): Promise<ReadPage> {
    if (hasResponse()) throw new Error('The operation is over.');
    const read = await pages.read(scope, pageToken, operation);
    cachePolicy.restrict(read.page.fetchedAtMs + freshMs);
    return read;
  }

  /** The answer that the operation shows for a user of a page; the newest one that this process has. */
  async function showUsers(scope: BatchScope, read: ReadPage, from: number, to: number) {
    const { page, fromCache } = read;
    const { answers } = options;
    const recall = answers.recallIn(scope, Infinity);
    const isOutdated = answers.outdatedIn(scope);
    const outdated: string[] = [];
    const loader = userLoaderFor(scope, Infinity);
    const { semester, fetchedAtMs } = page;
    const shown = page.users.slice(from, to).map(async (user) => {
      if (user instanceof Error) return user;
      const recalled = recall(user.userId);
      if (recalled && recalled.fetchedAtMs > fetchedAtMs)
        return loader.adopt(user.userId, recalled);
      const stale = isOutdated(user.userId, page);
      if (stale) outdated.push(user.userId);
      const ofPage = { stageTasks: user, semester, fetchedAtMs, fromCache, stale };
      return loader.adopt(user.userId, ofPage);
    });
    if (outdated.length > 0) answers.refreshOutdated(scope, outdated);
    return Promise.all(shown);
  }

  async function loadPart(
    scope: BatchScope,
    { filter, first, after }: EveryoneQuery,
  ): Promise<PartOfCycle> {
    const users: ListedUser[] = [];
    let [end, left, hasMore]: [PagePosition, number, boolean] = [after, first, true];
    let semester: Semester | null = null;
    for (let reading = pagesFor(after, first); reading > 0 && left > 0 && hasMore; reading -= 1) {
      const { pageToken, skip } = end;
      const key = `${scopeKey(scope)}\n${pageToken}`;
      const read = await getOrCreate(reads, key, () => startRead(scope, pageToken));
      const shown = await showUsers(scope, read, skip, skip + left);
      for (const [i, user] of shown.entries()) {
        const tasks = tasksOf(user, filter);
        if (tasks) users.push({ tasks, end: placeAfter(read.page, pageToken, skip + i + 1) });
      }
      left -= shown.length;
      end = placeAfter(read.page, pageToken, skip + shown.length);
      hasMore = !isLast(read.page, end);
      semester ??= read.page.semester;
    }
    return { users, end, hasMore, semester };
  }

  return (query: EveryoneQuery): Promise<PartOfCycle> => {
    const { semesterId, idType } = query;
    const identity = options.authorizeEveryone();
    const filter = toUpstreamFilter(options.strategy, query.filter);
    return loadPart({ identity, semesterId, idType, filter }, query);
  };
}

/** @returns `null` for a user that the filter leaves no task of, or that has left the cycle meanwhile */
function tasksOf(
  user: KnownUser | Error,
  filter: StageTaskFilter,
): LoadedStageTasks | Error | null {
  if (user instanceof Error) return user;
  if (!user.stageTasks) return null;
  const tasks = new LoadedStageTasks(user.stageTasks, filter, user);
  return isUnfiltered(filter) || tasks.stageTasks.length > 0 ? tasks : null;
}
