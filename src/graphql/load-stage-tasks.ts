import type { GraphQLContext } from './context';
import type { StageTasksKey } from './opaque-id';
import { presentStageTasks } from './present';
import type { UserStageTasksType } from './types/user-stage-tasks.type';

/** Loads one user's tasks. All fields and entity references use this function. */
export async function loadStageTasks(
  { loader, toDate }: GraphQLContext,
  key: StageTasksKey,
  maxAgeMs = Infinity,
): Promise<UserStageTasksType | null> {
  const { user, semesterId, filter } = key;
  const loaded = await loader.stageTasks(user, semesterId, filter, maxAgeMs);
  return presentStageTasks(key, loaded, toDate);
}
