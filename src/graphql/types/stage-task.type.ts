import { Field, ID, Int, ObjectType } from 'type-graphql';
import { StageTaskStatus, TaskOption } from '../../domain/stage-task';
import type { StageTask, StageTaskCount } from '../../domain/stage-task';
import { LocalizedTextType } from './localized-text.type';

@ObjectType('StageTaskCount', {
  simpleResolvers: true,
  description: 'The number of tasks in one group.',
})
export class StageTaskCountType implements StageTaskCount {
  @Field(() => TaskOption, { description: 'The group.' })
  readonly option!: TaskOption;

  @Field(() => Int, {
    description: 'From 0 to 99, as Feishu counts: 99 means "99 or more".',
  })
  readonly count!: number;
}

@ObjectType('StageTask', {
  simpleResolvers: true,
  description: 'The tasks of one user in one stage of a review cycle, in one group.',
})
export class StageTaskType implements StageTask {
  @Field(() => ID, { description: 'Opaque. Unique for each cycle, user, stage and group.' })
  readonly id!: string;

  @Field(() => ID, {
    description: 'The ID of the stage. All users of the cycle have the same stages.',
  })
  readonly stageId!: string;

  @Field(() => LocalizedTextType, { nullable: true, description: "The stage's name." })
  readonly name!: LocalizedTextType | null;

  @Field(() => Date, { nullable: true, description: 'When the stage ends.' })
  readonly deadline!: Date | null;

  @Field(() => Int, { nullable: true, description: 'The number of tasks that are not done yet.' })
  readonly needTodoCount!: number | null;

  @Field(() => Int, {
    nullable: true,
    description: 'The number of tasks that are done; `null` if Feishu does not return it.',
  })
  readonly finishedCount!: number | null;

  @Field(() => String, {
    nullable: true,
    description: 'The URL of the page on which the user does the task.',
  })
  readonly jumpUrl!: string | null;

  @Field(() => StageTaskStatus, { description: 'The status of the stage for this user.' })
  readonly status!: StageTaskStatus;

  @Field(() => TaskOption, { description: 'The group of the task.' })
  readonly option!: TaskOption;

  @Field(() => Boolean, {
    nullable: true,
    description:
      'Whether the task is overdue now: it is not done, and Feishu says that it is overdue (`option` or `status`) ' +
      'or its deadline has passed. `false` if `option` is `DONE` or `status` is `ALL_DONE`. `null` if it is not ' +
      'known: there is no deadline, or it has passed while the stage is paused or in an unknown group.',
  })
  readonly isOverdue!: boolean | null;
}
