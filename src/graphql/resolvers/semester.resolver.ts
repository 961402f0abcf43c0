import type { GraphQLResolveInfo } from 'graphql';
import { Args, Ctx, FieldResolver, Info, Query, Resolver, Root } from 'type-graphql';
import {
  requireFilter,
  requireMaxAgeMs,
  requireSemesterId,
  requireUsers,
} from '../../domain/input-rules';
import type { Semester } from '../../domain/semester';
import type { RequestLoader } from '../../loading/request-loader';
import type { GraphQLContext } from '../context';
import { tooManyCycles } from '../limits/listed-cycles';
import { MAX_LISTED_WITH_TASKS } from '../limits/reach';
import { loadStageTasks, type Loading } from '../load-stage-tasks';
import { loadSummary } from '../load-summary';
import { SemesterArgs, UserStageTasksArgs } from '../types/arguments.args';
import { LocalizedTextType } from '../types/localized-text.type';
import { SemesterObjectType } from '../types/semester.type';
import { StageTaskSummaryType } from '../types/stage-task-summary.type';
import { UserStageTasksType } from '../types/user-stage-tasks.type';

@Resolver(() => SemesterObjectType)
export class SemesterResolver {
  @Query(() => SemesterObjectType, {
    nullable: true,
    description:
      'A review cycle by ID. The gateway looks it up only if a selected field needs it. ' +
      'The fields of a cycle that Feishu does not know are null.',
  })
  semester(@Args(() => SemesterArgs) { id }: SemesterArgs): SemesterObjectType {
    return { id: requireSemesterId('id', id) };
  }

  @FieldResolver(() => LocalizedTextType, { nullable: true, description: "The cycle's name." })
  name(@Root() { id }: SemesterObjectType, @Ctx() { loader }: GraphQLContext) {
    return describe(loader, id, (semester) => semester.name);
  }

  @FieldResolver(() => Date, { nullable: true, description: 'When the cycle begins.' })
  startTime(@Root() { id }: SemesterObjectType, @Ctx() { loader }: GraphQLContext) {
    return describe(loader, id, (semester) => semester.startTime);
  }

  @FieldResolver(() => Date, { nullable: true, description: 'When the cycle ends.' })
  endTime(@Root() { id }: SemesterObjectType, @Ctx() { loader }: GraphQLContext) {
    return describe(loader, id, (semester) => semester.endTime);
  }

  @FieldResolver(() => [UserStageTasksType], {
    nullable: 'items',
    description:
      'The tasks of these users, in the order of `userIds`, a repeated one at each of its positions. An item is `null` if Feishu has no data ' +
      'for the user, or if the call failed; then `errors` has an error with the path of the item. ' +
      `In a list of cycles, only the first ${MAX_LISTED_WITH_TASKS} have tasks.`,
  })
  userStageTasks(
    @Root() { id, position = 0 }: SemesterObjectType,
    @Args(() => UserStageTasksArgs) args: UserStageTasksArgs,
    @Ctx() context: GraphQLContext,
  ): Loading<UserStageTasksType | null>[] {
    const filter = requireFilter('filter', args.filter);
    const users = requireUsers('userIds', args.userIds, args.userIdType);
    const maxAgeMs = requireMaxAgeMs('maxAgeSeconds', args.maxAgeSeconds);
    if (position >= MAX_LISTED_WITH_TASKS) {
      return users.map(() => tooManyCycles('userStageTasks', position));
    }
    return users.map((user) => loadStageTasks(context, { user, semesterId: id, filter }, maxAgeMs));
  }

  @FieldResolver(() => StageTaskSummaryType, {
    nullable: true,
    description:
      'How far these users are, each counted once. It costs the same calls as `userStageTasks`, and shares them. ' +
      '`null` if no user could be loaded; then `errors` has an error with this path. If only some failed, ' +
      '`usersFailed` counts them, and `errors` has one error with this path for all of them. ' +
      `In a list of cycles, only the first ${MAX_LISTED_WITH_TASKS} have a summary.`,
  })
  summary(
    @Root() { id, position = 0 }: SemesterObjectType,
    @Args(() => UserStageTasksArgs) args: UserStageTasksArgs,
    @Ctx() context: GraphQLContext,
    @Info() info: GraphQLResolveInfo,
  ): StageTaskSummaryType | Promise<StageTaskSummaryType> {
    const filter = requireFilter('filter', args.filter);
    const users = requireUsers('userIds', args.userIds, args.userIdType);
    const maxAgeMs = requireMaxAgeMs('maxAgeSeconds', args.maxAgeSeconds);
    if (position >= MAX_LISTED_WITH_TASKS) throw tooManyCycles('summary', position);
    const different = [...new Map(users.map((user) => [user.id, user])).values()];
    const keys = different.map((user) => ({ user, semesterId: id, filter }));
    return loadSummary(context, keys, maxAgeMs, info);
  }
}

/** Returns no promise if the cycle is already loaded, because thousands of fields may read one cycle. */
function describe<T>(loader: RequestLoader, id: string, read: (semester: Semester) => T) {
  const described = loader.describedSemester(id);
  return described ? read(described) : loader.semester(id).then((found) => found && read(found));
}
