import { TaskOption, type StageTask, type StageTaskCount, type UserStageTasks } from './stage-task';
import { isUnfiltered, REQUESTABLE_OPTIONS, type StageTaskFilter } from './stage-task-filter';

/**
 * Applies a filter to Feishu's answer for a user, whichever filter was sent to Feishu. Feishu does not document
 * whether its bounds are inclusive and whether its counts respect filters (fact 12), so this rule decides:
 * without a filter, the answer is Feishu's own. With one, it has the selected tasks in Feishu's order, and the
 * counts of these tasks.
 */
export function narrow(answer: UserStageTasks, filter: StageTaskFilter): UserStageTasks {
  if (isUnfiltered(filter)) return answer;
  const stageTasks = answer.stageTasks.filter((task) => selects(filter, task));
  return { ...answer, stageTasks, counts: countByOption(stageTasks) };
}

/** Both bounds are exclusive. A task without a deadline is outside of any bound. */
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

/** A count for each requestable option, even if it is 0, and for `UNKNOWN` if there is such a task. */
function countByOption(stageTasks: readonly StageTask[]): StageTaskCount[] {
  return [...REQUESTABLE_OPTIONS, TaskOption.UNKNOWN]
    .map((option) => ({
      option,
      count: stageTasks.filter((task) => task.option === option).length,
    }))
    .filter(({ option, count }) => option !== TaskOption.UNKNOWN || count > 0);
}
