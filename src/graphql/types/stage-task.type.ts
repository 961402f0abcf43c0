import { Field, ID, Int, ObjectType } from 'type-graphql';
import { StageTaskStatus, TaskOption } from '../../domain/stage-task';
import type { StageTask, StageTaskCount } from '../../domain/stage-task';
import { LocalizedTextType } from './localized-text.type';

@ObjectType('StageTaskCount', {
  simpleResolvers: true,
  description: 'How many tasks stand in one group.',
})
export class StageTaskCountType implements StageTaskCount {
  @Field(() => TaskOption, { description: 'The group.' })
  readonly option!: TaskOption;

  @Field(() => Int, {
    description: 'As Feishu counts, from 0 to 99: read 99 as "99 or more".',
  })
  readonly count!: number;
}

@ObjectType('StageTask', {
  simpleResolvers: true,
  description: 'What one user has to do, or has done, in one stage of a review cycle.',
})
export class StageTaskType implements StageTask {
  @Field(() => ID, { description: 'Opaque; unique per cycle, user, stage and group.' })
  readonly id!: string;

  @Field(() => ID, { description: 'The stage, which all users of the cycle share.' })
  readonly stageId!: string;

  @Field(() => LocalizedTextType, { nullable: true, description: "The stage's name." })
  readonly name!: LocalizedTextType | null;

  @Field(() => Date, { nullable: true, description: 'When the stage ends.' })
  readonly deadline!: Date | null;

  @Field(() => Int, { nullable: true, description: 'How many tasks are still to do.' })
  readonly needTodoCount!: number | null;

  @Field(() => Int, {
    nullable: true,
    description: 'How many tasks are done; `null` where Feishu does not say.',
  })
  readonly finishedCount!: number | null;

  @Field(() => String, { nullable: true, description: 'The page on which the user does it.' })
  readonly jumpUrl!: string | null;

  @Field(() => StageTaskStatus, { description: 'How far the stage is for this user.' })
  readonly status!: StageTaskStatus;

  @Field(() => TaskOption, { description: 'The group that the task stands in.' })
  readonly option!: TaskOption;
}
