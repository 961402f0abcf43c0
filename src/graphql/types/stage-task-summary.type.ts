import { Field, Int, ObjectType } from 'type-graphql';
import type { StageTaskSummary } from '../../domain/stage-task-summary';

@ObjectType('StageTaskSummary', {
  simpleResolvers: true,
  description:
    'How far several users are in one review cycle. The tasks are counted as in `UserStageTasks.count`: without a ' +
    'filter, Feishu counts at most 99 tasks of one user in one group. Users that are unknown or failed add nothing, ' +
    'so the real numbers may be higher.',
})
export class StageTaskSummaryType implements StageTaskSummary {
  @Field(() => Int, { description: 'The number of different users in `userIds`.' })
  readonly users!: number;

  @Field(() => Int, { description: 'Of these, the users with a task in the group `TODO`.' })
  readonly usersWithTodo!: number;

  @Field(() => Int, { description: 'Of these, the users of whom Feishu has no data.' })
  readonly usersUnknown!: number;

  @Field(() => Int, {
    description:
      'Of these, the users who are not counted because the call failed or the client may not read them. If there ' +
      'are any, `errors` has one error with the path of the summary.',
  })
  readonly usersFailed!: number;

  @Field(() => Boolean, {
    description: 'Whether the data of a counted user is older than the gateway intends.',
  })
  readonly stale!: boolean;

  @Field(() => Int, { description: 'The number of tasks in the group `TODO`.' })
  readonly todo!: number;

  @Field(() => Int, { description: 'The number of tasks in the group `DONE`.' })
  readonly done!: number;

  @Field(() => Int, {
    description:
      'The number of tasks in the group `OVERDUE`, which occurs only in companies that forbid late submission.',
  })
  readonly overdue!: number;

  @Field(() => Int, {
    description: 'The number of tasks in groups that this gateway does not know.',
  })
  readonly unknown!: number;
}
