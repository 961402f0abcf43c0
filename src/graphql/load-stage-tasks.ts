import type { GraphQLContext } from './context';
import type { StageTasksKey } from './opaque-id';
import { PresentedStageTasks } from './present';

/** The one way from a resolver to the tasks of a user, whichever field or entity asks. */
export async function loadStageTasks(
  { loader, toDate }: GraphQLContext,
  key: StageTasksKey,
  maxAgeMs = Infinity,
): Promise<PresentedStageTasks | null> {
  const { user, semesterId, filter } = key;
  const loaded = await loader.stageTasks(user, semesterId, filter, maxAgeMs);
  return loaded && new PresentedStageTasks(key, loaded, toDate);
}
