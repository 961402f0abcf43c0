import type { Semester } from '../domain/semester';
import { narrow } from '../domain/narrow';
import type { CachePolicy } from '../domain/cache-policy';
import type { UserStageTasks } from '../domain/stage-task';
import {
  toUpstreamFilter,
  type FilterStrategy,
  type StageTaskFilter,
} from '../domain/stage-task-filter';
import type { UserKey } from '../domain/user';
import type { UpstreamIdentity } from '../feishu/ports';
import type { KnownUser, AnswerCache } from './answer-cache';
import type { BeforeFetch } from './before-fetch';
import { getOrCreate } from '../domain/collections';
import { scopeKey } from '../batching/scope';
import type { SemesterDirectory } from '../semesters/semester-directory';
import { createSemesterLoader } from './semester-loader';
import type { OperationTurns } from './turns';
import { createUsageCounter, type UpstreamUsage } from './upstream-usage';
import { createUserLoader, type UserLoader } from './user-loader';
import type { OperationContext, TaskCall } from '../domain/operation-context';

/** One user's tasks under one filter, and when Feishu said so. */
export interface LoadedStageTasks extends UserStageTasks {
  /** On the monotonic clock. */
  readonly fetchedAtMs: number;
  /** Older than an answer should be; a newer one could not be had in time, or is on its way. */
  readonly stale: boolean;
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
   * every principal may read it. `null`: upstream does not know it. @throws GatewayError
   */
  semester(id: string): Promise<Semester | null>;
  /** The cycle, if a call of this operation has described it. */
  describedSemester(id: string): Semester | undefined;
  usage(): UpstreamUsage;
}

export interface RequestLoaderOptions {
  readonly answers: AnswerCache;
  readonly directory: Pick<SemesterDirectory, 'list'>;
  /** In whose name a user may be asked for; every load passes it first. @throws GatewayError `FORBIDDEN` */
  readonly authorize: (user: UserKey) => UpstreamIdentity;
  readonly beforeFetch: BeforeFetch;
  /** Told of each call for tasks, retries included: whom it is charged to. */
  readonly charge: (call: TaskCall) => void;
  readonly strategy: FilterStrategy;
  /** How long an answer counts as fresh. */
  readonly freshMs: number;
  readonly cachePolicy: CachePolicy;
  /** Loads of one level of the query are collected until all parts of that level are completed. */
  readonly turns: Pick<OperationTurns, 'afterParts'>;
  readonly signal: AbortSignal;
  /** On the monotonic clock. */
  readonly deadlineAtMs: number;
  /** A service's operation, whose full calls leave a reserve of the upstream quota to others. */
  readonly leavesReserve: boolean;
}

export function createRequestLoader(options: RequestLoaderOptions): RequestLoader {
  const { directory, authorize, charge, strategy } = options;
  const { cachePolicy, turns, signal, deadlineAtMs, leavesReserve } = options;
  const counter = createUsageCounter();
  const userLoaders = new Map<string, UserLoader>();
  const loadsBySemester = new Map<string, Promise<KnownUser>[]>();
  const described = new Map<string, Semester>();
  const loadingSemesters = new Map<string, Promise<Semester | null>>();
  const batchScheduleFn = turns.afterParts;
  const operation: OperationContext = {
    background: false,
    leavesReserve,
    signal,
    deadlineAtMs,
    onCall(waitedMs, call) {
      counter.noteCall(waitedMs);
      if (call) charge(call);
    },
  };

  const semesters = createSemesterLoader({
    batchScheduleFn,
    loadsOf: (semesterId) => loadsBySemester.get(semesterId) ?? [],
    list() {
      // The list carries no age, so that the response must not be cached.
      cachePolicy.restrict(-Infinity);
      return directory.list(operation);
    },
  });

  const loaderOptions = { ...options, operation, counter, batchScheduleFn, onSemester };

  function onSemester(semesterId: string, semester: Semester): void {
    described.set(semesterId, semester);
  }

  return {
    async stageTasks(user, semesterId, filter, maxAgeMs) {
      // Authorize first: cached answers need permission too.
      const upstreamFilter = toUpstreamFilter(strategy, filter);
      const scope = {
        identity: authorize(user),
        semesterId,
        idType: user.idType,
        filter: upstreamFilter,
      };
      const key = `${scopeKey(scope)} ${maxAgeMs}`;
      const users = getOrCreate(userLoaders, key, () =>
        createUserLoader(loaderOptions, scope, maxAgeMs),
      );
      const load = users.load(user.id);
      getOrCreate(loadsBySemester, semesterId, () => []).push(load);
      return present(await load, filter);
    },
    // Thousands of fields may describe one cycle; DataLoader would make a promise for each.
    semester: (id) => getOrCreate(loadingSemesters, id, () => semesters.load(id)),
    describedSemester: (id) => described.get(id),
    usage: () => counter.usage,
  };
}

function present(
  { stageTasks, fetchedAtMs, stale }: KnownUser,
  filter: StageTaskFilter,
): LoadedStageTasks | null {
  return stageTasks && { ...narrow(stageTasks, filter), fetchedAtMs, stale };
}
