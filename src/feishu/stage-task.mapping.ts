import {
  StageTaskStatus,
  TaskOption,
  type StageTask,
  type StageTaskCount,
  type UserStageTasks,
} from '../domain/stage-task';
import type { RequestableTaskOption } from '../domain/stage-task-filter';
import type { UserIdType } from '../domain/user';
import type { StageTaskQuery } from './ports';
import { toDate, toLocalizedText, toText } from './wire-values';
import type {
  FindByUserListBodyWire,
  StageNumWire,
  StageTaskInfoWire,
  UserIdTypeWire,
  UserStageTasksWire,
} from './wire/stage-task.wire';

const ID_TYPE_TO_WIRE: Readonly<Record<UserIdType, UserIdTypeWire>> = {
  OPEN_ID: 'open_id',
  UNION_ID: 'union_id',
  USER_ID: 'user_id',
  PEOPLE_ADMIN_ID: 'people_admin_id',
};

/** (feishu-facts 5) */
const OPTION_TO_WIRE: Readonly<Record<RequestableTaskOption, number>> = {
  TODO: 1,
  DONE: 2,
  OVERDUE: 3,
};
const OPTION_FROM_WIRE: ReadonlyMap<number | undefined, TaskOption> = new Map([
  [1, TaskOption.TODO],
  [2, TaskOption.DONE],
  [3, TaskOption.OVERDUE],
]);
const STATUS_FROM_WIRE: ReadonlyMap<string | undefined, StageTaskStatus> = new Map([
  ['need_todo', StageTaskStatus.NEED_TODO],
  ['overdue', StageTaskStatus.OVERDUE],
  ['all_done', StageTaskStatus.ALL_DONE],
  ['stage_pause', StageTaskStatus.STAGE_PAUSE],
]);

export function toUserIdTypeWire(idType: UserIdType): UserIdTypeWire {
  return ID_TYPE_TO_WIRE[idType];
}

/** The filter goes up verbatim; absent parts are left out. */
export function toRequestBody(query: StageTaskQuery): FindByUserListBodyWire {
  const { options, deadlineAfterMs, deadlineBeforeMs } = query.filter;
  return {
    semester_id: query.semesterId,
    user_id_lists: [...query.userIds],
    ...(options && { task_option_lists: options.map((option) => OPTION_TO_WIRE[option]) }),
    ...(deadlineAfterMs !== undefined && { after_time: String(deadlineAfterMs) }),
    ...(deadlineBeforeMs !== undefined && { before_time: String(deadlineBeforeMs) }),
  };
}

/** None for an item that does not say whose it is: it cannot be shown to anybody. */
export function toUserStageTasks(wire: UserStageTasksWire): UserStageTasks[] {
  if (!wire.user_id) return [];
  return [
    {
      userId: wire.user_id,
      counts: wire.stage_num_lists.flatMap(toCount),
      stageTasks: wire.stage_task_info_lists.flatMap(toStageTask),
    },
  ];
}

function toCount(wire: StageNumWire): StageTaskCount[] {
  if (wire.stage_num === undefined) return [];
  return [{ option: toOption(wire), count: wire.stage_num }];
}

/** None for a task without its stage: it could be neither named nor told from another. */
function toStageTask(wire: StageTaskInfoWire): StageTask[] {
  if (!wire.stage_id) return [];
  return [
    {
      stageId: wire.stage_id,
      name: toLocalizedText(wire.name),
      deadline: toDate(wire.deadline),
      needTodoCount: wire.need_todo_count ?? null,
      finishedCount: wire.finished_count ?? null,
      jumpUrl: toText(wire.jump_url),
      status: STATUS_FROM_WIRE.get(wire.stage_task_status) ?? StageTaskStatus.UNKNOWN,
      option: toOption(wire),
    },
  ];
}

/** The documentation contradicts itself on the field's name: either will do. (fact 6) */
function toOption(wire: {
  task_option_id?: number | undefined;
  task_option?: number | undefined;
}): TaskOption {
  return OPTION_FROM_WIRE.get(wire.task_option_id ?? wire.task_option) ?? TaskOption.UNKNOWN;
}
