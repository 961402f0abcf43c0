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
import { distinguish } from './task-repeats';
import type { NoteUnreadable, UnreadableKind } from './unreadable';
import { isSafeLink, toDate, toLocalizedText, toText } from './wire-values';
import {
  stageNumWire,
  stageTaskInfoWire,
  type FindByPageBodyWire,
  type FindByUserListBodyWire,
  type ReceivedItemWire,
  type UserIdTypeWire,
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

/** Reads a part of an answer, and notes what is unusable in it. Returns `null` if the part is unreadable. */
export type ReadPart<T> = (received: unknown, note: NoteUnreadable) => T | null;

/** Reads the parts of an item, of which many users have equal ones. */
export interface PartReaders {
  readonly counts: ReadPart<readonly StageTaskCount[]>;
  readonly task: ReadPart<StageTask>;
}

/**
 * Returns the tasks of an item's user, each once; `null` if any part is unreadable, because a result with
 * missing tasks would look like "nothing to do".
 */
export function toUserStageTasks(
  userId: string,
  wire: ReceivedItemWire,
  note: NoteUnreadable,
  readers: PartReaders,
): UserStageTasks | null {
  const counts = readers.counts(wire.stage_num_lists, note);
  const stageTasks = readAll(wire.stage_task_info_lists, readers.task, 'task', note);
  return counts && stageTasks && { userId, counts, stageTasks: distinguish(stageTasks) };
}

/** Returns `null` if any element is unreadable, and notes each of these. An absent list is empty. */
function readAll<T>(
  received: unknown,
  read: ReadPart<T>,
  kind: UnreadableKind,
  note: NoteUnreadable,
): T[] | null {
  const elements: unknown = received ?? [];
  if (!Array.isArray(elements)) {
    note('list');
    return null;
  }
  const values: T[] = [];
  for (const element of elements) {
    const value = read(element, note);
    if (value === null) note(kind);
    else values.push(value);
  }
  return values.length === elements.length ? values : null;
}

export const toCounts: PartReaders['counts'] = (received, note) =>
  readAll(received, toCount, 'count', note);

function toCount(received: unknown): StageTaskCount | null {
  const wire = stageNumWire.safeParse(received).data;
  return wire?.stage_num === undefined ? null : { option: toOption(wire), count: wire.stage_num };
}

/** Returns `null` for a task without a stage ID, because the ID identifies the task. */
export const toStageTask: PartReaders['task'] = (received, note) => {
  const wire = stageTaskInfoWire.safeParse(received).data;
  if (!wire?.stage_id) return null;
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
};

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
