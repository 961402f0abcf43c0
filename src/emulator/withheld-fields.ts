import type {
  StageTaskInfoWire,
  UserIdTypeWire,
  UserStageTasksWire,
} from '../feishu/wire/stage-task.wire';
import type { Settings } from './options';
import { mayReadUserIds } from './scopes';

const ITEM_FIELDS = ['user_id', 'stage_num_lists', 'stage_task_info_lists'] as const;
const TASK_FIELDS = [
  ...['stage_id', 'name', 'deadline', 'need_todo_count', 'finished_count'],
  ...['jump_url', 'stage_task_status', 'task_option_id', 'task_option'],
];

export const WITHHOLDABLE_FIELDS: readonly string[] = [...ITEM_FIELDS, ...TASK_FIELDS];

/** Returns an item without the fields that an option or a missing scope withholds. (fact 32) */
export function withhold(
  item: UserStageTasksWire,
  idType: UserIdTypeWire,
  { withheldFields, missingScopes }: Pick<Settings, 'withheldFields' | 'missingScopes'>,
): UserStageTasksWire {
  const hidesUserId = idType === 'user_id' && !mayReadUserIds(missingScopes);
  const hidden = hidesUserId ? [...withheldFields, 'user_id'] : withheldFields;
  if (hidden.length === 0) return item;
  const tasks = item.stage_task_info_lists.map((task) => without<StageTaskInfoWire>(task, hidden));
  return without<UserStageTasksWire>({ ...item, stage_task_info_lists: tasks }, hidden);
}

/** Keeps the type although required fields may be missing, because Feishu's answers do the same. */
function without<T extends object>(object: T, fields: readonly string[]): T {
  return Object.fromEntries(Object.entries(object).filter(([name]) => !fields.includes(name))) as T;
}
