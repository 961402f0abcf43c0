import type { LocalizedText } from './localized-text';

/** The group that Feishu assigns a task to. `UNKNOWN`: a group that this gateway does not know yet. */
export const TaskOption = {
  TODO: 'TODO',
  DONE: 'DONE',
  OVERDUE: 'OVERDUE',
  UNKNOWN: 'UNKNOWN',
} as const;
export type TaskOption = keyof typeof TaskOption;

/** One user's progress in a stage. `UNKNOWN`: a status that this gateway does not know yet. */
export const StageTaskStatus = {
  NEED_TODO: 'NEED_TODO',
  OVERDUE: 'OVERDUE',
  ALL_DONE: 'ALL_DONE',
  STAGE_PAUSE: 'STAGE_PAUSE',
  UNKNOWN: 'UNKNOWN',
} as const;
export type StageTaskStatus = keyof typeof StageTaskStatus;

/** One user's task in one stage of a review cycle. */
export interface StageTask {
  /** The same for all users of the stage, so it does not identify the task. (fact 9) */
  readonly stageId: string;
  readonly name: LocalizedText | null;
  readonly deadline: Date | null;
  readonly needTodoCount: number | null;
  readonly finishedCount: number | null;
  readonly jumpUrl: string | null;
  readonly status: StageTaskStatus;
  readonly option: TaskOption;
  /** 2 or more if the user has several tasks in the same stage and group; absent for the first. */
  readonly ordinal?: number;
}

/** How many tasks one user has in one group. Feishu documents 0 to 99, so larger numbers may be cut. */
export interface StageTaskCount {
  readonly option: TaskOption;
  readonly count: number;
}

/** Feishu's answer for one user in one review cycle. */
export interface UserStageTasks {
  readonly userId: string;
  readonly counts: readonly StageTaskCount[];
  readonly stageTasks: readonly StageTask[];
}
