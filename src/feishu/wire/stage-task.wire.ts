import { z } from 'zod';
import { i18nWire } from './i18n.wire';
import { lenientBoolean, lenientInt, lenientString, listOf } from './lenient';

/**
 * `POST /open-apis/performance/v1/stage_tasks/find_by_user_list`, with Feishu's own names.
 * Sources: the endpoint's documentation page, and the types of the official SDK for fields that it omits.
 */
export interface FindByUserListBodyWire {
  semester_id: string;
  /** 1 to 50 IDs, all of the type that the query parameter `user_id_type` names. */
  user_id_lists: string[];
  /** Up to three of 1 (to do), 2 (done), 3 (overdue). */
  task_option_lists?: number[];
  /** Unix time in milliseconds, as a string. */
  after_time?: string;
  before_time?: string;
}

/** `POST /open-apis/performance/v1/stage_tasks/find_by_page`, as the types of the official SDK have it. (fact 14) */
export interface FindByPageBodyWire extends Omit<FindByUserListBodyWire, 'user_id_lists'> {
  /** 1 to 50; 20 by default. */
  page_size?: number;
  /** Absent for the first page. */
  page_token?: string;
}

export type UserIdTypeWire = 'open_id' | 'union_id' | 'user_id' | 'people_admin_id';

/** The page names the field `task_option_id` in its tables and `task_option` in its example. (fact 6) */
const taskOption = { task_option_id: lenientInt, task_option: lenientInt };

export const stageNumWire = z.object({ ...taskOption, stage_num: lenientInt });

export const stageTaskInfoWire = z.object({
  ...taskOption,
  stage_id: lenientString,
  name: i18nWire,
  deadline: lenientString,
  need_todo_count: lenientInt,
  /** Not on the page; in the types of the official SDK since 1.74. (fact 7) */
  finished_count: lenientInt,
  jump_url: lenientString,
  stage_task_status: lenientString,
});

/** The lists are decoded element by element, because many users have equal ones. */
const userItemWire = z.object({
  user_id: lenientString,
  stage_num_lists: z.unknown().optional(),
  stage_task_info_lists: z.unknown().optional(),
});

const semesterBaseWire = z.object({
  semester_id: lenientString,
  semester_name: i18nWire,
  start_time: lenientString,
  end_time: lenientString,
});

export const findByUserListDataWire = z.object({
  base: semesterBaseWire.optional().catch(undefined),
  items: listOf(userItemWire),
});

export const findByPageDataWire = findByUserListDataWire.extend({
  has_more: lenientBoolean,
  page_token: lenientString,
});

export type StageNumWire = z.output<typeof stageNumWire>;
export type StageTaskInfoWire = z.output<typeof stageTaskInfoWire>;
export type SemesterBaseWire = z.output<typeof semesterBaseWire>;
/** Types of received data, in which anything may be missing. The types below are as documented. */
export type ReceivedItemWire = z.output<typeof userItemWire>;
export type ReceivedDataWire = z.output<typeof findByUserListDataWire>;
export type ReceivedPageWire = z.output<typeof findByPageDataWire>;

export interface UserStageTasksWire {
  user_id?: string | undefined;
  stage_num_lists: StageNumWire[];
  stage_task_info_lists: StageTaskInfoWire[];
}

export interface FindByUserListDataWire {
  base?: SemesterBaseWire | undefined;
  items: UserStageTasksWire[];
}
