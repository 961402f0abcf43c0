import { isDeepStrictEqual } from 'node:util';
import { groupBy } from '../domain/collections';
import { GatewayError, type UpstreamTrace } from '../domain/errors';
import type { UserStageTasks } from '../domain/stage-task';
import { alignByUser, type Alignment } from './alignment';
import {
  PermissionDenied,
  type StageTaskAnswer,
  type StageTaskPage,
  type StageTaskPageQuery,
  type StageTaskQuery,
} from './ports';
import { toUserStageTasks, type PartReaders } from './stage-task.mapping';
import type { NoteUnreadable } from './unreadable';
import type { ReceivedItemWire, ReceivedPageWire } from './wire/stage-task.wire';

/** Without this scope Feishu omits `user_id` from its answers and reports no error. (fact 32) */
const USER_ID_SCOPE = 'contact:user.employee_id:readonly';

const UNREADABLE_USER = "Feishu's answer about this user could not be read.";

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
  readers: PartReaders,
): Pick<StageTaskAnswer, 'users' | 'isComplete'> {
  const read = items.map((item) => readItem(item, note, readers));
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

/**
 * Returns each user of a page once. An item without a user ID becomes an error, because it may be anyone's.
 * @throws GatewayError if the page cannot be used
 */
export function readPage(
  { idType, semesterId, pageToken }: StageTaskPageQuery,
  page: ReceivedPageWire,
  upstream: UpstreamTrace,
  note: NoteUnreadable,
  readers: PartReaders,
): Pick<StageTaskPage, 'users' | 'nextPageToken' | 'isComplete'> {
  if ((page.base?.semester_id ?? semesterId) !== semesterId) {
    throw malformed("Feishu's page is of another review cycle.", upstream);
  }
  const read = page.items.map((item) => readItem(item, note, readers));
  const nameless = read.filter(({ userId }) => userId === undefined);
  if (idType === 'USER_ID' && nameless.length > 0 && nameless.length === read.length) {
    throw withheldUserIds(upstream);
  }
  nameless.forEach(() => {
    note('item_without_user');
  });
  const users = [...groupBy(read, (item) => item.userId ?? item).values()].map(
    (own) => readUser(own, upstream, note) ?? malformed(UNREADABLE_USER, upstream),
  );
  const nextPageToken = readNextPageToken(page, pageToken, upstream);
  return { users, nextPageToken, isComplete: nameless.length === 0 };
}

/** @returns `null` on the last page. @throws GatewayError if there is a next page that cannot be asked for */
function readNextPageToken(
  { has_more: hasMore, page_token: next = '' }: ReceivedPageWire,
  pageToken: string,
  upstream: UpstreamTrace,
): string | null {
  if (hasMore === false || (hasMore === undefined && next === '')) return null;
  if (next !== '' && next !== pageToken) return next;
  throw malformed("Feishu's page does not say which page is the next.", upstream);
}

function readItem(wire: ReceivedItemWire | null, note: NoteUnreadable, readers: PartReaders): Item {
  if (!wire?.user_id) return { userId: undefined, stageTasks: null };
  return { userId: wire.user_id, stageTasks: toUserStageTasks(wire.user_id, wire, note, readers) };
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
  return first.stageTasks ?? malformed(UNREADABLE_USER, upstream);
}

function missingUserError(
  { idType }: Query,
  items: readonly Item[],
  { unassigned }: Alignment<Item>,
  upstream: UpstreamTrace,
): GatewayError {
  if (idType === 'USER_ID' && items.every(({ userId }) => userId === undefined)) {
    return withheldUserIds(upstream);
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

function withheldUserIds(upstream: UpstreamTrace): GatewayError {
  const message = `Feishu's answer contains no user IDs: give the app the scope ${USER_ID_SCOPE}.`;
  return new PermissionDenied(message, { upstream }, [USER_ID_SCOPE]);
}

function malformed(message: string, upstream: UpstreamTrace): GatewayError {
  return new GatewayError('UPSTREAM_MALFORMED', message, { upstream });
}
