import { Directive, Field, ID, ObjectType } from 'type-graphql';
import { SemesterType } from './semester.type';
import { StageTaskCountType, StageTaskType } from './stage-task.type';
import { UserType } from './user.type';

@Directive('@key(fields: "id")')
@ObjectType('UserStageTasks', {
  simpleResolvers: true,
  description: "One user's tasks in one review cycle, under one filter.",
})
export class UserStageTasksType {
  @Field(() => ID, {
    description:
      'Opaque; unique per cycle, user and filter, so that a normalising cache never mixes two views.',
  })
  readonly id!: string;

  @Field(() => UserType, { description: 'Whose tasks these are.' })
  readonly user!: UserType;

  @Field(() => SemesterType, { description: 'The review cycle.' })
  readonly semester!: SemesterType;

  @Field(() => [StageTaskCountType], {
    description:
      "How many tasks stand in each group: Feishu's own counts without a filter, with one those of the tasks shown.",
  })
  readonly counts!: readonly StageTaskCountType[];

  @Field(() => [StageTaskType], { description: 'The tasks, in the order that Feishu gives.' })
  readonly stageTasks!: readonly StageTaskType[];

  @Field(() => Date, { description: 'When Feishu answered.' })
  readonly fetchedAt!: Date;

  @Field(() => Boolean, {
    description:
      'Older than an answer should be: a newer one could not be had in time, or is on its way. ' +
      '`maxAgeSeconds` refuses such answers.',
  })
  readonly stale!: boolean;
}
