import { z } from 'zod';
import { badUserInput } from '../domain/errors';
import { FIRST_POSITION, MAX_USERS_PER_PAGE, type PagePosition } from '../domain/page-position';
import { filterKey, isUnfiltered, type StageTaskFilter } from '../domain/stage-task-filter';
import { UserIdType } from '../domain/user';
import { decode, encode } from './opaque-id';

/** The list that a cursor belongs to. */
export interface CursorList {
  readonly semesterId: string;
  readonly idType: UserIdType;
  readonly filter: StageTaskFilter;
}

/** Feishu's token of a page may have some hundred characters. */
const MAX_CURSOR_LENGTH = 4_096;

const cursorParts = z.tuple([
  z.string(),
  z.enum(UserIdType),
  z.string(),
  z.string(),
  z.int().min(0).max(MAX_USERS_PER_PAGE),
]);

/** Clients treat a cursor as opaque. It is a place after a user, and grants no access. */
export function toCursor(list: CursorList, { pageToken, skip }: PagePosition): string {
  return encode([...partsOf(list), pageToken, skip]);
}

/** The place in a list, from an absent or valid cursor. @throws GatewayError `BAD_USER_INPUT` */
export function requireCursor(
  argument: string,
  list: CursorList,
  cursor: string | null | undefined,
): PagePosition {
  if (cursor === null || cursor === undefined) return FIRST_POSITION;
  const position = readCursor(cursor);
  // Base64 decoding ignores invalid characters, so compare the texts. This also compares the lists.
  if (position && toCursor(list, position) === cursor) return position;
  throw badUserInput(
    argument,
    'a cursor from an earlier response with the same cycle, userIdType and filter',
    position ? 'the cursor of another list' : 'another text',
  );
}

/** The place that a cursor names, in whichever list. @returns `undefined` if the text is no cursor */
export function readCursor(cursor: string): PagePosition | undefined {
  if (cursor.length > MAX_CURSOR_LENGTH) return undefined;
  const decoded = cursorParts.safeParse(decode(cursor));
  if (!decoded.success) return undefined;
  const [, , , pageToken, skip] = decoded.data;
  return { pageToken, skip };
}

function partsOf({ semesterId, idType, filter }: CursorList): readonly string[] {
  return [semesterId, idType, isUnfiltered(filter) ? '' : filterKey(filter)];
}
