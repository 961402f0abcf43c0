import { MAX_USERS_PER_PAGE } from '../domain/page-position';
import {
  StageTaskStatus,
  TaskOption,
  type StageTask,
  type StageTaskCount,
  type UserStageTasks,
} from '../domain/stage-task';
import type { RequestableTaskOption } from '../domain/stage-task-filter';
import type { UserIdType } from '../domain/user';
import type { StageTaskPageQuery, StageTaskQuery } from './ports';
import type { SharedParts } from './shared-parts';
import { distinguish } from './task-repeats';
import type { NoteUnreadable, UnreadableKind } from './unreadable';
import { isSafeLink, toDate, toLocalizedText, toText } from './wire-values';
import type {
  FindByPageBodyWire,
  FindByUserListBodyWire,
  ReceivedItemWire,
  StageNumWire,
  StageTaskInfoWire,
  UserIdTypeWire,
} from './wire/stage-task.wire';

const ID_TYPE_TO_WIRE: Readonly<Record<UserIdType, UserIdTypeWire>> = {
  OPEN_ID: 'open_id',
  UNION_ID: 'union_id',
  USER_ID: 'user_id',
  PEOPLE_ADMIN_ID: 'people_admin_id',
};

/** (fact 5) */
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

export function toRequestBody(query: StageTaskQuery): FindByUserListBodyWire {
  return { semester_id: query.semesterId, user_id_lists: [...query.userIds], ...toFilter(query) };
}

/** Always asks for full pages, so that all clients share them, however many users each wants. */
export function toPageBody(query: StageTaskPageQuery): FindByPageBodyWire {
  const { semesterId, pageToken } = query;
  return {
    semester_id: semesterId,
    page_size: MAX_USERS_PER_PAGE,
    ...(pageToken !== '' && { page_token: pageToken }),
    ...toFilter(query),
  };
}

/** Sends the filter unchanged, without its absent parts. */
function toFilter({ filter }: Pick<StageTaskQuery, 'filter'>) {
  const { options, deadlineAfterMs, deadlineBeforeMs } = filter;
  return {
    ...(options && { task_option_lists: options.map((option) => OPTION_TO_WIRE[option]) }),
    ...(deadlineAfterMs !== undefined && { after_time: String(deadlineAfterMs) }),
    ...(deadlineBeforeMs !== undefined && { before_time: String(deadlineBeforeMs) }),
  };
}

/**
 * Returns the tasks of an item's user, each once; `null` if any part is unreadable, because a result with
 * missing tasks would look like "nothing to do".
 */
export function toUserStageTasks(
  userId: string,
  wire: ReceivedItemWire,
  note: NoteUnreadable,
  parts: SharedParts,
): UserStageTasks | null {
  const counts = readAll(wire.stage_num_lists, toCount, 'count', note);
  const stageTasks = readAll(wire.stage_task_info_lists, toStageTask, 'task', note);
  if (!counts || !stageTasks) return null;
  const tasks = distinguish(stageTasks).map((task) => parts.task(task));
  return { userId, counts: parts.counts(counts), stageTasks: tasks };
}

/** Returns `null` if any element is unreadable, and notes each of these. */
function readAll<W, T>(
  elements: readonly (W | null)[] | null,
  toValue: (wire: W, note: NoteUnreadable) => T | null,
  kind: UnreadableKind,
  note: NoteUnreadable,
): T[] | null {
  if (!elements) {
    note('list');
    return null;
  }
  const values = elements.flatMap((wire) => {
    const value = wire === null ? null : toValue(wire, note);
    if (value === null) note(kind);
    return value === null ? [] : [value];
  });
  return values.length === elements.length ? values : null;
}

function toCount(wire: StageNumWire): StageTaskCount | null {
  return wire.stage_num === undefined ? null : { option: toOption(wire), count: wire.stage_num };
}

/** Returns `null` for a task without a stage ID, because the ID identifies the task. */
function toStageTask(wire: StageTaskInfoWire, note: NoteUnreadable): StageTask | null {
  if (!wire.stage_id) return null;
  return {
    stageId: wire.stage_id,
    name: toLocalizedText(wire.name),
    deadline: toDate(wire.deadline),
    needTodoCount: wire.need_todo_count ?? null,
    finishedCount: wire.finished_count ?? null,
    jumpUrl: toJumpUrl(wire.jump_url, note),
    status: STATUS_FROM_WIRE.get(wire.stage_task_status) ?? StageTaskStatus.UNKNOWN,
    option: toOption(wire),
  };
}

function toJumpUrl(wire: string | undefined, note: NoteUnreadable): string | null {
  const text = toText(wire);
  if (text === null || isSafeLink(text)) return text;
  note('jump_url');
  return null;
}

/** Feishu's documentation has two names for the field: the first one with a known value counts. (fact 6) */
function toOption(wire: {
  task_option_id?: number | undefined;
  task_option?: number | undefined;
}): TaskOption {
  const { task_option_id, task_option } = wire;
  const option = OPTION_FROM_WIRE.get(task_option_id) ?? OPTION_FROM_WIRE.get(task_option);
  return option ?? TaskOption.UNKNOWN;
}
