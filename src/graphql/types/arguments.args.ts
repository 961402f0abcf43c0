import { ArgsType, Field, ID, Int } from 'type-graphql';
import { MAX_USERS_PER_LIST } from '../../domain/input-rules';
import { Locale } from '../../domain/localized-text';
import { UserIdType } from '../../domain/user';
import { StageTaskFilterInput } from './stage-task-filter.input';

// Classes rather than one @Arg after the other, which type-graphql prints in reverse.

@ArgsType()
export class SemesterArgs {
  @Field(() => ID, { description: 'The ID of the cycle, digits only.' })
  readonly id!: string;
}

@ArgsType()
export class UserArgs {
  @Field(() => ID, { description: 'The ID of the person.' })
  readonly id!: string;

  @Field(() => UserIdType, {
    defaultValue: UserIdType.OPEN_ID,
    description: 'What kind of ID it is.',
  })
  readonly idType!: UserIdType;
}

@ArgsType()
export class UsersArgs {
  @Field(() => [ID], {
    description: `The IDs, at most ${MAX_USERS_PER_LIST}. One that stands here twice is answered twice and asked for once.`,
  })
  readonly ids!: string[];

  @Field(() => UserIdType, {
    defaultValue: UserIdType.OPEN_ID,
    description: 'What kind of IDs they are.',
  })
  readonly idType!: UserIdType;
}

@ArgsType()
export class StageTasksArgs {
  @Field(() => ID, { description: 'The ID of the review cycle, digits only.' })
  readonly semesterId!: string;

  @Field(() => StageTaskFilterInput, { nullable: true, description: 'Which tasks to answer with.' })
  readonly filter?: StageTaskFilterInput | null;

  @Field(() => Int, {
    nullable: true,
    description:
      'The oldest answer to accept, in seconds; without it, whatever the gateway deems fit.',
  })
  readonly maxAgeSeconds?: number | null;
}

@ArgsType()
export class UserStageTasksArgs {
  @Field(() => [ID], {
    description: `The IDs, at most ${MAX_USERS_PER_LIST}. One that stands here twice is answered twice and asked for once.`,
  })
  readonly userIds!: string[];

  @Field(() => UserIdType, {
    defaultValue: UserIdType.OPEN_ID,
    description: 'What kind of IDs they are.',
  })
  readonly userIdType!: UserIdType;

  @Field(() => StageTaskFilterInput, { nullable: true, description: 'Which tasks to answer with.' })
  readonly filter?: StageTaskFilterInput | null;

  @Field(() => Int, {
    nullable: true,
    description:
      'The oldest answer to accept, in seconds; without it, whatever the gateway deems fit.',
  })
  readonly maxAgeSeconds?: number | null;
}

@ArgsType()
export class TextArgs {
  @Field(() => Locale, {
    nullable: true,
    description: "The language wanted; without one, the request's Accept-Language, then Chinese.",
  })
  readonly locale?: Locale | null;
}
