import { z } from 'zod';
import { badUserInput } from '../domain/errors';
import { requireFilter, requireSemesterId, requireUser } from '../domain/input-rules';
import type { StageTask } from '../domain/stage-task';
import type { StageTaskFilter } from '../domain/stage-task-filter';
import { TaskOption } from '../domain/stage-task';
import { UserIdType, type UserKey } from '../domain/user';

/** Identifies one `UserStageTasks`. */
export interface StageTasksKey {
  readonly user: UserKey;
  readonly semesterId: string;
  readonly filter: StageTaskFilter;
}

/**
 * Clients treat the ID as opaque. The gateway decodes it, because it stores no IDs. An ID grants no access:
 * a client that sends one needs the same permission as for the user's own ID.
 */
export function toUserStageTasksId({ user, semesterId, filter }: StageTasksKey): string {
  return encode([
    semesterId,
    user.idType,
    user.id,
    filter.options ?? null,
    filter.deadlineAfterMs ?? null,
    filter.deadlineBeforeMs ?? null,
  ]);
}

export function toStageTaskId({ user, semesterId }: StageTasksKey, task: StageTask): string {
  const { stageId, option, ordinal } = task;
  return encode([semesterId, user.idType, user.id, stageId, option, ...(ordinal ? [ordinal] : [])]);
}

const timeMs = z.number().int().nonnegative().nullable();
const userStageTasksId = z.tuple([
  z.string(),
  z.enum(UserIdType),
  z.string(),
  z.array(z.enum(TaskOption)).nullable(),
  timeMs,
  timeMs,
]);

/** @throws BAD_USER_INPUT for a text that is not the ID of a `UserStageTasks` */
export function fromUserStageTasksId(argument: string, id: string): StageTasksKey {
  const decoded = userStageTasksId.safeParse(decode(id));
  if (!decoded.success) throw unknownId(argument);
  const [semesterId, idType, userId, options, afterMs, beforeMs] = decoded.data;
  const key = {
    user: requireUser(argument, userId, idType),
    semesterId: requireSemesterId(argument, semesterId),
    filter: requireFilter(argument, {
      options,
      deadlineAfter: afterMs === null ? null : new Date(afterMs),
      deadlineBefore: beforeMs === null ? null : new Date(beforeMs),
    }),
  };
  // Base64 decoding ignores invalid characters, but one view must have exactly one ID.
  if (toUserStageTasksId(key) !== id) throw unknownId(argument);
  return key;
}

function unknownId(argument: string) {
  return badUserInput(
    argument,
    'the ID of a UserStageTasks from an earlier response',
    'another text',
  );
}

/** Encodes values as a text that clients treat as opaque. */
export function encode(parts: readonly unknown[]): string {
  return Buffer.from(JSON.stringify(parts)).toString('base64url');
}

/** @returns `undefined` for a text that `encode` has not made */
export function decode(id: string): unknown {
  try {
    return JSON.parse(Buffer.from(id, 'base64url').toString());
  } catch {
    return undefined;
  }
}
