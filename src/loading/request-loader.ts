import DataLoader from 'dataloader';
import type { Semester } from '../domain/semester';
import { narrow } from '../domain/narrow';
import type { ShelfLife } from '../domain/shelf-life';
import type { UserStageTasks } from '../domain/stage-task';
import {
  toUpstreamFilter,
  type FilterStrategy,
  type StageTaskFilter,
} from '../domain/stage-task-filter';
import type { UserKey } from '../domain/user';
import type { UpstreamIdentity } from '../feishu/ports';
import type { KnownUser, AnswerCache } from './answer-cache';
import { getOrCreate } from '../domain/collections';
import { scopeKey, type BatchScope } from '../batching/scope';
import type { SemesterDirectory } from '../semesters/semester-directory';
import { createSemesterLoader } from './semester-loader';
import type { OperationContext } from '../domain/operation-context';

/** One user's tasks under one filter, and when Feishu said so. */
export interface LoadedStageTasks extends UserStageTasks {
  /** On the monotonic clock. */
  readonly fetchedAtMs: number;
  /** Older than an answer should be; a newer one could not be had in time, or is on its way. */
  readonly stale: boolean;
}

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

/**
 * Everything that one GraphQL operation loads, whichever field asks: its memory, and the place where it
 * meets the other operations, with which it shares calls.
 */
export interface RequestLoader {
  /** `null`: upstream knows nothing of this user. @throws GatewayError, also for who may not be read */
  stageTasks(
    user: UserKey,
    semesterId: string,
    filter: StageTaskFilter,
    maxAgeMs: number,
  ): Promise<LoadedStageTasks | null>;
  /**
   * The cycle as a call for stage tasks of this operation describes it; only where there is none, the
   * list of cycles is asked for, in the app's name: a cycle is the company's, not a person's, so that
   * every caller may know it. `null`: upstream does not know it. @throws GatewayError
   */
  semester(id: string): Promise<Semester | null>;
  usage(): UpstreamUsage;
}

export interface RequestLoaderOptions {
  readonly answers: AnswerCache;
  readonly directory: SemesterDirectory;
  /** In whose name a user may be asked for; every load passes it first. @throws GatewayError `FORBIDDEN` */
  readonly authorize: (user: UserKey) => UpstreamIdentity;
  readonly strategy: FilterStrategy;
  /** So long an answer is as good as new. */
  readonly freshMs: number;
  readonly shelfLife: ShelfLife;
  readonly signal: AbortSignal;
  /** On the monotonic clock. */
  readonly deadlineAtMs: number;
}

type UserLoader = DataLoader<string, KnownUser>;

export function createRequestLoader(options: RequestLoaderOptions): RequestLoader {
  const { answers, directory, authorize, strategy, freshMs, shelfLife, signal, deadlineAtMs } =
    options;
  const usage = { calls: 0, usersFromCache: 0, usersStale: 0, usersFetched: 0, waitedMs: 0 };
  const userLoaders = new Map<string, UserLoader>();
  const loadsBySemester = new Map<string, Promise<KnownUser>[]>();
  const caller: OperationContext = {
    background: false,
    signal,
    deadlineAtMs,
    onCall(waitedMs) {
      usage.calls += 1;
      usage.waitedMs = Math.max(usage.waitedMs, waitedMs);
    },
  };

  const semesters = createSemesterLoader({
    loadsOf: (semesterId) => loadsBySemester.get(semesterId) ?? [],
    list() {
      // Nobody says how old the list is.
      shelfLife.atMost(-Infinity);
      return directory.list(caller);
    },
  });

  /** It collects a level of the query; who shares a call with whom is the open batches' concern. */
  function createUserLoader(scope: BatchScope, maxAgeMs: number): UserLoader {
    return new DataLoader(async (userIds) => {
      const known = await answers.load({ scope, userIds, maxAgeMs }, caller);
      const remembered = known.filter(
        (user): user is KnownUser => !(user instanceof Error) && user.remembered,
      );
      usage.usersFromCache += remembered.length;
      usage.usersStale += remembered.filter(({ stale }) => stale).length;
      const failed = known.filter((user) => user instanceof Error);
      for (const user of known) {
        if (user instanceof Error) continue;
        shelfLife.atMost(user.fetchedAtMs + Math.min(freshMs, maxAgeMs));
      }
      usage.usersFetched += known.length - remembered.length - failed.length;
      return known;
    });
  }

  return {
    async stageTasks(user, semesterId, filter, maxAgeMs) {
      // Before anything is recalled or asked: what is remembered is nobody's by right either.
      const upstreamFilter = toUpstreamFilter(strategy, filter);
      const scope = {
        identity: authorize(user),
        semesterId,
        idType: user.idType,
        filter: upstreamFilter,
      };
      const key = `${scopeKey(scope)} ${maxAgeMs}`;
      const users = getOrCreate(userLoaders, key, () => createUserLoader(scope, maxAgeMs));
      const load = users.load(user.id);
      getOrCreate(loadsBySemester, semesterId, () => []).push(load);
      return present(await load, filter);
    },
    semester: (id) => semesters.load(id),
    usage: () => usage,
  };
}

function present(
  { stageTasks, fetchedAtMs, stale }: KnownUser,
  filter: StageTaskFilter,
): LoadedStageTasks | null {
  return stageTasks && { ...narrow(stageTasks, filter), fetchedAtMs, stale };
}
