import { Args, Ctx, FieldResolver, Resolver, Root } from 'type-graphql';
import { requireFilter, requireFirst } from '../../domain/input-rules';
import { isFirst, type PagePosition } from '../../domain/page-position';
import type { ListedUser, PartOfCycle } from '../../loading/page-loader';
import type { GraphQLContext } from '../context';
import { tooManyCycles } from '../limits/listed-cycles';
import { MAX_LISTED_WITH_TASKS } from '../limits/reach';
import type { Loading } from '../load-stage-tasks';
import { requireCursor, toCursor, type CursorList } from '../page-cursor';
import { PresentedStageTasks } from '../present';
import { AllUserStageTasksArgs } from '../types/everyone.args';
import { SemesterObjectType } from '../types/semester.type';
import {
  UserStageTasksConnectionType,
  UserStageTasksEdgeType,
} from '../types/user-stage-tasks-connection.type';
import { UserStageTasksType } from '../types/user-stage-tasks.type';

const NODE =
  "`null` if Feishu's answer about the user could not be read; then `errors` has an error with this path.";

@Resolver(() => SemesterObjectType)
export class EveryoneResolver {
  @FieldResolver(() => UserStageTasksConnectionType, {
    description:
      'The tasks of everyone in the cycle, in pages. Only for principals that may read the tasks of all users. ' +
      'The filter is applied after paging, so a part may have fewer than `first` edges, or none, although more ' +
      'users follow: read on until `hasNextPage` is false. Users that join or leave the cycle meanwhile may be ' +
      'missing or repeated. Feishu allows 20 calls a minute for this field, which are counted apart from the calls ' +
      'for single users; the answers also serve questions about single users. If a page cannot be read, the ' +
      `\`Semester\` is \`null\`. In a list of cycles, only the first ${MAX_LISTED_WITH_TASKS} have tasks.`,
  })
  allUserStageTasks(
    @Root() { id: semesterId, position = 0 }: SemesterObjectType,
    @Args(() => AllUserStageTasksArgs) args: AllUserStageTasksArgs,
    @Ctx() { loader }: GraphQLContext,
  ): Promise<UserStageTasksConnectionType> {
    const filter = requireFilter('filter', args.filter);
    const list = { semesterId, idType: args.userIdType, filter };
    const first = requireFirst('first', args.first);
    const after = requireCursor('after', list, args.after);
    if (position >= MAX_LISTED_WITH_TASKS) throw tooManyCycles('allUserStageTasks', position);
    return loader.everyone({ ...list, first, after }).then((part) => present(list, after, part));
  }
}

@Resolver(() => UserStageTasksConnectionType)
export class UserStageTasksConnectionResolver {
  @FieldResolver(() => [UserStageTasksType], {
    nullable: 'items',
    description: `The tasks of the users, without cursors. An item is ${NODE}`,
  })
  nodes(
    @Root() { edges }: UserStageTasksConnectionType,
    @Ctx() context: GraphQLContext,
  ): Loading<UserStageTasksType>[] {
    return edges.map((edge) => nodeOf(edge, context));
  }
}

@Resolver(() => UserStageTasksEdgeType)
export class UserStageTasksEdgeResolver {
  @FieldResolver(() => UserStageTasksType, {
    nullable: true,
    description: `The user's tasks. ${NODE}`,
  })
  node(
    @Root() edge: UserStageTasksEdgeType,
    @Ctx() context: GraphQLContext,
  ): Loading<UserStageTasksType> {
    return nodeOf(edge, context);
  }
}

function present(
  list: CursorList,
  after: PagePosition,
  { users, end, hasMore }: PartOfCycle,
): UserStageTasksConnectionType {
  const edges = users.map((user) => toEdge(list, user));
  return {
    edges,
    pageInfo: {
      hasNextPage: hasMore,
      hasPreviousPage: !isFirst(after),
      startCursor: edges[0]?.cursor ?? null,
      endCursor: isFirst(end) ? null : toCursor(list, end),
    },
  };
}

function toEdge(list: CursorList, { tasks, end }: ListedUser): UserStageTasksEdgeType {
  return { cursor: toCursor(list, end), tasks, list };
}

function nodeOf({ tasks, list }: UserStageTasksEdgeType, context: GraphQLContext) {
  if (tasks instanceof Error) return tasks;
  const { semesterId, filter, idType } = list;
  const user = { id: tasks.userId, idType };
  return new PresentedStageTasks({ user, semesterId, filter }, tasks, context);
}
