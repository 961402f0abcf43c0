import { badUserInput } from './errors';
import { REQUESTABLE_OPTIONS, type StageTaskFilter } from './stage-task-filter';
import type { TaskOption } from './stage-task';
import { USER_ID_PREFIX, type UserIdType, type UserKey } from './user';

/**
 * Validates arguments before they cost an upstream call. One invalid ID would make Feishu refuse the whole call
 * (1580102) with all users that share it.
 */

export const MAX_USERS_PER_LIST = 1_000;
/** One call of Feishu loads them when the stream starts. */
export const MAX_USERS_PER_STREAM = 50;
/** One page of Feishu. */
export const DEFAULT_FIRST = 50;
/** Four pages of Feishu, or five after a cursor within a page: a quarter of what Feishu allows in a minute. */
export const MAX_FIRST = 200;
/** Feishu's own limit for a `user_id`, the longest of its IDs. */
const MAX_ID_LENGTH = 64;
const MAX_QUOTED_LENGTH = 80;
const VISIBLE = /^[^\s\p{C}]+$/u;
/** A 64-bit number in decimal digits. */
const SEMESTER_ID = /^\d{1,20}$/;

/** @throws GatewayError `BAD_USER_INPUT` */
export function requireUser(argument: string, id: string, idType: UserIdType): UserKey {
  // Check the length first, so that a long ID is not scanned for each field that uses it.
  if (id.length > MAX_ID_LENGTH || !VISIBLE.test(id)) {
    throw badUserInput(
      argument,
      `an ID of 1 to ${MAX_ID_LENGTH} visible characters without spaces`,
      id.length > MAX_ID_LENGTH ? `${id.length} characters` : quote(id),
    );
  }
  const prefix = USER_ID_PREFIX[idType];
  if (prefix !== undefined && !id.startsWith(prefix)) {
    throw badUserInput(
      argument,
      `an ID of type ${idType}, which starts with "${prefix}"`,
      quote(id),
    );
  }
  return { id, idType };
}

/** The users of a list argument, in its order and with its duplicates. @throws GatewayError `BAD_USER_INPUT` */
export function requireUsers(argument: string, ids: readonly string[], idType: UserIdType) {
  if (ids.length > MAX_USERS_PER_LIST) {
    throw badUserInput(argument, `at most ${MAX_USERS_PER_LIST} IDs`, `${ids.length} IDs`);
  }
  return ids.map((id, index) => requireUser(`${argument}[${index}]`, id, idType));
}

/** The users of a stream. @throws GatewayError `BAD_USER_INPUT` */
export function requireStreamUsers(argument: string, ids: readonly string[], idType: UserIdType) {
  if (ids.length >= 1 && ids.length <= MAX_USERS_PER_STREAM) {
    return requireUsers(argument, ids, idType);
  }
  throw badUserInput(argument, `1 to ${MAX_USERS_PER_STREAM} IDs`, `${ids.length} IDs`);
}

export function requireSemesterId(argument: string, id: string): string {
  if (!SEMESTER_ID.test(id)) {
    throw badUserInput(argument, 'the ID of a review cycle, 1 to 20 digits', quote(id));
  }
  return id;
}

/** How many users of a cycle to read. @throws GatewayError `BAD_USER_INPUT` */
export function requireFirst(argument: string, first: number | null | undefined): number {
  const count = first ?? DEFAULT_FIRST;
  if (count >= 1 && count <= MAX_FIRST) return count;
  throw badUserInput(argument, `a whole number from 1 to ${MAX_FIRST}`, String(count));
}

/** A filter as the client sends it. Every part may be absent or null. */
export interface UncheckedFilter {
  readonly options?: readonly TaskOption[] | null;
  readonly deadlineAfter?: Date | null;
  readonly deadlineBefore?: Date | null;
}

export function requireFilter(
  argument: string,
  filter: UncheckedFilter | null | undefined,
): StageTaskFilter {
  const options = requireOptions(`${argument}.options`, filter?.options);
  const afterMs = requireTimeMs(`${argument}.deadlineAfter`, filter?.deadlineAfter);
  const beforeMs = requireTimeMs(`${argument}.deadlineBefore`, filter?.deadlineBefore);
  if (afterMs !== undefined && beforeMs !== undefined && afterMs >= beforeMs) {
    throw badUserInput(
      `${argument}.deadlineAfter`,
      `a time before deadlineBefore (${new Date(beforeMs).toISOString()})`,
      new Date(afterMs).toISOString(),
    );
  }
  return {
    ...(options && { options }),
    ...(afterMs !== undefined && { deadlineAfterMs: afterMs }),
    ...(beforeMs !== undefined && { deadlineBeforeMs: beforeMs }),
  };
}

/** The oldest answer that a client accepts, in milliseconds; `Infinity` without an argument. */
export function requireMaxAgeMs(argument: string, seconds: number | null | undefined): number {
  if (seconds === null || seconds === undefined) return Infinity;
  if (seconds < 0) throw badUserInput(argument, 'a number of seconds from 0 on', String(seconds));
  return seconds * 1_000;
}

function requireOptions(argument: string, options: readonly TaskOption[] | null | undefined) {
  if (!options) return undefined;
  const tooMany = options.length > REQUESTABLE_OPTIONS.length;
  const requested = tooMany ? [] : REQUESTABLE_OPTIONS.filter((option) => options.includes(option));
  // The lengths are equal only if every option can be requested and none is repeated.
  if (options.length === 0 || requested.length !== options.length) {
    throw badUserInput(
      argument,
      `1 to ${REQUESTABLE_OPTIONS.length} different ones of ${REQUESTABLE_OPTIONS.join(', ')}`,
      options.length > 10 ? `${options.length} options` : `[${options.join(', ')}]`,
    );
  }
  return requested;
}

/** @returns Unix milliseconds. @throws GatewayError `BAD_USER_INPUT` */
export function requireTimeMs(argument: string, time: Date | null | undefined): number | undefined {
  if (!time) return undefined;
  if (!(time.getTime() >= 0)) {
    throw badUserInput(argument, 'a time from 1970-01-01 on', String(time));
  }
  return time.getTime();
}

function quote(text: string): string {
  const shown = text.length > MAX_QUOTED_LENGTH ? `${text.slice(0, MAX_QUOTED_LENGTH)}…` : text;
  return JSON.stringify(shown);
}
