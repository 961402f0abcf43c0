import { Args, Ctx, Resolver, Root, Subscription } from 'type-graphql';
import {
  MAX_USERS_PER_STREAM,
  requireSemesterId,
  requireStreamUsers,
} from '../../domain/input-rules';
import type { ChangedStageTasks, StageTaskChanges } from '../../loading/change-loader';
import type { GraphQLContext } from '../context';
import { PresentedStageTasks } from '../present';
import { UserStageTasksChangedArgs } from '../types/arguments.args';
import { UserStageTasksType } from '../types/user-stage-tasks.type';

/** What type-graphql passes to the source of a subscription. */
interface SourceData {
  readonly args: UserStageTasksChangedArgs;
  readonly context: GraphQLContext;
}

@Resolver()
export class ChangesResolver {
  @Subscription(() => UserStageTasksType, {
    subscribe: ({ args, context }: SourceData) => openChanges(args, context),
    description:
      'The tasks of these users, without a filter: first those that Feishu has data for, then each user whose tasks ' +
      'have changed. It shows what other requests and events of Feishu bring, and asks Feishu only at the start. ' +
      `At most ${MAX_USERS_PER_STREAM} users, all of whom the principal may read. ` +
      'A user of whom Feishu has no data any more has no tasks.',
  })
  userStageTasksChanged(
    @Root() { user, semesterId, semester, loaded }: ChangedStageTasks,
    @Args(() => UserStageTasksChangedArgs) _: UserStageTasksChangedArgs,
    @Ctx() context: GraphQLContext,
  ): UserStageTasksType {
    if (loaded instanceof Error) throw loaded;
    if (semester) context.loader.noteDescribed(semesterId, semester);
    return new PresentedStageTasks({ user, semesterId, filter: {} }, loaded, context);
  }
}

/** @throws GatewayError `BAD_USER_INPUT` or `FORBIDDEN` */
async function openChanges(
  args: UserStageTasksChangedArgs,
  context: GraphQLContext,
): Promise<StageTaskChanges> {
  const semesterId = requireSemesterId('semesterId', args.semesterId);
  const users = requireStreamUsers('userIds', args.userIds, args.userIdType);
  if (!context.openChanges) throw new Error('subscription: expected the context of a stream');
  return context.openChanges(users, semesterId);
}
