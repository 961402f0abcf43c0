import type { GraphQLContext } from './context';
import type { StageTasksKey } from './opaque-id';
import { PresentedStageTasks } from './present';

/** Loads one user's tasks. All fields and entity references use this function. */
export async function loadStageTasks(
  { loader, toDate }: GraphQLContext,
  key: StageTasksKey,
  maxAgeMs = Infinity,
): Promise<PresentedStageTasks | null> {
  const { user, semesterId, filter } = key;
  const loaded = await loader.stageTasks(user, semesterId, filter, maxAgeMs);
  return loaded && new PresentedStageTasks(key, loaded, toDate);
}
