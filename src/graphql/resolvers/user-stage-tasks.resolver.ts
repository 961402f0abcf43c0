import { Args, FieldResolver, Resolver, Root } from 'type-graphql';
import { CountArgs, TaskListArgs } from '../types/arguments.args';
import { UserStageTasksType } from '../types/user-stage-tasks.type';

/** The fields with arguments. The text of tasks is rendered with the same methods, see `render/compile-selection.ts`. */
@Resolver(() => UserStageTasksType)
export class UserStageTasksResolver {
  @FieldResolver()
  count(@Root() tasks: UserStageTasksType, @Args(() => CountArgs) args: CountArgs) {
    return tasks.count(args);
  }

  @FieldResolver()
  stageTasks(@Root() tasks: UserStageTasksType, @Args(() => TaskListArgs) args: TaskListArgs) {
    return tasks.stageTasks(args);
  }
}
