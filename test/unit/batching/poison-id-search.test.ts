import fc from 'fast-check';
import { createPoisonIdSearch, type PoisonIdSearch } from '../../../src/batching/poison-id-search';
import { idsOf } from '../../support/batching-world';
import { BAD, isBad, withBadAt } from '../../support/poison-ids';
import { refused } from '../../support/scripted-feishu';

const TRUSTED = () => true;
const UNKNOWN = () => false;

/** How a call fails for another reason than its IDs: its users wait again, or are gone. */
type Failure = 'again' | 'gone';

interface Options {
  /** Whether Feishu has answered any user of the cycle before. */
  readonly isCycleKnown?: boolean;
  readonly isTrusted?: (id: string) => boolean;
  /** Which IDs Feishu names as the reason. */
  readonly namesOf?: (asked: readonly string[]) => readonly string[];
  /** Which users leave while the n-th call is in flight, counted from 1. */
  readonly leaversOf?: (nth: number, waiting: readonly string[]) => readonly string[];
  /** Why the n-th call fails for another reason. */
  readonly failureOf?: (nth: number) => Failure | undefined;
}

/** Makes one call after the other until no user waits; the first one is the refused call. */
function searchAmong(ids: readonly string[], options: Options = {}) {
  const { isTrusted = UNKNOWN, namesOf = () => [], leaversOf, failureOf } = options;
  let isCycleKnown = options.isCycleKnown ?? true;
  const search = createPoisonIdSearch({ ids, isTrusted, isCycleKnown: () => isCycleKnown });
  const waiting = new Set(ids);
  const calls: string[][] = [];
  const foundIds: string[] = [];
  const answered: string[] = [];

  function blame(poisonIds: readonly string[]): void {
    foundIds.push(...poisonIds);
    for (const id of poisonIds) waiting.delete(id);
  }

  function settle(part: readonly string[]): void {
    const failure = calls.length > 1 ? failureOf?.(calls.length) : undefined;
    if (failure) {
      search.noteFailed();
      if (failure === 'gone') for (const id of part) waiting.delete(id);
    } else if (part.some(isBad)) {
      blame(search.noteRefused(part, refused(namesOf(part))));
    } else {
      isCycleKnown = true;
      answered.push(...part.filter((id) => waiting.delete(id)));
      blame(search.noteAnswered(part));
    }
  }

  for (let part = [...ids]; waiting.size > 0; part = nextPart(search, waiting)) {
    calls.push(part);
    for (const id of leaversOf?.(calls.length, [...waiting]) ?? []) waiting.delete(id);
    settle(part);
    if (waiting.size === 0) break;
    if (calls.length > 20 * ids.length) throw new Error('the search does not end');
  }
  return { calls, foundIds, answered };
}

/** The next part: at least one ID, none twice, all of which wait. */
function nextPart(search: PoisonIdSearch, waiting: ReadonlySet<string>): string[] {
  const wasAsking = search.isInFlight;
  const part = search.nextPart(waiting);
  const distinct = new Set(part).size;
  expect([wasAsking, search.isInFlight]).toEqual([false, true]);
  if (distinct === 0 || distinct < part.length || !part.every((id) => waiting.has(id))) {
    throw new Error(`a part: expected distinct waiting IDs, got ${JSON.stringify(part)}`);
  }
  return part;
}

const good = (ids: readonly string[]) => ids.filter((id) => !isBad(id)).sort();
const bad = (ids: readonly string[]) => ids.filter(isBad).sort();

/** All poison IDs were found, and all other users answered. */
function expectAllSettled(
  ids: readonly string[],
  { foundIds, answered }: ReturnType<typeof searchAmong>,
): void {
  expect([...foundIds].sort()).toEqual(bad(ids));
  expect([...answered].sort()).toEqual(good(ids));
}

