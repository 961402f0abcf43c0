import type { CachePolicy } from '../domain/cache-policy';
import {
  toUpstreamFilter,
  type FilterStrategy,
  type StageTaskFilter,
} from '../domain/stage-task-filter';
import type { Semester } from '../domain/semester';
import type { UserKey } from '../domain/user';
import type { UpstreamIdentity } from '../feishu/ports';
import type { CyclePages } from '../pages/cycle-pages';
import type { AnswerCache, KnownUser } from './answer-cache';
import type { BeforeFetch } from './before-fetch';
import { LoadedStageTasks } from './loaded-stage-tasks';
import { LoaderOperation, type LoaderLife } from './loader-operation';
import { getOrCreate } from '../domain/collections';
import { whenKnown } from '../domain/when-known';
import { LIST_FRESH_MS, type SemesterDirectory } from '../semesters/semester-directory';
import { createQueryLevel } from './query-level';
import { createPageLoader, type EveryoneQuery, type PartOfCycle } from './page-loader';
import { createSemesterLoader, type Described, type OperationSemesters } from './semester-loader';
import type { OperationTurns } from './turns';
import { createUsageCounter, type UpstreamUsage } from './upstream-usage';
import { createUserLoaders } from './user-loader';
import type { TaskCall } from '../domain/operation-context';

/**
 * Everything that one GraphQL operation loads, whichever field asks: its memory, and the place where it
 * meets the other operations, with which it shares calls.
 */
export interface RequestLoader extends OperationSemesters {
  /**
   * @returns `null` if Feishu does not know the user. What this process remembers is returned at once, anything else
   * as a promise, which rejects with a GatewayError.
   * @throws GatewayError if the principal may not read the user
   */
  stageTasks(
    user: UserKey,
    semesterId: string,
    filter: StageTaskFilter,
    maxAgeMs: number,
  ): LoadedStageTasks | null | Promise<LoadedStageTasks | null>;
  /**
   * @returns a promise, which rejects with a GatewayError
   * @throws GatewayError if the principal may not read everyone
   */
  everyone(query: EveryoneQuery): Promise<PartOfCycle>;
  /** Notes a cycle that is described by an answer which this loader has not loaded. */
  readonly noteDescribed: (id: string, semester: Semester) => void;
  usage(): UpstreamUsage;
  /** Called when the response is complete: no load of users or cycles starts any more. */
  stopLoading(): void;
}

export interface RequestLoaderOptions {
  readonly answers: AnswerCache;
  readonly directory: Pick<SemesterDirectory, 'list'>;
  /** Returns the identity to fetch a user with. Called before every load. @throws GatewayError `FORBIDDEN` */
  readonly authorize: (user: UserKey) => UpstreamIdentity;
  readonly pages: CyclePages;
  /** Returns the identity to fetch everyone in a cycle with. @throws GatewayError `FORBIDDEN` */
  readonly authorizeEveryone: () => UpstreamIdentity;
  readonly beforeFetch: BeforeFetch;
  /** Charges a call for tasks to the principal; retries are charged too. */
  readonly charge: (call: TaskCall) => void;
  readonly strategy: FilterStrategy;
  /** How long an answer counts as fresh. */
  readonly freshMs: number;
  readonly cachePolicy: CachePolicy;
  /** Delays loads until all parts of their query level are completed, so that they are batched together. */
  readonly turns: Pick<OperationTurns, 'afterParts'>;
  readonly life: LoaderLife;
  /**
   * True for services: while only the last quarter of the quota is left, their full calls are spaced and come
   * after other calls.
   */
  readonly leavesReserve: boolean;
}

export function createRequestLoader(options: RequestLoaderOptions): RequestLoader {
  const { directory, authorize, charge, strategy } = options;
  const { answers, beforeFetch, cachePolicy, freshMs, turns, life, leavesReserve } = options;
  const counter = createUsageCounter();
  const level = createQueryLevel(turns);
  let hasResponse = false;
  const isOver = () => hasResponse;
  const loadsBySemester = new Map<string, Promise<Described>[]>();
  const operation = new LoaderOperation(life, leavesReserve, (waitedMs, call) => {
    counter.noteCall(waitedMs);
    if (call) charge(call);
  });

  const semesters = createSemesterLoader({
    afterLevel: level.afterLevel,
    loadsOf: (semesterId) => loadsBySemester.get(semesterId) ?? [],
    list() {
      // Nothing reads the cycles of an operation that has its response.
      if (hasResponse) return { semesters: [], isComplete: true };
      return whenKnown(directory.list(operation), (list) => {
        cachePolicy.restrict(list.fetchedAtMs + Math.min(freshMs, LIST_FRESH_MS));
        return list;
      });
    },
  });

  // No spread into these objects: V8 would make a hidden class for each of them (docs/decisions/0021-fast-path.md).
  const userLoaderFor = createUserLoaders({
    answers,
    beforeFetch,
    cachePolicy,
    freshMs,
    operation,
    counter,
    hasResponse: isOver,
    level,
    onSemester: semesters.noteDescribed,
  });
  let loadEveryone: ReturnType<typeof createPageLoader> | undefined;

  function noteLoad(semesterId: string, load: Promise<Described>): void {
    getOrCreate(loadsBySemester, semesterId, () => []).push(load);
  }

  return {
    stageTasks(user, semesterId, filter, maxAgeMs) {
      // Authorize first: cached answers need permission too.
      const upstreamFilter = toUpstreamFilter(strategy, filter);
      const identity = authorize(user);
      const scope = { identity, semesterId, idType: user.idType, filter: upstreamFilter };
      const load = userLoaderFor(scope, maxAgeMs).load(user.id);
      if (!(load instanceof Promise)) return tasksOf(load, filter);
      noteLoad(semesterId, load);
      return load.then((known) => tasksOf(known, filter));
    },
    everyone(query) {
      loadEveryone ??= createPageLoader(options, { userLoaderFor, operation, hasResponse: isOver });
      const part = loadEveryone(query);
      noteLoad(query.semesterId, part);
      return part;
    },
    noteDescribed: semesters.noteDescribed,
    semester: semesters.semester,
    describedSemester: semesters.describedSemester,
    listedSemester: semesters.listedSemester,
    semesters: semesters.semesters,
    usage: () => counter.usage,
    stopLoading() {
      hasResponse = true;
    },
  };
}

function tasksOf(known: KnownUser, filter: StageTaskFilter): LoadedStageTasks | null {
  return known.stageTasks && new LoadedStageTasks(known.stageTasks, filter, known);
}
