import type { GraphQLContext } from '../context';
import { loadStageTasks, type Loading } from '../load-stage-tasks';
import { fromUserStageTasksId } from '../opaque-id';
import type { UserStageTasksType } from '../types/user-stage-tasks.type';
import { readKey, type Representation } from './representation';

/** Loads like a field does, so that references share calls. The ID itself grants no access. @throws BAD_USER_INPUT */
export function resolveUserStageTasksReference(
  representation: Representation,
  context: GraphQLContext,
): Loading<UserStageTasksType | null> {
  const id = readKey(representation, 'id');
  return loadStageTasks(context, fromUserStageTasksId('representations.id', id));
}
