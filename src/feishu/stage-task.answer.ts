import { isDeepStrictEqual } from 'node:util';
import { GatewayError, type UpstreamTrace } from '../domain/errors';
import type { UserStageTasks } from '../domain/stage-task';
import { alignByUser, type Alignment } from './alignment';
import type { StageTaskAnswer, StageTaskQuery } from './ports';
import type { SharedParts } from './shared-parts';
import { toUserStageTasks } from './stage-task.mapping';
import type { NoteUnreadable } from './unreadable';
import type { ReceivedItemWire } from './wire/stage-task.wire';

/** Without this scope Feishu omits `user_id` from its answers and reports no error. (fact 32) */
const USER_ID_SCOPE = 'contact:user.employee_id:readonly';

type Query = Pick<StageTaskQuery, 'userIds' | 'idType'>;

interface Item {
  readonly userId: string | undefined;
  /** `null` if the item is unreadable. */
  readonly stageTasks: UserStageTasks | null;
}

/**
 * Returns the result for each requested user. A user that is missing from a complete answer is unknown to
 * Feishu. A user that is missing from an incomplete answer gets an error, because an item without a user ID
 * may be theirs.
 */
export function readItems(
  query: Query,
  items: readonly (ReceivedItemWire | null)[],
  upstream: UpstreamTrace,
  note: NoteUnreadable,
  parts: SharedParts,
): Pick<StageTaskAnswer, 'users' | 'isComplete'> {
  const read = items.map((item) => readItem(item, note, parts));
  const aligned = alignByUser(query.userIds, read);
  for (const { userId } of aligned.unassigned) {
    note(userId === undefined ? 'item_without_user' : 'item_of_another_user');
  }
  const isComplete = aligned.unassigned.length === 0;
  const missing = isComplete ? null : missingUserError(query, read, aligned, upstream);
  const users = [...aligned.byUser].map(
    ([userId, own]) => [userId, readUser(own, upstream, note) ?? missing] as const,
  );
  return { users: new Map(users), isComplete };
}

function readItem(wire: ReceivedItemWire | null, note: NoteUnreadable, parts: SharedParts): Item {
  if (!wire?.user_id) return { userId: undefined, stageTasks: null };
  return { userId: wire.user_id, stageTasks: toUserStageTasks(wire.user_id, wire, note, parts) };
}

/** Returns `undefined` for a user without an item. Equal items count as one. */
function readUser(
  [first, ...others]: readonly Item[],
  upstream: UpstreamTrace,
  note: NoteUnreadable,
): UserStageTasks | GatewayError | undefined {
  if (!first) return undefined;
  const different = others.filter((item) => !isDeepStrictEqual(item, first));
  different.forEach(() => {
    note('repeated_item');
  });
  if (different.length > 0) {
    return malformed("Feishu's answer contradicts itself about this user.", upstream);
  }
  return (
    first.stageTasks ?? malformed("Feishu's answer about this user could not be read.", upstream)
  );
}

function missingUserError(
  { idType }: Query,
  items: readonly Item[],
  { unassigned }: Alignment<Item>,
  upstream: UpstreamTrace,
): GatewayError {
  if (idType === 'USER_ID' && items.every(({ userId }) => userId === undefined)) {
    return new GatewayError(
      'UPSTREAM_PERMISSION_DENIED',
      `Feishu's answer contains no user IDs: give the app the scope ${USER_ID_SCOPE}.`,
      { upstream },
    );
  }
  return unassigned.some(({ userId }) => userId === undefined)
    ? malformed(
        "Some tasks in Feishu's answer have no user ID: this user's tasks are unknown.",
        upstream,
      )
    : malformed(
        "Feishu's answer contains users that were not requested: this user's tasks are unknown.",
        upstream,
      );
}

function malformed(message: string, upstream: UpstreamTrace): GatewayError {
  return new GatewayError('UPSTREAM_MALFORMED', message, { upstream });
}
