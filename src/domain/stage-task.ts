import type { LocalizedText } from './localized-text';

/** The group that upstream sorts a task into. `UNKNOWN`: one that this gateway has no name for yet. */
export const TaskOption = {
  TODO: 'TODO',
  DONE: 'DONE',
  OVERDUE: 'OVERDUE',
  UNKNOWN: 'UNKNOWN',
} as const;
export type TaskOption = keyof typeof TaskOption;

/** How far a stage is for one user. `UNKNOWN`: a status that this gateway has no name for yet. */
export const StageTaskStatus = {
  NEED_TODO: 'NEED_TODO',
  OVERDUE: 'OVERDUE',
  ALL_DONE: 'ALL_DONE',
  STAGE_PAUSE: 'STAGE_PAUSE',
  UNKNOWN: 'UNKNOWN',
} as const;
export type StageTaskStatus = keyof typeof StageTaskStatus;

/** What one user has to do, or has done, in one stage of a review cycle. */
export interface StageTask {
  /** Shared by all users of the stage: it does not identify this task. (feishu-facts 9) */
  readonly stageId: string;
  readonly name: LocalizedText | null;
  readonly deadline: Date | null;
  readonly needTodoCount: number | null;
  readonly finishedCount: number | null;
  readonly jumpUrl: string | null;
  readonly status: StageTaskStatus;
  readonly option: TaskOption;
  /** From 2 on, for one more task that the user has in the same stage and group. */
  readonly ordinal?: number;
}

/** How many tasks one user has in one group. Upstream documents 0 to 99, so it may saturate. */
export interface StageTaskCount {
  readonly option: TaskOption;
  readonly count: number;
}

/** All that upstream said of one user in one review cycle. */
export interface UserStageTasks {
  readonly userId: string;
  readonly counts: readonly StageTaskCount[];
  readonly stageTasks: readonly StageTask[];
}
