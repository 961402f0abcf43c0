import type { LoadedStageTasks } from '../loading/loaded-stage-tasks';
import type { GraphQLContext } from './context';
import { toError } from '../domain/to-error';
import type { StageTasksKey } from './opaque-id';
import { PresentedStageTasks } from './present';

/** What a resolver returns. graphql-js reports a returned error like a thrown one, but of this list item only. */
export type Loading<T> = T | Error | Promise<T>;

/**
 * Loads one user's tasks. All fields and entity references use this function. Returns no promise if the answer is
 * remembered, because a page has hundreds of users.
 */
export function loadStageTasks(
  context: GraphQLContext,
  key: StageTasksKey,
  maxAgeMs = Infinity,
): Loading<PresentedStageTasks | null> {
  const { user, semesterId, filter } = key;
  const present = (loaded: LoadedStageTasks | null) =>
    loaded && new PresentedStageTasks(key, loaded, context);
  try {
    const loaded = context.loader.stageTasks(user, semesterId, filter, maxAgeMs);
    return loaded instanceof Promise ? loaded.then(present) : present(loaded);
  } catch (error) {
    return toError(error);
  }
}
