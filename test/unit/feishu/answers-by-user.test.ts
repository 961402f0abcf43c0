import fc from 'fast-check';
import { GatewayError } from '../../../src/domain/errors';
import { createPartReaders } from '../../../src/feishu/part-readers';
import { readItems } from '../../../src/feishu/stage-task.answer';
import { countUnreadable } from '../../../src/feishu/unreadable';
import { findByUserListDataWire } from '../../../src/feishu/wire/stage-task.wire';
import { ITEM, TASK } from '../../support/feishu-answer';

const TRACE = { code: 0, httpStatus: 200, logId: 'log-1' };

/** What an answer says of the users of a call, with errors by their codes. */
function answersTo(
  userIds: readonly string[],
  items: unknown,
  idType: 'OPEN_ID' | 'USER_ID' = 'OPEN_ID',
) {
  const unreadable = countUnreadable();
  const received = findByUserListDataWire.parse({ items }).items;
  const { users, isComplete } = readItems(
    { userIds, idType },
    received,
    TRACE,
    unreadable.note,
    createPartReaders(),
  );
  const said = [...users].map(([userId, answer]) => [
    userId,
    answer instanceof GatewayError ? answer.code : (answer?.userId ?? null),
  ]);
  return { said, isComplete, unreadable: unreadable.parts };
}

describe('what an answer says of a user of the call', () => {
  const NAMELESS = { ...ITEM, user_id: undefined };
  const asked = ['ou_anna', 'ou_bela'];

  test('is null when the answer is complete and leaves the user out', () => {
    expect(answersTo(asked, [ITEM])).toEqual({
      said: [
        ['ou_anna', 'ou_anna'],
        ['ou_bela', null],
      ],
      isComplete: true,
      unreadable: {},
    });
  });

  test.each([
    ['has no user ID', NAMELESS, { item_without_user: 1 }],
    ['is not an object', 7, { item_without_user: 1 }],
    ['is of a user outside the call', { ...ITEM, user_id: 'ou_cora' }, { item_of_another_user: 1 }],
  ])('is an error for a user that is left out when an item %s', (_, item, unreadable) => {
    expect(answersTo(asked, [item, ITEM])).toEqual({
      said: [
        ['ou_anna', 'ou_anna'],
        ['ou_bela', 'UPSTREAM_MALFORMED'],
      ],
      isComplete: false,
      unreadable,
    });
  });

  test('is a lack of permission when no item has a user ID, of type USER_ID', () => {
    const lacks = 'UPSTREAM_PERMISSION_DENIED';
    const said = (items: unknown, idType: 'OPEN_ID' | 'USER_ID') =>
      answersTo(['anna'], items, idType).said[0]?.[1];
    expect(said([NAMELESS, NAMELESS], 'USER_ID')).toBe(lacks);
    expect(said([NAMELESS, { ...ITEM, user_id: 'bela' }], 'USER_ID')).toBe('UPSTREAM_MALFORMED');
    expect(said([NAMELESS], 'OPEN_ID')).toBe('UPSTREAM_MALFORMED');
  });

  test('is one answer when two items say the same, in any order of fields', () => {
    const again = Object.fromEntries(Object.entries(ITEM).reverse());
    const { said, isComplete, unreadable } = answersTo(['ou_anna'], [ITEM, again]);
    expect({ said, isComplete, unreadable }).toEqual({
      said: [['ou_anna', 'ou_anna']],
      isComplete: true,
      unreadable: {},
    });
  });

  test.each([
    ['says less', { ...ITEM, stage_task_info_lists: [] }, { repeated_item: 1 }],
    ['cannot be read', { ...ITEM, stage_num_lists: 7 }, { repeated_item: 1, list: 1 }],
  ])('is an error when a second item %s, in either order', (_, other, unreadable) => {
    for (const items of [
      [ITEM, other],
      [other, ITEM],
    ]) {
      expect(answersTo(['ou_anna'], items)).toEqual({
        said: [['ou_anna', 'UPSTREAM_MALFORMED']],
        isComplete: true,
        unreadable,
      });
    }
  });

  test('is never another user’s, and never null unless each item has a user', () => {
    const item = fc.record(
      {
        user_id: fc.constantFrom('ou_anna', 'ou_bela', 'ou_cora', '', 7, null),
        stage_task_info_lists: fc.constantFrom<unknown>([TASK], [], [7], 'none'),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(fc.array(fc.oneof(item, fc.jsonValue()), { maxLength: 6 }), (items) => {
        const { said, isComplete } = answersTo(asked, items);
        for (const [userId, answer] of said) {
          expect([userId, 'UPSTREAM_MALFORMED', null]).toContain(answer);
          if (!isComplete) expect(answer).not.toBeNull();
        }
      }),
    );
  });
});
