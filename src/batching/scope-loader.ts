import DataLoader from 'dataloader';
import type { Semester } from '../domain/semester';
import type { UserStageTasks } from '../domain/stage-task';
import { MAX_USERS_PER_CALL, type StageTaskAnswer, type UpstreamIdentity } from '../feishu/ports';
import { alignByUser } from './alignment';

/** One user's tasks, and when upstream said so. */
export interface LoadedStageTasks extends UserStageTasks {
  readonly fetchedAt: Date;
}

/** What a call told of one user: the tasks, and on the way the cycle. */
export interface LoadedUser {
  readonly stageTasks: LoadedStageTasks | null;
  readonly semester: Semester | null;
}

export type ScopeLoader = DataLoader<string, LoadedUser>;

/**
 * Merges the users of one scope into calls of up to 50. A call that fails, fails its own users only.
 *
 * @param ask one call for 1 to 50 distinct users
 */
export function createScopeLoader(
  identity: UpstreamIdentity['kind'],
  ask: (userIds: readonly string[]) => Promise<StageTaskAnswer>,
): ScopeLoader {
  return new DataLoader(
    async (userIds) => {
      const { users, semester, fetchedAt } = await ask(userIds);
      return alignByUser(userIds, users).map((found) => ({
        stageTasks: found && { ...found, fetchedAt },
        semester,
      }));
    },
    // A user may only ask for itself, so that under a user's identity nothing can be merged.
    { maxBatchSize: identity === 'user' ? 1 : MAX_USERS_PER_CALL },
  );
}
