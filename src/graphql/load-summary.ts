import { responsePathAsArray, type GraphQLResolveInfo } from 'graphql';
import { summarize, type StageTaskSummary, type UserOutcome } from '../domain/stage-task-summary';
import { toError } from '../domain/to-error';
import type { GraphQLContext } from './context';
import { loadStageTasks, type Loading } from './load-stage-tasks';
import type { StageTasksKey } from './opaque-id';
import { placeError } from './place-error';
import type { PresentedStageTasks } from './present';
import { summaryError } from './summary-error';

type Loaded = PresentedStageTasks | Error | null;

/**
 * Loads the tasks of users as `userStageTasks` does, each by itself, and returns their summary. If some users failed,
 * the response has an error for them next to the summary; if none is left, only the error.
 * @param keys one for each different user
 * @throws GatewayError if no user could be loaded
 */
export function loadSummary(
  context: GraphQLContext,
  keys: readonly StageTasksKey[],
  maxAgeMs: number,
  { fieldNodes, path }: Pick<GraphQLResolveInfo, 'fieldNodes' | 'path'>,
): StageTaskSummary | Promise<StageTaskSummary> {
  const present = (loaded: readonly Loaded[]) => {
    const outcomes = loaded.map(toOutcome);
    const failures = outcomes.filter((outcome) => outcome instanceof Error);
    if (failures.length === 0) return summarize(outcomes);
    const error = summaryError(failures, outcomes.length);
    if (failures.length === outcomes.length) throw error;
    context.partialErrors.push(placeError(error, fieldNodes[0], responsePathAsArray(path)));
    return summarize(outcomes);
  };
  const loads = keys.map((key) => settle(loadStageTasks(context, key, maxAgeMs)));
  return loads.some((load) => load instanceof Promise)
    ? Promise.all(loads.map((load) => Promise.resolve(load))).then(present)
    : present(loads as Loaded[]);
}

/** A failed user does not fail the others. */
function settle(load: Loading<PresentedStageTasks | null>): Loaded | Promise<Loaded> {
  return load instanceof Promise ? load.catch(toError) : load;
}

function toOutcome(loaded: Loaded): UserOutcome {
  return loaded instanceof Error || loaded === null ? loaded : loaded.loaded;
}
