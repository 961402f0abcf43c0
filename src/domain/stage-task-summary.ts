import { TaskOption, type UserStageTasks } from './stage-task';
import { countOf } from './stage-task-counts';

/** The tasks of one user, `null` if Feishu knows nothing of the user, an error if they could not be loaded. */
export type UserOutcome =
  (Pick<UserStageTasks, 'counts' | 'stageTasks'> & { readonly stale: boolean }) | null | Error;

/** How far several users are. The counts are those of the users whose tasks are known. */
export interface StageTaskSummary {
  users: number;
  usersWithTodo: number;
  usersUnknown: number;
  usersFailed: number;
  /** Whether one of the counted answers is stale. */
  stale: boolean;
  todo: number;
  done: number;
  overdue: number;
  /** Tasks in groups that this gateway does not know. */
  unknown: number;
}

/** @param outcomes one for each user */
export function summarize(outcomes: readonly UserOutcome[]): StageTaskSummary {
  const summary: StageTaskSummary = {
    users: outcomes.length,
    usersWithTodo: 0,
    usersUnknown: 0,
    usersFailed: 0,
    stale: false,
    todo: 0,
    done: 0,
    overdue: 0,
    unknown: 0,
  };
  for (const outcome of outcomes) {
    if (outcome instanceof Error) summary.usersFailed += 1;
    else if (outcome === null) summary.usersUnknown += 1;
    else addTasks(summary, outcome);
  }
  return summary;
}

function addTasks(summary: StageTaskSummary, tasks: Exclude<UserOutcome, Error | null>): void {
  const todo = countOf(tasks, TaskOption.TODO);
  if (todo > 0) summary.usersWithTodo += 1;
  summary.todo += todo;
  summary.done += countOf(tasks, TaskOption.DONE);
  summary.overdue += countOf(tasks, TaskOption.OVERDUE);
  summary.unknown += countOf(tasks, TaskOption.UNKNOWN);
  if (tasks.stale) summary.stale = true;
}
