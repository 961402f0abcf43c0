import fc from 'fast-check';
import { alignByUser, type AnsweredItem } from '../../../src/feishu/alignment';

interface Item extends AnsweredItem {
  /** Tells two items of the same user apart. */
  readonly nth: number;
}

const itemOf = (userId: string | undefined, nth = 1): Item => ({ userId, nth });
const [anna, bela, cora] = [itemOf('anna'), itemOf('bela'), itemOf('cora')];
const nameless = itemOf(undefined);

/** As a list, which keeps the order of the users. */
function align(userIds: readonly string[], items: readonly Item[]) {
  const { byUser, unassigned } = alignByUser(userIds, items);
  return { byUser: [...byUser], unassigned };
}

describe('the users of one call', () => {
  test('have their own items, in whatever order Feishu answers', () => {
    expect(align(['anna', 'bela', 'cora'], [cora, anna, bela])).toEqual({
      byUser: [
        ['anna', [anna]],
        ['bela', [bela]],
        ['cora', [cora]],
      ],
      unassigned: [],
    });
  });

  test('have no item when Feishu leaves them out', () => {
    expect(align(['anna', 'bela'], [anna]).byUser).toEqual([
      ['anna', [anna]],
      ['bela', []],
    ]);
  });

  test('have all of their items when Feishu repeats them', () => {
    const again = itemOf('anna', 2);
    expect(align(['anna'], [anna, again]).byUser).toEqual([['anna', [anna, again]]]);
  });

  test('are found by their exact ID, even one that is a property of every object', () => {
    const proto = itemOf('__proto__');
    expect(align(['constructor', 'Anna'], [anna])).toEqual({
      byUser: [
        ['constructor', []],
        ['Anna', []],
      ],
      unassigned: [anna],
    });
    expect(align(['__proto__'], [proto]).byUser).toEqual([['__proto__', [proto]]]);
  });
});

describe('an item', () => {
  test('without a user ID belongs to no user, even in a call for one user', () => {
    expect(align(['anna'], [nameless])).toEqual({
      byUser: [['anna', []]],
      unassigned: [nameless],
    });
  });

  test('of a user that is not in the call belongs to no user', () => {
    expect(align(['bela'], [anna, bela, cora])).toEqual({
      byUser: [['bela', [bela]]],
      unassigned: [anna, cora],
    });
  });
});

/** Few names, so that users are often left out, repeated, or joined by strangers. */
const userId = fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f', '__proto__');
const asked = fc.uniqueArray(userId);
const itemsOf = (ids: readonly (string | undefined)[]) => ids.map((id, i) => itemOf(id, i));
const items = fc
  .array(fc.oneof(userId, fc.constant(undefined)), { maxLength: 15 })
  .map((ids) => itemsOf(ids));
const strangers = fc
  .array(userId, { maxLength: 5 })
  .map((ids) => itemsOf(ids.map((id) => `stranger-${id}`)));

describe('for any answer of Feishu', () => {
  test('there is one entry for each user of the call, in order, with its own items only', () => {
    fc.assert(
      fc.property(asked, items, (userIds, answered) => {
        const { byUser } = alignByUser(userIds, answered);
        expect([...byUser.keys()]).toEqual(userIds);
        for (const [id, own] of byUser) {
          expect(own).toEqual(answered.filter((item) => item.userId === id));
        }
      }),
    );
  });

  test('each item has exactly one place', () => {
    fc.assert(
      fc.property(asked, items, (userIds, answered) => {
        const { byUser, unassigned } = alignByUser(userIds, answered);
        const placed = [...[...byUser.values()].flat(), ...unassigned];
        expect(placed).toHaveLength(answered.length);
        expect(new Set(placed)).toEqual(new Set(answered));
      }),
    );
  });

  test('items of strangers are all unassigned, and change no entry', () => {
    fc.assert(
      fc.property(asked, items, strangers, fc.nat(), (userIds, answered, others, place) => {
        const crowded = answered.toSpliced(place % (answered.length + 1), 0, ...others);
        const [alone, together] = [alignByUser(userIds, answered), alignByUser(userIds, crowded)];
        expect(together.byUser).toEqual(alone.byUser);
        expect(new Set(together.unassigned)).toEqual(new Set([...alone.unassigned, ...others]));
      }),
    );
  });

  test('the order of the items of different users does not matter', () => {
    const shuffled = fc
      .uniqueArray(userId)
      .map(itemsOf)
      .chain((all) =>
        fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length })),
      );
    fc.assert(
      fc.property(asked, shuffled, (userIds, [all, mixed]) => {
        expect(alignByUser(userIds, mixed).byUser).toEqual(alignByUser(userIds, all).byUser);
      }),
    );
  });
});
