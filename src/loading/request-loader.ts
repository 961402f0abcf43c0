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

/** One user's tasks under one filter, and the time of Feishu's answer. */
export interface LoadedStageTasks extends UserStageTasks {
  /** On the monotonic clock. */
  readonly fetchedAtMs: number;
  /** Whether the answer is older than its fresh time. A newer one was not available in time, or is being fetched. */
  readonly stale: boolean;
}

/** Loads data for all fields of one GraphQL operation. Each item is loaded once; calls are shared with others. */
export interface RequestLoader {
  /**
   * @returns `null` if Feishu does not know the user
   * @throws GatewayError, also if the principal may not read the user
   */
  stageTasks(
    user: UserKey,
    semesterId: string,
    filter: StageTaskFilter,
    maxAgeMs: number,
  ): Promise<LoadedStageTasks | null>;
  /**
   * The cycle from an answer with stage tasks that this operation loads, or else from the list of cycles. The
   * list is fetched as the app: cycles belong to the company, so every principal may read them.
   * @returns `null` if Feishu does not know the cycle
   * @throws GatewayError
   */
  semester(id: string): Promise<Semester | null>;
  /** The cycle, if an answer of this operation has described it already. */
  describedSemester(id: string): Semester | undefined;
  usage(): UpstreamUsage;
}

export interface RequestLoaderOptions {
  readonly answers: AnswerCache;
  readonly directory: Pick<SemesterDirectory, 'list'>;
  /** Returns the identity to fetch a user with. Called before every load. @throws GatewayError `FORBIDDEN` */
  readonly authorize: (user: UserKey) => UpstreamIdentity;
  readonly beforeFetch: BeforeFetch;
  /** Charges a call for tasks to the principal; retries are charged too. */
  readonly charge: (call: TaskCall) => void;
  readonly strategy: FilterStrategy;
  /** How long an answer counts as fresh. */
  readonly freshMs: number;
  readonly cachePolicy: CachePolicy;
  /** Delays loads until all parts of their query level are completed, so that they are batched together. */
  readonly turns: Pick<OperationTurns, 'afterParts'>;
  readonly signal: AbortSignal;
  /** On the monotonic clock. */
  readonly deadlineAtMs: number;
  /**
   * True for services: while only the last quarter of the quota is left, their full calls are spaced and come
   * after other calls.
   */
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

  const loadSemester = createSemesterLoader({
    afterLevel: turns.afterParts,
    loadsOf: (semesterId) => loadsBySemester.get(semesterId) ?? [],
    list() {
      // The list has no known age, so a response with it must not be cached.
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
    semester: (id) => getOrCreate(loadingSemesters, id, () => loadSemester(id)),
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
