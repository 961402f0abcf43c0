import { StageTaskStatus, TaskOption, type StageTask } from './stage-task';

type Progress = Pick<StageTask, 'option' | 'status' | 'deadline'>;

/**
 * Whether nothing is left to do. A stage has one status for all of its groups, so the group decides if it says more:
 * the tasks that are done belong to a stage whose other tasks may be overdue.
 */
function isDone({ option, status }: Progress): boolean {
  if (option === TaskOption.DONE) return true;
  return option !== TaskOption.OVERDUE && status === StageTaskStatus.ALL_DONE;
}

/**
 * Whether a task is overdue: it is not done, and Feishu says that it is overdue or its deadline has passed.
 * @param unixMs the moment
 * @returns `null` if it is not known: Feishu names no deadline, or the deadline has passed and the task may be done or
 * need not be done, because its group is unknown or its stage is paused
 */
export function isOverdue(task: Progress, unixMs: number): boolean | null {
  const { option, status, deadline } = task;
  if (isDone(task)) return false;
  if (option === TaskOption.OVERDUE || status === StageTaskStatus.OVERDUE) return true;
  if (!deadline) return null;
  if (deadline.getTime() > unixMs) return false;
  return option === TaskOption.TODO && status !== StageTaskStatus.STAGE_PAUSE ? true : null;
}

/** What the deadlines of tasks that are not done say at one moment. It changes at the next deadline only. */
export interface Deadlines {
  /** How many have passed. */
  readonly passed: number;
  /** The earliest one that is still to come, in Unix milliseconds; `Infinity` if there is none. */
  readonly nextMs: number;
}

export function deadlinesAt(tasks: readonly Progress[], unixMs: number): Deadlines {
  let passed = 0;
  let nextMs = Infinity;
  for (const task of tasks) {
    const dueMs = isDone(task) ? undefined : task.deadline?.getTime();
    if (dueMs === undefined) continue;
    if (dueMs <= unixMs) passed += 1;
    else if (dueMs < nextMs) nextMs = dueMs;
  }
  return { passed, nextMs };
}
