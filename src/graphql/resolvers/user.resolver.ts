import { Args, Ctx, FieldResolver, Query, Resolver, Root } from 'type-graphql';
import {
  requireFilter,
  requireMaxAgeMs,
  requireSemesterId,
  requireUser,
  requireUsers,
} from '../../domain/input-rules';
import type { GraphQLContext } from '../context';
import { loadStageTasks, type Loading } from '../load-stage-tasks';
import { StageTasksArgs, UserArgs, UsersArgs } from '../types/arguments.args';
import { UserStageTasksType } from '../types/user-stage-tasks.type';
import { UserType } from '../types/user.type';

@Resolver(() => UserType)
export class UserResolver {
  @Query(() => UserType, {
    description:
      'The authenticated person. An error if there is none: for a service, and for a request without credentials.',
  })
  viewer(@Ctx() { requireViewer }: GraphQLContext): UserType {
    return requireViewer();
  }

  @Query(() => UserType, { description: 'A person by ID.' })
  user(@Args(() => UserArgs) { id, idType }: UserArgs): UserType {
    return requireUser('id', id, idType);
  }

  @Query(() => [UserType], { description: 'Several people by ID, in the order of `ids`.' })
  users(@Args(() => UsersArgs) { ids, idType }: UsersArgs): UserType[] {
    return requireUsers('ids', ids, idType);
  }

  @FieldResolver(() => UserStageTasksType, {
    nullable: true,
    description:
      "The person's tasks in one review cycle; `null` if Feishu has no data for the person there.",
  })
  stageTasks(
    @Root() user: UserType,
    @Args(() => StageTasksArgs) args: StageTasksArgs,
    @Ctx() context: GraphQLContext,
  ): Loading<UserStageTasksType | null> {
    const semesterId = requireSemesterId('semesterId', args.semesterId);
    const filter = requireFilter('filter', args.filter);
    const maxAgeMs = requireMaxAgeMs('maxAgeSeconds', args.maxAgeSeconds);
    return loadStageTasks(context, { user, semesterId, filter }, maxAgeMs);
  }
}
