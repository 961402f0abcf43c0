import { ArgsType, Field, ID, Int } from 'type-graphql';
import { MAX_USERS_PER_LIST, MAX_USERS_PER_STREAM } from '../../domain/input-rules';
import { Locale } from '../../domain/localized-text';
import { SemesterType, SemesterTypeGroup } from '../../domain/semester';
import type { UncheckedSemesterFilter } from '../../domain/semester-filter';
import { TaskOption } from '../../domain/stage-task';
import { StageTaskOrder } from '../../domain/stage-task-order';
import { UserIdType } from '../../domain/user';
import { StageTaskFilterInput } from './stage-task-filter.input';

// Classes instead of several @Arg decorators, because type-graphql prints these in reverse order.

@ArgsType()
export class SemesterArgs {
  @Field(() => ID, { description: 'The ID of the review cycle, digits only.' })
  readonly id!: string;
}

@ArgsType()
export class SemestersArgs implements UncheckedSemesterFilter {
  @Field(() => Int, { nullable: true, description: 'Only cycles of this year, such as 2026.' })
  readonly year?: number | null;

  @Field(() => SemesterTypeGroup, { nullable: true, description: 'Only cycles of this group.' })
  readonly typeGroup?: SemesterTypeGroup | null;

  @Field(() => SemesterType, { nullable: true, description: 'Only cycles of this type.' })
  readonly type?: SemesterType | null;

  @Field(() => Date, { nullable: true, description: 'Only cycles that start later than this.' })
  readonly startsAfter?: Date | null;

  @Field(() => Date, { nullable: true, description: 'Only cycles that end earlier than this.' })
  readonly endsBefore?: Date | null;
}

@ArgsType()
export class UserArgs {
  @Field(() => ID, { description: 'The ID of the person.' })
  readonly id!: string;

  @Field(() => UserIdType, {
    defaultValue: UserIdType.OPEN_ID,
    description: 'The type of the ID.',
  })
  readonly idType!: UserIdType;
}

@ArgsType()
export class UsersArgs {
  @Field(() => [ID], {
    description: `The IDs, at most ${MAX_USERS_PER_LIST}. A repeated ID is loaded once and returned at each of its positions.`,
  })
  readonly ids!: string[];

  @Field(() => UserIdType, {
    defaultValue: UserIdType.OPEN_ID,
    description: 'The type of the IDs.',
  })
  readonly idType!: UserIdType;
}

@ArgsType()
export class StageTasksArgs {
  @Field(() => ID, { description: 'The ID of the review cycle, digits only.' })
  readonly semesterId!: string;

  @Field(() => StageTaskFilterInput, { nullable: true, description: 'Which tasks to return.' })
  readonly filter?: StageTaskFilterInput | null;

  @Field(() => Int, {
    nullable: true,
    description:
      "The maximum age of the data, in seconds. By default, the gateway's own limits apply.",
  })
  readonly maxAgeSeconds?: number | null;
}

@ArgsType()
export class UserStageTasksArgs {
  @Field(() => [ID], {
    description: `The IDs, at most ${MAX_USERS_PER_LIST}. A repeated ID is loaded once.`,
  })
  readonly userIds!: string[];

  @Field(() => UserIdType, {
    defaultValue: UserIdType.OPEN_ID,
    description: 'The type of the IDs.',
  })
  readonly userIdType!: UserIdType;

  @Field(() => StageTaskFilterInput, { nullable: true, description: 'Which tasks to return.' })
  readonly filter?: StageTaskFilterInput | null;

  @Field(() => Int, {
    nullable: true,
    description:
      "The maximum age of the data, in seconds. By default, the gateway's own limits apply.",
  })
  readonly maxAgeSeconds?: number | null;
}

@ArgsType()
export class UserStageTasksChangedArgs {
  @Field(() => ID, { description: 'The ID of the review cycle, digits only.' })
  readonly semesterId!: string;

  @Field(() => [ID], { description: `The IDs, at most ${MAX_USERS_PER_STREAM}.` })
  readonly userIds!: string[];

  @Field(() => UserIdType, {
    defaultValue: UserIdType.OPEN_ID,
    description: 'The type of the IDs.',
  })
  readonly userIdType!: UserIdType;
}

@ArgsType()
export class CountArgs {
  @Field(() => TaskOption, { description: 'The group.' })
  readonly option!: TaskOption;
}

@ArgsType()
export class TaskListArgs {
  @Field(() => StageTaskOrder, {
    nullable: true,
    description: "The order of the tasks. By default, Feishu's order.",
  })
  readonly orderBy?: StageTaskOrder | null;
}

@ArgsType()
export class TextArgs {
  @Field(() => Locale, {
    nullable: true,
    description:
      "The language. By default that of the request's Accept-Language header, then Chinese.",
  })
  readonly locale?: Locale | null;
}