describe('one poison ID of 50', () => {
  const places = Array.from({ length: 50 }, (_, place) => place);

  test.each([
    ['all others are unknown', UNKNOWN],
    ['all others are trusted', (id: string) => !isBad(id)],
    ['all others are unknown, and it was good once', isBad],
    ['all are trusted', TRUSTED],
    ['half of the others are trusted', (id: string) => Number(id.slice(3)) % 2 === 0],
  ])('is found at any place in eight calls and fails no other user when %s', (_, isTrusted) => {
    for (const place of places) {
      const ids = withBadAt(place);
      const found = searchAmong(ids, { isTrusted });
      expectAllSettled(ids, found);
      expect(found.calls.length).toBeLessThanOrEqual(8);
    }
  });

  test('costs one more call when it is the only unknown ID', () => {
    for (const place of places) {
      const { calls } = searchAmong(withBadAt(place), { isTrusted: (id) => !isBad(id) });
      expect(calls).toEqual([withBadAt(place), idsOf(49)]);
    }
  });

  test('costs at most nine calls when it and most others were good before', () => {
    for (const place of places) {
      const ids = withBadAt(place);
      const found = searchAmong(ids, { isTrusted: (id) => id !== 'ou_1' });
      expectAllSettled(ids, found);
      expect(found.calls.length).toBeLessThanOrEqual(9);
    }
  });

  test('costs at most nine calls and no three refusals in a row in a cycle without any answer', () => {
    for (const place of places) {
      const ids = withBadAt(place);
      const found = searchAmong(ids, { isCycleKnown: false });
      expectAllSettled(ids, found);
      expect(found.calls.length).toBeLessThanOrEqual(9);
      expect(found.calls.slice(0, 3).every((part) => part.some(isBad))).toBe(false);
    }
  });

  test('is found in a call of any size', () => {
    for (let count = 1; count <= 50; count += 1) {
      for (const place of [0, Math.floor(count / 2), count - 1]) {
        const ids = withBadAt(place, count);
        const found = searchAmong(ids);
        expectAllSettled(ids, found);
        expect(found.calls.length).toBeLessThanOrEqual(2 + Math.ceil(Math.log2(count)));
      }
    }
  });
});

describe('a poison ID that Feishu names', () => {
  const firstBad = (asked: readonly string[]) => asked.filter(isBad).slice(0, 1);

  test.each([
    ['three calls', 'unknown', UNKNOWN, [[BAD], idsOf(49)]],
    ['two calls', 'trusted', TRUSTED, [idsOf(49)]],
  ])('costs %s wherever it stands, among %s users', (_, __, isTrusted, further) => {
    for (let place = 0; place < 50; place += 1) {
      const ids = withBadAt(place);
      const found = searchAmong(ids, { namesOf: firstBad, isTrusted });
      expect(found.calls).toEqual([ids, ...further]);
      expectAllSettled(ids, found);
    }
  });

  test('costs two calls, and one for all good users, when several are named one after the other', () => {
    for (let count = 1; count <= 10; count += 1) {
      const ids = [...idsOf(50 - count), ...idsOf(count, 'ou_bad')];
      const found = searchAmong(ids, { namesOf: firstBad });
      expectAllSettled(ids, found);
      expect(found.calls.length).toBeLessThanOrEqual(1 + 2 * count);
    }
  });

  test('is separated from others that are named with it', () => {
    const ids = [...idsOf(48), ...idsOf(2, 'ou_bad')];
    const found = searchAmong(ids, { namesOf: (asked) => asked.filter(isBad) });
    expectAllSettled(ids, found);
    expect(found.calls.length).toBeLessThanOrEqual(5);
  });

  test('is not blamed for its name alone', () => {
    const wrong = (asked: readonly string[]) => asked.filter((id) => !isBad(id)).slice(0, 1);
    for (let place = 0; place < 50; place += 1) {
      const ids = withBadAt(place);
      const found = searchAmong(ids, { namesOf: wrong });
      expectAllSettled(ids, found);
      expect(found.calls.length).toBeLessThanOrEqual(10);
    }
  });

  test('is found and fails no other user, for any names', () => {
    const ids = withBadAt(20, 12);
    const names = fc.array(fc.subarray([...ids, 'ou_stranger']), { maxLength: 30 });
    fc.assert(
      fc.property(names, fc.subarray(ids), (said, trusted) => {
        const coming = [...said];
        const namesOf = () => coming.shift() ?? [];
        const found = searchAmong(ids, { namesOf, isTrusted: (id) => trusted.includes(id) });
        expectAllSettled(ids, found);
        expect(found.calls.length).toBeLessThanOrEqual(2 * ids.length);
      }),
      { numRuns: 1_000 },
    );
  });
});

