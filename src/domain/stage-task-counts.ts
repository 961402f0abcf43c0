import type { TaskOption, UserStageTasks } from './stage-task';

/**
 * The number of tasks in one group, from the counts. Feishu does not document that it counts groups without tasks.
 * An answer lists all tasks that it is about, so a group without a count has as many tasks as are listed.
 */
export function countOf(
  { counts, stageTasks }: Pick<UserStageTasks, 'counts' | 'stageTasks'>,
  option: TaskOption,
): number {
  // Several groups of Feishu can be `UNKNOWN` here.
  const ofGroup = counts.filter((one) => one.option === option);
  if (ofGroup.length > 0) return ofGroup.reduce((sum, { count }) => sum + count, 0);
  return stageTasks.filter((task) => task.option === option).length;
}
