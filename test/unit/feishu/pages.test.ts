import { GatewayError } from '../../../src/domain/errors';
import { createPartReaders } from '../../../src/feishu/part-readers';
import { readPage } from '../../../src/feishu/stage-task.answer';
import { toPageBody } from '../../../src/feishu/stage-task.mapping';
import { countUnreadable } from '../../../src/feishu/unreadable';
import { findByPageDataWire } from '../../../src/feishu/wire/stage-task.wire';
import type { UserIdType } from '../../../src/domain/user';
import { BASE, ITEM, NEIGHBOUR, SEMESTER_ID } from '../../support/feishu-answer';

const TRACE = { code: 0, httpStatus: 200, logId: 'log-1' };
const NAMELESS = { ...ITEM, user_id: undefined };

const queryOf = (pageToken: string, idType: UserIdType = 'OPEN_ID') => ({
  semesterId: SEMESTER_ID,
  idType,
  filter: {},
  pageToken,
});

/** What a page says, with errors by their codes. */
function read(data: object, pageToken = '', idType?: UserIdType) {
  const unreadable = countUnreadable();
  const received = findByPageDataWire.parse({ items: [], ...data });
  const query = queryOf(pageToken, idType);
  const page = readPage(query, received, TRACE, unreadable.note, createPartReaders());
  const users = page.users.map((user) => (user instanceof GatewayError ? user.code : user.userId));
  return { ...page, users, unreadable: unreadable.parts };
}

function errorOf(run: () => unknown): GatewayError {
  try {
    run();
  } catch (error) {
    if (error instanceof GatewayError) return error;
  }
  throw new Error('a page: expected an error of the gateway, got none');
}

describe('a page of everyone in a cycle', () => {
  test('has each user once, in the order of the answer', () => {
    expect(read({ base: BASE, items: [NEIGHBOUR, ITEM, ITEM], has_more: false })).toEqual({
      users: ['ou_bela', 'ou_anna'],
      nextPageToken: null,
      isComplete: true,
      unreadable: {},
    });
  });

  test('has an error in the place of each item that cannot be read', () => {
    const items = [ITEM, NAMELESS, 7, { ...NEIGHBOUR, stage_num_lists: 'x' }];
    expect(read({ items })).toMatchObject({
      users: ['ou_anna', 'UPSTREAM_MALFORMED', 'UPSTREAM_MALFORMED', 'UPSTREAM_MALFORMED'],
      isComplete: false,
      unreadable: { item_without_user: 2, list: 1 },
    });
  });

  test('has an error for a user about whom it contradicts itself', () => {
    const other = { ...ITEM, stage_num_lists: [] };
    expect(read({ items: [ITEM, NEIGHBOUR, other] }).users).toEqual([
      'UPSTREAM_MALFORMED',
      'ou_bela',
    ]);
  });

  test.each([
    ['more, with a token', { has_more: true, page_token: 'b' }, 'b'],
    ['a token alone', { page_token: 'b' }, 'b'],
    ['no more', { has_more: false, page_token: 'b' }, null],
    ['neither', {}, null],
  ])('goes on as Feishu says: %s', (_, position, next) => {
    expect(read(position, 'a').nextPageToken).toBe(next);
  });

  test.each([
    ['without a token', { has_more: true }],
    ['with its own token', { has_more: true, page_token: 'a' }],
  ])('is an error if it has a next page %s', (_, position) => {
    expect(errorOf(() => read(position, 'a')).code).toBe('UPSTREAM_MALFORMED');
  });

  test('is an error if it is of another cycle', () => {
    const base = { ...BASE, semester_id: '1' };
    expect(errorOf(() => read({ base, items: [ITEM] })).code).toBe('UPSTREAM_MALFORMED');
  });

  test('names the missing scope if it has no user ID at all', () => {
    const { code, message } = errorOf(() => read({ items: [NAMELESS, NAMELESS] }, '', 'USER_ID'));
    expect(code).toBe('UPSTREAM_PERMISSION_DENIED');
    expect(message).toContain('contact:user.employee_id:readonly');
    expect(read({ items: [] }, '', 'USER_ID').users).toEqual([]);
  });
});

test('the gateway asks for full pages, and for the first one without a token', () => {
  expect(toPageBody(queryOf(''))).toEqual({ semester_id: SEMESTER_ID, page_size: 50 });
  expect(toPageBody({ ...queryOf('b'), filter: { options: ['TODO'] } })).toEqual({
    semester_id: SEMESTER_ID,
    page_size: 50,
    page_token: 'b',
    task_option_lists: [1],
  });
});
