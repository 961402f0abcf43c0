import type { LoadedStageTasks } from '../loading/request-loader';
import type { ToDate } from '../domain/wall-time';
import { toStageTaskId, toUserStageTasksId, type StageTasksKey } from './opaque-id';
import type { UserStageTasksType } from './types/user-stage-tasks.type';

/** What was loaded, in the shape of the schema: plain values, so that no field needs a resolver. */
export function presentStageTasks(
  key: StageTasksKey,
  loaded: LoadedStageTasks | null,
  toDate: ToDate,
): UserStageTasksType | null {
  if (!loaded) return null;
  return {
    id: toUserStageTasksId(key),
    user: { id: key.user.id, idType: key.user.idType },
    semester: { id: key.semesterId },
    counts: loaded.counts,
    stageTasks: loaded.stageTasks.map((task) => ({ id: toStageTaskId(key, task), ...task })),
    fetchedAt: toDate(loaded.fetchedAtMs),
    stale: loaded.stale,
  };
}
