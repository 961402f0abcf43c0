import { isDeepStrictEqual } from 'node:util';
import { GatewayError, type UpstreamTrace } from '../domain/errors';
import type { UserStageTasks } from '../domain/stage-task';
import { alignByUser, type Alignment } from './alignment';
import type { StageTaskAnswer, StageTaskQuery } from './ports';
import { toUserStageTasks } from './stage-task.mapping';
import type { NoteUnreadable } from './unreadable';
import type { ReceivedItemWire } from './wire/stage-task.wire';

/** Without it Feishu leaves `user_id` out of its answers, without an error. (fact 32) */
const USER_ID_SCOPE = 'contact:user.employee_id:readonly';

type Query = Pick<StageTaskQuery, 'userIds' | 'idType'>;

interface Item {
  readonly userId: string | undefined;
  /** `null` where it cannot be read. */
  readonly stageTasks: UserStageTasks | null;
}

/**
 * What an answer says of each user that was asked for. Feishu knows nothing of a user whom a complete
 * answer leaves out. In an incomplete one the user's tasks may be in an item that does not say whose it is.
 */
export function readItems(
  query: Query,
  items: readonly (ReceivedItemWire | null)[],
  upstream: UpstreamTrace,
  note: NoteUnreadable,
): Pick<StageTaskAnswer, 'users' | 'isComplete'> {
  const read = items.map((item) => readItem(item, note));
  const aligned = alignByUser(query.userIds, read);
  for (const { userId } of aligned.unassigned) {
    note(userId === undefined ? 'item_without_user' : 'item_of_another_user');
  }
  const isComplete = aligned.unassigned.length === 0;
  const leftOut = isComplete ? null : errorOfLeftOut(query, read, aligned, upstream);
  const users = [...aligned.byUser].map(
    ([userId, own]) => [userId, answerOf(own, upstream, note) ?? leftOut] as const,
  );
  return { users: new Map(users), isComplete };
}

function readItem(wire: ReceivedItemWire | null, note: NoteUnreadable): Item {
  if (!wire?.user_id) return { userId: undefined, stageTasks: null };
  return { userId: wire.user_id, stageTasks: toUserStageTasks(wire.user_id, wire, note) };
}

/** `undefined` for a user without an item. Items that say the same are one. */
function answerOf(
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

function errorOfLeftOut(
  { idType }: Query,
  items: readonly Item[],
  { unassigned }: Alignment<Item>,
  upstream: UpstreamTrace,
): GatewayError {
  if (idType === 'USER_ID' && items.every(({ userId }) => userId === undefined)) {
    return new GatewayError(
      'UPSTREAM_PERMISSION_DENIED',
      `Feishu does not say whose tasks these are: the app needs the scope ${USER_ID_SCOPE}.`,
      { upstream },
    );
  }
  return unassigned.some(({ userId }) => userId === undefined)
    ? malformed(
        "Feishu's answer leaves out whose tasks some are: this user's are not known.",
        upstream,
      )
    : malformed(
        "Feishu's answer names users that were not asked for: this user's tasks are not known.",
        upstream,
      );
}

function malformed(message: string, upstream: UpstreamTrace): GatewayError {
  return new GatewayError('UPSTREAM_MALFORMED', message, { upstream });
}
