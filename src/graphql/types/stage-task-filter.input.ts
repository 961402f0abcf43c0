import { Field, InputType } from 'type-graphql';
import type { UncheckedFilter } from '../../domain/input-rules';
import { TaskOption } from '../../domain/stage-task';

@InputType('StageTaskFilter', {
  description: 'Restricts which tasks to return. An omitted field does not restrict.',
})
export class StageTaskFilterInput implements UncheckedFilter {
  @Field(() => [TaskOption], {
    nullable: true,
    description: 'Only tasks in these groups: one to three different values, without `UNKNOWN`.',
  })
  readonly options?: TaskOption[] | null;

  @Field(() => Date, {
    nullable: true,
    description: 'Only tasks whose deadline is later than this.',
  })
  readonly deadlineAfter?: Date | null;

  @Field(() => Date, {
    nullable: true,
    description: 'Only tasks whose deadline is earlier than this.',
  })
  readonly deadlineBefore?: Date | null;
}
