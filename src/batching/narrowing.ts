import type { StageTask, StageTaskCount, UserStageTasks } from '../domain/stage-task';
import {
  filterKey,
  REQUESTABLE_OPTIONS,
  type RequestableTaskOption,
  type StageTaskFilter,
} from '../domain/stage-task-filter';

/**
 * What upstream would have answered to a narrower filter, taken from its answer to a wider one: the same
 * tasks that it would have chosen, in its order, and counts of just these.
 */
export function narrow(
  answer: UserStageTasks,
  asked: StageTaskFilter,
  wanted: StageTaskFilter,
): UserStageTasks {
  if (filterKey(asked) === filterKey(wanted)) return answer;
  const stageTasks = answer.stageTasks.filter((task) => selects(wanted, task));
  return { ...answer, stageTasks, counts: recount(answer.counts, stageTasks) };
}

/** The smallest filter that lets through whatever any of these lets through. */
export function unionOf(filters: readonly StageTaskFilter[]): StageTaskFilter {
  const options = unionOfOptions(filters);
  const afterMs = widest(filters, (filter) => filter.deadlineAfterMs, Math.min);
  const beforeMs = widest(filters, (filter) => filter.deadlineBeforeMs, Math.max);
  return {
    ...(options && { options }),
    ...(afterMs !== undefined && { deadlineAfterMs: afterMs }),
    ...(beforeMs !== undefined && { deadlineBeforeMs: beforeMs }),
  };
}

/** Both bounds are exclusive; a task without a deadline lies within none. */
function selects(filter: StageTaskFilter, task: StageTask): boolean {
  const { options, deadlineAfterMs, deadlineBeforeMs } = filter;
  if (options && !(options as readonly string[]).includes(task.option)) return false;
  if (deadlineAfterMs === undefined && deadlineBeforeMs === undefined) return true;
  const deadlineMs = task.deadline?.getTime();
  if (deadlineMs === undefined) return false;
  return (
    (deadlineAfterMs === undefined || deadlineMs > deadlineAfterMs) &&
    (deadlineBeforeMs === undefined || deadlineMs < deadlineBeforeMs)
  );
}

function unionOfOptions(filters: readonly StageTaskFilter[]) {
  const all = new Set<RequestableTaskOption>();
  for (const { options } of filters) {
    if (!options) return undefined;
    for (const option of options) all.add(option);
  }
  return REQUESTABLE_OPTIONS.filter((option) => all.has(option));
}

/** The bound that excludes least; none as soon as one filter has none. */
function widest(
  filters: readonly StageTaskFilter[],
  boundOf: (filter: StageTaskFilter) => number | undefined,
  wider: (a: number, b: number) => number,
): number | undefined {
  return filters
    .map(boundOf)
    .reduce((a, b) => (a === undefined || b === undefined ? undefined : wider(a, b)));
}

function recount(counts: readonly StageTaskCount[], stageTasks: readonly StageTask[]) {
  return counts.map(({ option }) => ({
    option,
    count: stageTasks.filter((task) => task.option === option).length,
  }));
}
