import { Directive, Field, ID, Int, ObjectType } from 'type-graphql';
import type { CountArgs, TaskListArgs } from './arguments.args';
import { SemesterObjectType } from './semester.type';
import { StageTaskCountType, StageTaskType } from './stage-task.type';
import { UserType } from './user.type';

@Directive('@key(fields: "id")')
@ObjectType('UserStageTasks', {
  simpleResolvers: true,
  description: "One user's tasks in one review cycle, with one filter.",
})
export class UserStageTasksType {
  @Field(() => ID, {
    description:
      'Opaque. Unique for each cycle, user and filter, so that normalised caches keep different filters apart.',
  })
  readonly id!: string;

  @Field(() => UserType, { description: 'The user who has these tasks.' })
  readonly user!: UserType;

  @Field(() => SemesterObjectType, { description: 'The review cycle.' })
  readonly semester!: SemesterObjectType;

  @Field(() => [StageTaskCountType], {
    description:
      "The number of tasks in each group: Feishu's own counts without a filter, the returned tasks with a filter.",
  })
  readonly counts!: readonly StageTaskCountType[];

  @Field(() => Int, {
    description:
      'The number of tasks in one group: as in `counts`, or if `counts` does not have the group, the number of ' +
      'its tasks in `stageTasks`.',
  })
  readonly count!: (args: CountArgs) => number;

  @Field(() => [StageTaskType], { description: 'The tasks.' })
  readonly stageTasks!: (args: TaskListArgs) => readonly StageTaskType[];

  @Field(() => Date, {
    nullable: true,
    description:
      'The earliest deadline that is still to come, of the tasks that are not done; `null` if there is none. ' +
      'Tasks whose `deadline` is `null` are left out, because their deadline is not known. ' +
      'A task in an unknown group counts as not done, unless the status of its stage is `ALL_DONE`.',
  })
  readonly nextDeadline!: Date | null;

  @Field(() => Date, { description: 'When Feishu returned the data.' })
  readonly fetchedAt!: Date;

  @Field(() => Boolean, {
    description:
      'Whether the data is older than the gateway intends: newer data did not arrive in time, or is ' +
      'being fetched. Set `maxAgeSeconds` to rule out old data.',
  })
  readonly stale!: boolean;
}
