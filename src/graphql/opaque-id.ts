import { z } from 'zod';
import { badUserInput } from '../domain/errors';
import { requireFilter, requireSemesterId, requireUser } from '../domain/input-rules';
import type { StageTask } from '../domain/stage-task';
import type { StageTaskFilter } from '../domain/stage-task-filter';
import { TaskOption } from '../domain/stage-task';
import { UserIdType, type UserKey } from '../domain/user';

/** What one `UserStageTasks` is a view of. */
export interface StageTasksKey {
  readonly user: UserKey;
  readonly semesterId: string;
  readonly filter: StageTaskFilter;
}

/**
 * IDs are opaque to clients and readable to the gateway, which has no memory to look them up in. They
 * prove nothing: a client that sends one is authorized as if it had named the user outright.
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

/** @throws BAD_USER_INPUT for an ID that was not made here, or not for this type */
export function fromUserStageTasksId(argument: string, id: string): StageTasksKey {
  const decoded = userStageTasksId.safeParse(decode(id));
  if (!decoded.success) throw notOurs(argument);
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
  // Decoding overlooks stray characters; one view has exactly one ID.
  if (toUserStageTasksId(key) !== id) throw notOurs(argument);
  return key;
}

function notOurs(argument: string) {
  return badUserInput(argument, 'an ID that a UserStageTasks was answered with', 'another text');
}

function encode(parts: readonly unknown[]): string {
  return Buffer.from(JSON.stringify(parts)).toString('base64url');
}

function decode(id: string): unknown {
  try {
    return JSON.parse(Buffer.from(id, 'base64url').toString());
  } catch {
    return undefined;
  }
}
