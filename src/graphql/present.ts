import type { LoadedStageTasks } from '../loading/request-loader';
import type { StageTask } from '../domain/stage-task';
import type { ToDate } from '../domain/wall-time';
import { toStageTaskId, toUserStageTasksId, type StageTasksKey } from './opaque-id';
import type { StageTaskType } from './types/stage-task.type';
import type { UserStageTasksType } from './types/user-stage-tasks.type';

/**
 * Converts loaded tasks to the shape of the schema, so that no field needs a resolver. Getters compute what
 * takes time only if the operation selects it.
 */
export function presentStageTasks(
  key: StageTasksKey,
  loaded: LoadedStageTasks | null,
  toDate: ToDate,
): UserStageTasksType | null {
  if (!loaded) return null;
  const { counts, stageTasks, fetchedAtMs, stale } = loaded;
  return {
    counts,
    stale,
    get id() {
      return toUserStageTasksId(key);
    },
    get user() {
      return { id: key.user.id, idType: key.user.idType };
    },
    get semester() {
      return { id: key.semesterId };
    },
    get stageTasks() {
      return stageTasks.map((task) => presentStageTask(key, task));
    },
    get fetchedAt() {
      return toDate(fetchedAtMs);
    },
  };
}

function presentStageTask(key: StageTasksKey, task: StageTask): StageTaskType {
  return {
    ...task,
    get id() {
      return toStageTaskId(key, task);
    },
  };
}
