import fc from 'fast-check';
import { GatewayError } from '../../../src/domain/errors';
import { readItems } from '../../../src/feishu/stage-task.answer';
import { countUnreadable } from '../../../src/feishu/unreadable';
import { findByUserListDataWire } from '../../../src/feishu/wire/stage-task.wire';
import { ITEM, TASK } from '../../support/feishu-answer';

const TRACE = { code: 0, httpStatus: 200, logId: 'log-1' };

/** What an answer says of the users that were asked for, with errors by their codes. */
function answersTo(
  userIds: readonly string[],
  items: unknown,
  idType: 'OPEN_ID' | 'USER_ID' = 'OPEN_ID',
) {
  const unreadable = countUnreadable();
  const received = findByUserListDataWire.parse({ items }).items;
  const { users, isComplete } = readItems({ userIds, idType }, received, TRACE, unreadable.note);
  const said = [...users].map(([userId, answer]) => [
    userId,
    answer instanceof GatewayError ? answer.code : (answer?.userId ?? null),
  ]);
  return { said, isComplete, unreadable: unreadable.parts };
}

describe('what an answer says of the users that were asked for', () => {
  const NAMELESS = { ...ITEM, user_id: undefined };
  const asked = ['ou_anna', 'ou_bela'];

  test('is null for a user only where it is complete and leaves this user out', () => {
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
    ['does not say whose it is', NAMELESS, { item_without_user: 1 }],
    ['is none', 7, { item_without_user: 1 }],
    ['is of a user not asked for', { ...ITEM, user_id: 'ou_cora' }, { item_of_another_user: 1 }],
  ])('is an error for users that are left out where an item %s', (_, item, unreadable) => {
    expect(answersTo(asked, [item, ITEM])).toEqual({
      said: [
        ['ou_anna', 'ou_anna'],
        ['ou_bela', 'UPSTREAM_MALFORMED'],
      ],
      isComplete: false,
      unreadable,
    });
  });

  test('is a lack of permission where no item at all has a user ID, of type USER_ID', () => {
    const lacks = 'UPSTREAM_PERMISSION_DENIED';
    const said = (items: unknown, idType: 'OPEN_ID' | 'USER_ID') =>
      answersTo(['anna'], items, idType).said[0]?.[1];
    expect(said([NAMELESS, NAMELESS], 'USER_ID')).toBe(lacks);
    expect(said([NAMELESS, { ...ITEM, user_id: 'bela' }], 'USER_ID')).toBe('UPSTREAM_MALFORMED');
    expect(said([NAMELESS], 'OPEN_ID')).toBe('UPSTREAM_MALFORMED');
  });

  test('is one answer where two items say the same, in whatever order of fields', () => {
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
  ])('is an error where a second item %s, whichever comes first', (_, other, unreadable) => {
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

  test('is never another user’s, and never null unless each item has a user, whatever it holds', () => {
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
