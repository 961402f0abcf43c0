import { TaskOption, type StageTask, type StageTaskCount, type UserStageTasks } from './stage-task';
import { isUnfiltered, REQUESTABLE_OPTIONS, type StageTaskFilter } from './stage-task-filter';

/**
 * The view of one filter on what Feishu said of a user, whatever Feishu was asked with. Feishu does not
 * say whether its bounds are inclusive and whether its counts follow filters (fact 12), so that this
 * rule alone decides: without a filter everything is Feishu's own, with one the tasks that it selects,
 * in Feishu's order, and counts of just these.
 */
export function narrow(answer: UserStageTasks, filter: StageTaskFilter): UserStageTasks {
  if (isUnfiltered(filter)) return answer;
  const stageTasks = answer.stageTasks.filter((task) => selects(filter, task));
  return { ...answer, stageTasks, counts: countByOption(stageTasks) };
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

/** A count for each option that can be asked for, also 0; `UNKNOWN` only where there is such a task. */
function countByOption(stageTasks: readonly StageTask[]): StageTaskCount[] {
  return [...REQUESTABLE_OPTIONS, TaskOption.UNKNOWN]
    .map((option) => ({
      option,
      count: stageTasks.filter((task) => task.option === option).length,
    }))
    .filter(({ option, count }) => option !== TaskOption.UNKNOWN || count > 0);
}
