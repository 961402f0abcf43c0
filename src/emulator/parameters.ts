import type { UserIdTypeWire } from '../feishu/wire/stage-task.wire';
import { paramInvalid } from './envelope';
import type { Settings } from './options';
import type { StageTaskFilter } from './stage-task-items';
import type { Semester } from './semesters';
import type { TaskOption } from './stage-tasks';
import type { Tenant } from './tenant';
import { type UserIdRefusalCode, userIdRefused } from './user-id-refusal';

type Fields = Record<string, unknown>;

/** The limits of the endpoint's page. (fact 1) */
const MAX_USER_IDS = 50;
const MAX_TASK_OPTIONS = 3;
const MAX_USER_ID_LENGTH = 64;

const USER_ID_TYPES: readonly UserIdTypeWire[] = [
  'open_id',
  'union_id',
  'user_id',
  'people_admin_id',
];
const USER_ID_PREFIXES = { open_id: 'ou_', union_id: 'on_', user_id: '', people_admin_id: '' };

// Each reader throws a Refusal with 1580102 and the field's name for a parameter that the page does not
// allow.

export function readBody(body: unknown): Fields {
  if (typeof body === 'object' && body !== null && !Array.isArray(body)) return body as Fields;
  throw paramInvalid('body', 'a JSON object', body);
}

export function readUserIdType(query: Fields): UserIdTypeWire {
  return readChoice(query, 'user_id_type', USER_ID_TYPES) ?? 'open_id';
}

export function readSemester(tenant: Tenant, body: Fields): Semester {
  const id = body['semester_id'];
  const semester = typeof id === 'string' ? tenant.semesterBy(id) : undefined;
  if (!semester) throw paramInvalid('semester_id', 'the ID of a semester', id);
  return semester;
}

/** Returns 1 to 50 well-formed IDs. The route checks whether they exist. */
export function readUserIds(
  body: Fields,
  idType: UserIdTypeWire,
  refusalCode: UserIdRefusalCode,
): readonly string[] {
  const ids = body['user_id_lists'];
  if (!Array.isArray(ids) || ids.length === 0 || ids.length > MAX_USER_IDS) {
    throw paramInvalid('user_id_lists', `1 to ${MAX_USER_IDS} user IDs`, ids);
  }
  return ids.map((id) => readUserId(id, idType, refusalCode));
}

/** Converts inclusive bounds to exclusive ones, one millisecond further out. */
export function readFilter(
  body: Fields,
  deadlineBounds: Settings['deadlineBounds'] = 'exclusive',
): StageTaskFilter {
  const options = readTaskOptions(body['task_option_lists']);
  const afterMs = readTimestamp(body, 'after_time');
  const beforeMs = readTimestamp(body, 'before_time');
  const marginMs = deadlineBounds === 'inclusive' ? 1 : 0;
  return {
    ...(options && { options }),
    ...(afterMs !== undefined && { afterMs: afterMs - marginMs }),
    ...(beforeMs !== undefined && { beforeMs: beforeMs + marginMs }),
  };
}

/** Reads a Unix time in milliseconds from a string of digits. */
export function readTimestamp(fields: Fields, field: string): number | undefined {
  const value = fields[field];
  if (value === undefined) return undefined;
  if (typeof value === 'string' && /^\d{1,19}$/.test(value)) return Number(value);
  throw paramInvalid(field, 'a string of digits, in milliseconds', value);
}

export function readChoice<T extends string>(
  fields: Fields,
  field: string,
  choices: readonly T[],
): T | undefined {
  const value = fields[field];
  if (value === undefined) return undefined;
  const choice = choices.find((candidate) => candidate === value);
  if (choice === undefined) throw paramInvalid(field, `one of ${choices.join(', ')}`, value);
  return choice;
}

function readUserId(id: unknown, idType: UserIdTypeWire, refusalCode: UserIdRefusalCode): string {
  const prefix = USER_ID_PREFIXES[idType];
  const isWellFormed =
    typeof id === 'string' &&
    id.trim() !== '' &&
    id.length <= MAX_USER_ID_LENGTH &&
    id.startsWith(prefix);
  if (!isWellFormed) throw userIdRefused(refusalCode, idType, id, `a user ID of type ${idType}`);
  return id;
}

function readTaskOptions(options: unknown): readonly TaskOption[] | undefined {
  if (options === undefined) return undefined;
  if (Array.isArray(options) && options.length <= MAX_TASK_OPTIONS && options.every(isTaskOption)) {
    return options;
  }
  throw paramInvalid('task_option_lists', `at most ${MAX_TASK_OPTIONS} of 1, 2 and 3`, options);
}

function isTaskOption(option: unknown): option is TaskOption {
  return option === 1 || option === 2 || option === 3;
}
