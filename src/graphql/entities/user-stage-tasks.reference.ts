import type { GraphQLContext } from '../context';
import { loadStageTasks } from '../load-stage-tasks';
import { fromUserStageTasksId } from '../opaque-id';
import type { UserStageTasksType } from '../types/user-stage-tasks.type';
import { readKey, type Representation } from './representation';

/** Loads like a field does, so that references share calls. The ID itself grants no access. */
export async function resolveUserStageTasksReference(
  reference: Representation,
  context: GraphQLContext,
): Promise<UserStageTasksType | null> {
  const id = readKey(reference, 'id');
  return loadStageTasks(context, fromUserStageTasksId('representations.id', id));
}