/** From 2 to 50 IDs in any order, with poison IDs and trusted IDs among them. */
const crowds = fc
  .tuple(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 10 }))
  .chain(([goodCount, badCount]) => {
    const all = [...idsOf(goodCount), ...idsOf(badCount, 'ou_bad')];
    const ids = fc.shuffledSubarray(all, { minLength: all.length });
    const isTrusted = fc.subarray(all).map((trusted) => (id: string) => trusted.includes(id));
    return fc.record({ ids, isTrusted });
  });
/** Six calls halve 50 IDs, one is for less suspicious IDs, and one for all others. */
const CALLS_FOR_EACH_BAD_ID = 8;

describe('several poison IDs', () => {
  test('are all found, and all other users are answered', () => {
    fc.assert(
      fc.property(crowds, ({ ids, isTrusted }) => {
        const found = searchAmong(ids, { isTrusted });
        expectAllSettled(ids, found);
        const most = 1 + CALLS_FOR_EACH_BAD_ID * bad(ids).length;
        expect(found.calls.length).toBeLessThanOrEqual(most);
      }),
      { numRuns: 500 },
    );
  });

  test('are all found if no ID is good', () => {
    const ids = idsOf(50, 'ou_bad');
    const found = searchAmong(ids);
    expectAllSettled(ids, found);
    expect(found.calls.length).toBeLessThanOrEqual(1 + CALLS_FOR_EACH_BAD_ID * ids.length);
  });
});

describe('disconnects and other failures during a search', () => {
  /** For each call, the places of waiting users that leave, and how it fails. */
  const disturbances = fc.array(
    fc.record({
      leavers: fc.array(fc.nat(49), { maxLength: 4 }),
      failure: fc.option(fc.constantFrom<Failure>('again', 'gone'), { freq: 4, nil: undefined }),
    }),
    { maxLength: 40 },
  );

  test('never blame a good ID, and lose no user', () => {
    fc.assert(
      fc.property(crowds, disturbances, ({ ids, isTrusted }, disturbed) => {
        const left = new Set<string>();
        const leaversOf = (nth: number, waiting: readonly string[]) => {
          const places = disturbed[nth - 1]?.leavers ?? [];
          const leavers = places.flatMap((place) => waiting[place] ?? []);
          for (const id of leavers) left.add(id);
          return leavers;
        };
        const failureOf = (nth: number) => disturbed[nth - 1]?.failure;
        const { foundIds, answered, calls } = searchAmong(ids, {
          isTrusted,
          leaversOf,
          failureOf,
        });
        expect(good(foundIds)).toEqual([]);
        expect(new Set(foundIds).size).toBe(foundIds.length);
        expect(bad(answered)).toEqual([]);
        const failed = calls.filter((_, i) => i > 0 && failureOf(i + 1) === 'gone').flat();
        const settled = new Set([...foundIds, ...answered, ...left, ...failed]);
        expect([...settled].sort()).toEqual([...ids].sort());
        const most = 1 + disturbed.length + CALLS_FOR_EACH_BAD_ID * bad(ids).length;
        expect(calls.length).toBeLessThanOrEqual(most);
      }),
      { numRuns: 1_000 },
    );
  });

  test('do not blame the last user of a call whose poison ID has left', () => {
    const ids = ['ou_1', BAD];
    const { foundIds, answered } = searchAmong(ids, {
      leaversOf: (nth) => (nth === 1 ? [BAD] : []),
    });
    expect({ foundIds, answered }).toEqual({ foundIds: [], answered: ['ou_1'] });
  });
});
