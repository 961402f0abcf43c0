import { Args, Ctx, FieldResolver, Query, Resolver, Root } from 'type-graphql';
import {
  requireFilter,
  requireMaxAgeMs,
  requireSemesterId,
  requireUsers,
} from '../../domain/input-rules';
import type { GraphQLContext } from '../context';
import { loadStageTasks } from '../load-stage-tasks';
import { SemesterArgs, UserStageTasksArgs } from '../types/arguments.args';
import { LocalizedTextType } from '../types/localized-text.type';
import { SemesterType } from '../types/semester.type';
import { UserStageTasksType } from '../types/user-stage-tasks.type';

@Resolver(() => SemesterType)
export class SemesterResolver {
  @Query(() => SemesterType, {
    nullable: true,
    description:
      'A review cycle by its ID. It is not looked up before a field needs it; one that Feishu does not know has null fields.',
  })
  semester(@Args(() => SemesterArgs) { id }: SemesterArgs): SemesterType {
    return { id: requireSemesterId('id', id) };
  }

  @FieldResolver(() => LocalizedTextType, { nullable: true, description: "The cycle's name." })
  async name(@Root() { id }: SemesterType, @Ctx() { loader }: GraphQLContext) {
    return (await loader.semester(id))?.name;
  }

  @FieldResolver(() => Date, { nullable: true, description: 'When the cycle begins.' })
  async startTime(@Root() { id }: SemesterType, @Ctx() { loader }: GraphQLContext) {
    return (await loader.semester(id))?.startTime;
  }

  @FieldResolver(() => Date, { nullable: true, description: 'When the cycle ends.' })
  async endTime(@Root() { id }: SemesterType, @Ctx() { loader }: GraphQLContext) {
    return (await loader.semester(id))?.endTime;
  }

  @FieldResolver(() => [UserStageTasksType], {
    nullable: 'items',
    description:
      'The tasks of these users, in the order asked for. `null` stands for a user that Feishu ' +
      'knows nothing of, or, with an error at its place, for one whose call failed.',
  })
  userStageTasks(
    @Root() { id }: SemesterType,
    @Args(() => UserStageTasksArgs) args: UserStageTasksArgs,
    @Ctx() context: GraphQLContext,
  ): Promise<UserStageTasksType | null>[] {
    const filter = requireFilter('filter', args.filter);
    const users = requireUsers('userIds', args.userIds, args.userIdType);
    const maxAgeMs = requireMaxAgeMs('maxAgeSeconds', args.maxAgeSeconds);
    return users.map((user) => loadStageTasks(context, { user, semesterId: id, filter }, maxAgeMs));
  }
}
