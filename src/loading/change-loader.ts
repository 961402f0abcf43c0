import { userKey } from '../batching/scope';
import { createChangeStream, type Change, type ChangeStream } from '../changes/change-stream';
import type { Snapshot } from '../cache/snapshot-cache';
import type { ChangeFeed } from '../changes/change-feed';
import type { OperationEnd } from '../domain/operation-end';
import type { Semester } from '../domain/semester';
import { toUpstreamFilter, type FilterStrategy } from '../domain/stage-task-filter';
import { toError } from '../domain/to-error';
import type { UserKey } from '../domain/user';
import type { UpstreamIdentity } from '../feishu/ports';
import type { AnswerCache } from './answer-cache';
import { LoadedStageTasks } from './loaded-stage-tasks';
import type { RequestLoader } from './request-loader';

/** One user's tasks after a change. */
export interface ChangedStageTasks {
  readonly user: UserKey;
  readonly semesterId: string;
  readonly semester: Semester | null;
  /** Without tasks if Feishu has no data of the user any more. An error: the user could not be loaded at the start. */
  readonly loaded: LoadedStageTasks | Error;
}

/** The tasks of some users, now and after each change. It ends with its operation, or by `return`. */
export interface StageTaskChanges extends AsyncIterableIterator<ChangedStageTasks> {
  /** What the client knows once it has received all changes so far. Names no user. */
  eventId(): string;
}

export interface ChangeLoaderOptions {
  readonly feed: ChangeFeed;
  /** Called for every user at the start and before each change. @throws GatewayError `FORBIDDEN` */
  readonly authorize: (user: UserKey) => UpstreamIdentity;
  /** Called before each change. @throws GatewayError if the credentials are no longer valid */
  readonly verify: () => void | Promise<void>;
  /** Loads the users at the start, and is charged for it. */
  readonly opening: Pick<RequestLoader, 'stageTasks' | 'describedSemester'>;
  readonly strategy: FilterStrategy;
  readonly lastEventId: string | undefined;
  readonly end: OperationEnd;
  /** Called when the reader of the changes stops. */
  readonly onReturn: () => void;
  readonly nowMs: () => number;
  /** How long an answer counts as fresh. */
  readonly freshMs: number;
  /** Says whether Feishu has reported a change since an answer was asked for. */
  readonly answers: Pick<AnswerCache, 'outdatedIn'>;
}

/** @throws GatewayError `FORBIDDEN` unless the principal may read all of the users */
export type OpenChanges = (
  users: readonly UserKey[],
  semesterId: string,
) => Promise<StageTaskChanges>;

/** Without a fresh time, an answer that has just arrived is not stale, as in a response to a query. */
const NEW_MS = 1_000;

type IsStale = (snapshot: Snapshot) => boolean;

export function createOpenChanges(options: ChangeLoaderOptions): OpenChanges {
  const { authorize, verify, end, answers, nowMs } = options;
  const staleMs = Math.max(options.freshMs, NEW_MS);
  return async (given, semesterId) => {
    const users = [...new Map(given.map((user) => [user.id, user])).values()];
    const stream = watch(options, users, semesterId);
    const stop = () => {
      stream.end();
    };
    if (end.aborted) stop();
    end.addEventListener('abort', stop, { once: true });
    await loadAll(options, stream, users, semesterId);

    const toChanged = ({ index, answer }: Change): ChangedStageTasks | undefined => {
      const user = users[index];
      if (!user) return undefined;
      authorize(user);
      const isOutdated = answers.outdatedIn({ semesterId, idType: user.idType });
      const isStale: IsStale = (snapshot) =>
        nowMs() - snapshot.fetchedAtMs >= staleMs || isOutdated(user.id, snapshot);
      return changedTasks(user, semesterId, answer, isStale);
    };
    let eventId = stream.eventId();
    const changes: StageTaskChanges = {
      eventId: () => eventId,
      async next() {
        const change = await stream.next();
        if (change) await verify();
        const value = change && toChanged(change);
        // Not before: the client does not get a change that is refused here.
        eventId = stream.eventId();
        return value ? { done: false, value } : { done: true, value: undefined };
      },
      return() {
        end.removeEventListener('abort', stop);
        stop();
        options.onReturn();
        return Promise.resolve({ done: true, value: undefined });
      },
      [Symbol.asyncIterator]: () => changes,
    };
    return changes;
  };
}

/** Watches first and loads then, so that no change in between is missed. */
function watch(
  { feed, authorize, strategy, lastEventId }: ChangeLoaderOptions,
  users: readonly UserKey[],
  semesterId: string,
): ChangeStream {
  const filter = toUpstreamFilter(strategy, {});
  const keys = users.map((user) => {
    const scope = { identity: authorize(user), semesterId, idType: user.idType, filter };
    return userKey(scope, user.id);
  });
  return createChangeStream({ feed, keys, lastEventId });
}

/** Resolves when every user is loaded, or has failed: then the failure is shown, and the stream goes on. */
async function loadAll(
  options: ChangeLoaderOptions,
  stream: ChangeStream,
  users: readonly UserKey[],
  semesterId: string,
): Promise<void> {
  const { opening, nowMs } = options;
  const startedAtMs = nowMs();
  const load = async (user: UserKey, index: number) => {
    try {
      const loaded = await opening.stageTasks(user, semesterId, {}, Infinity);
      const semester = opening.describedSemester(semesterId) ?? null;
      stream.start(index, {
        stageTasks: loaded?.answer ?? null,
        semester,
        // When Feishu had no data of a user is not told, but any answer that arrives from now on is newer.
        fetchedAtMs: loaded?.fetchedAtMs ?? startedAtMs,
        // The loader has checked it for changes that were reported until now.
        ...(loaded?.stale !== true && { askedAtMs: startedAtMs }),
      });
    } catch (error) {
      stream.fail(index, toError(error));
    }
  };
  await Promise.all(users.map(load));
}

function changedTasks(
  user: UserKey,
  semesterId: string,
  answer: Change['answer'],
  isStale: IsStale,
): ChangedStageTasks {
  if (answer instanceof Error) return { user, semesterId, semester: null, loaded: answer };
  const { stageTasks, semester, fetchedAtMs } = answer;
  const tasks = stageTasks ?? { userId: user.id, counts: [], stageTasks: [] };
  const loaded = new LoadedStageTasks(tasks, {}, { fetchedAtMs, stale: isStale(answer) });
  return { user, semesterId, semester, loaded };
}
