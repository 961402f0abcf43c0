import type { Semester } from '../domain/semester';
import type { StageTaskFilter } from '../domain/stage-task-filter';
import type { UserKey } from '../domain/user';
import type { CallContext } from '../feishu/call';
import type { SemesterSource, StageTaskSource, UpstreamIdentity } from '../feishu/ports';
import { scopeKey, type StageTaskScope } from './scope';
import {
  createScopeLoader,
  type LoadedStageTasks,
  type LoadedUser,
  type ScopeLoader,
} from './scope-loader';
import { createSemesterLoader } from './semester-loader';

/** What one GraphQL operation has spent. */
export interface UpstreamUsage {
  /** Calls that counted against a quota, retries included. */
  readonly calls: number;
  /** Users asked for, each once per semester, ID type and filter. */
  readonly users: number;
}

/**
 * Everything that one GraphQL operation loads, whichever field asks. Each user is asked for once per
 * scope, and all that are asked for in one go share calls of up to 50.
 */
export interface RequestLoader {
  /** `null`: upstream knows nothing of this user. @throws GatewayError */
  stageTasks(
    user: UserKey,
    semesterId: string,
    filter: StageTaskFilter,
  ): Promise<LoadedStageTasks | null>;
  /**
   * The cycle as a call for stage tasks of this operation describes it; only where there is none, the
   * list of cycles is asked for. `null`: upstream does not know it. @throws GatewayError
   */
  semester(id: string): Promise<Semester | null>;
  usage(): UpstreamUsage;
}

export interface RequestLoaderOptions {
  readonly source: StageTaskSource & SemesterSource;
  readonly identity: UpstreamIdentity;
  readonly context: CallContext;
}

export function createRequestLoader(options: RequestLoaderOptions): RequestLoader {
  const { source, identity } = options;
  const context = { ...options.context, onAttempt: () => (calls += 1) };
  const scopes = new Map<string, ScopeLoader>();
  const loadsBySemester = new Map<string, Promise<LoadedUser>[]>();
  let calls = 0;
  let users = 0;

  const semesters = createSemesterLoader({
    loadsOf: (semesterId) => loadsBySemester.get(semesterId) ?? [],
    list: () => source.listSemesters(context),
  });

  function scopeLoader(scope: StageTaskScope): ScopeLoader {
    return getOrCreate(scopes, scopeKey(scope), () =>
      createScopeLoader(identity.kind, (userIds) => {
        users += userIds.length;
        return source.findByUserList({ ...scope, userIds }, identity, context);
      }),
    );
  }

  return {
    async stageTasks(user, semesterId, filter) {
      const load = scopeLoader({ semesterId, idType: user.idType, filter }).load(user.id);
      getOrCreate(loadsBySemester, semesterId, () => []).push(load);
      return (await load).stageTasks;
    },
    semester: (id) => semesters.load(id),
    usage: () => ({ calls, users }),
  };
}

function getOrCreate<K, V>(map: Map<K, V>, key: K, create: () => V): V {
  const existing = map.get(key);
  if (existing !== undefined) return existing;
  const created = create();
  map.set(key, created);
  return created;
}
