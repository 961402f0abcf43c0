import { ArgsType, Field, Int } from 'type-graphql';
import { DEFAULT_FIRST, MAX_FIRST } from '../../domain/input-rules';
import { MAX_USERS_PER_PAGE } from '../../domain/page-position';
import { UserIdType } from '../../domain/user';
import { StageTaskFilterInput } from './stage-task-filter.input';

@ArgsType()
export class AllUserStageTasksArgs {
  @Field(() => Int, {
    nullable: true,
    defaultValue: DEFAULT_FIRST,
    description:
      `How many users to read, 1 to ${MAX_FIRST}. One upstream call has ${MAX_USERS_PER_PAGE} users, so multiples of ` +
      `${MAX_USERS_PER_PAGE} take the fewest calls.`,
  })
  readonly first?: number | null;

  @Field(() => String, {
    nullable: true,
    description:
      'Read the users after this cursor of an earlier response with the same cycle, `userIdType` and `filter`.',
  })
  readonly after?: string | null;

  @Field(() => UserIdType, {
    defaultValue: UserIdType.OPEN_ID,
    description: "The type of the users' IDs.",
  })
  readonly userIdType!: UserIdType;

  @Field(() => StageTaskFilterInput, {
    nullable: true,
    description: 'Which tasks to return. Users without such a task are left out.',
  })
  readonly filter?: StageTaskFilterInput | null;
}
