import type { GraphQLContext } from './context';
import type { StageTasksKey } from './opaque-id';
import { presentStageTasks } from './present';
import type { UserStageTasksType } from './types/user-stage-tasks.type';

/** The one way from a resolver to the tasks of a user, whichever field or entity asks. */
export async function loadStageTasks(
  { loader }: GraphQLContext,
  key: StageTasksKey,
  maxAgeMs = Infinity,
): Promise<UserStageTasksType | null> {
  const { user, semesterId, filter } = key;
  return presentStageTasks(key, await loader.stageTasks(user, semesterId, filter, maxAgeMs));
}
