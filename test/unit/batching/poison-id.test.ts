import type { BatchScope } from '../../../src/batching/scope';
import { GatewayError } from '../../../src/domain/errors';
import { Secret } from '../../../src/domain/secret';
import { answeredIds, errorOf, codeOf, failedIds } from '../../support/asking';
import {
  MINUTE_MS,
  SECOND_MS,
  idsOf,
  usersOf,
  createBatchingWorld,
  cycle,
  type WorldOptions,
} from '../../support/batching-world';
import { UPSTREAM } from '../../support/scripted-feishu';

const SCOPE = cycle('1');
const BAD = 'ou_bad';
/** As many IDs, with the bad one at this place. */
const withBadAt = (place: number, count = 50) => idsOf(count - 1).toSpliced(place, 0, BAD);
const isBad = (id: string) => id.startsWith('ou_bad');
const PATIENT = { timeMs: 20 * MINUTE_MS };

/** A cycle about which Feishu has answered before, so that the cycle is not what is wrong. */
function createWorld(options: WorldOptions = {}, known: readonly string[] = ['ou_known']) {
  const world = createBatchingWorld({ isBad, ...options });
  world.askAt(0, SCOPE, known);
  return {
    ...world,
    /** Calls after the one that made the cycle known. */
    searchCalls: () => usersOf(world.calls).slice(1),
  };
}

/** After a search that has found the one poison ID of 50. */
async function createWorldWithCulprit() {
  const world = createWorld();
  const searched = world.askAt(SECOND_MS, SCOPE, withBadAt(7));
  await world.run();
  expect(failedIds(searched)).toEqual([BAD]);
  const foundAtMs = searched[7]?.outcome?.atMs ?? NaN;
  const spent = world.calls.length;
  return { ...world, foundAtMs, furtherCalls: () => usersOf(world.calls.slice(spent)) };
}

describe('one poison ID among 49 good ones', () => {
  test.each([0, 24, 25, 49])(
    'fails no other user, within eight calls, at place %i',
    async (place) => {
      const world = createWorld();
      const all = world.askEachAt(SECOND_MS, SCOPE, withBadAt(place), PATIENT);
      await world.run();
      expect(failedIds(all)).toEqual([BAD]);
      expect(answeredIds(all)).toEqual(idsOf(49));
      expect(world.searchCalls().length).toBeLessThanOrEqual(8);
    },
  );

  test('costs one call more when the others have been answered before: they are asked for together', async () => {
    const world = createWorld({}, idsOf(49));
    const all = world.askAt(SECOND_MS, SCOPE, withBadAt(20));
    await world.run();
    expect(failedIds(all)).toEqual([BAD]);
    expect(answeredIds(all)).toEqual(idsOf(49));
    const [, ...further] = world.searchCalls();
    expect(further).toEqual([idsOf(49)]);
  });

  test('costs no more when the others have been answered before under another filter', async () => {
    const world = createWorld({}, idsOf(49));
    const filtered: BatchScope = { ...SCOPE, filter: { options: ['TODO'] } };
    const all = world.askAt(SECOND_MS, filtered, withBadAt(20));
    await world.run();
    expect(failedIds(all)).toEqual([BAD]);
    expect(world.searchCalls()).toHaveLength(2);
  });

  test('is found even if it was good once, such as the ID of a user who has left the company', async () => {
    let hasLeft = false;
    const world = createWorld({ isBad: (id) => hasLeft && id === BAD }, withBadAt(20));
    world.clock.at(SECOND_MS, () => (hasLeft = true));
    const all = world.askAt(2 * SECOND_MS, SCOPE, withBadAt(20));
    await world.run();
    expect(failedIds(all)).toEqual([BAD]);
    expect(answeredIds(all)).toEqual(idsOf(49));
  });

  test('is one ID, however many operations ask for it', async () => {
    const world = createWorld();
    const all = [BAD, BAD, BAD].map((id) => world.askAt(SECOND_MS, SCOPE, [id]));
    await world.run();
    expect(all.flat().map(codeOf)).toEqual(Array(3).fill('UPSTREAM_REJECTED'));
    expect(world.searchCalls()).toEqual([[BAD]]);
  });

  test('keeps all operations together that ask for the same user', async () => {
    const world = createWorld();
    const all = ['ou_1', 'ou_2', 'ou_1', 'ou_2', BAD].map((id) =>
      world.askAt(SECOND_MS, SCOPE, [id]),
    );
    await world.run();
    expect(all.map(failedIds)).toEqual([[], [], [], [], [BAD]]);
    for (const userIds of world.searchCalls()) {
      expect(new Set(userIds).size).toBe(userIds.length);
    }
    const [first, second, third, fourth] = all.map(([one]) => one?.outcome?.atMs);
    expect([third, fourth]).toEqual([first, second]);
  });

  test('is found at once if Feishu names it', async () => {
    const world = createWorld({ namesOf: (asked) => asked.filter(isBad) });
    const all = world.askAt(SECOND_MS, SCOPE, withBadAt(20));
    await world.run();
    expect(failedIds(all)).toEqual([BAD]);
    expect(world.searchCalls()).toEqual([withBadAt(20), [BAD], idsOf(49)]);
  });
});

describe('several poison IDs among good ones', () => {
  test('fail no other user, at eight calls for each of them', async () => {
    const world = createWorld();
    const ids = [...idsOf(45), ...idsOf(5, BAD)];
    const all = world.askEachAt(SECOND_MS, SCOPE, ids, PATIENT);
    await world.run();
    expect(answeredIds(all)).toEqual(idsOf(45));
    expect(failedIds(all)).toEqual(idsOf(5, BAD));
    expect(all.slice(45).map(codeOf)).toEqual(Array(5).fill('UPSTREAM_REJECTED'));
    expect(world.searchCalls().length).toBeLessThanOrEqual(1 + 8 * 5);
  });
});

describe('a search', () => {
  test('lets no new user share a call with those it searches among', async () => {
    const world = createWorld();
    world.askAt(SECOND_MS, SCOPE, withBadAt(49), PATIENT);
    // Comes while the first part is being asked for.
    const late = world.askAt(SECOND_MS + 150, SCOPE, ['ou_new'], PATIENT);
    await world.run();
    expect(answeredIds(late)).toEqual(['ou_new']);
    const withNew = usersOf(world.calls).filter((userIds) => userIds.includes('ou_new'));
    expect(withNew).toEqual([['ou_new']]);
  });

  test('answers operations that join it for a user it searches among', async () => {
    const world = createWorld();
    world.askAt(SECOND_MS, SCOPE, withBadAt(49), PATIENT);
    const late = world.askAt(SECOND_MS + 150, SCOPE, ['ou_1', 'ou_40', BAD], PATIENT);
    await world.run();
    expect(answeredIds(late)).toEqual(['ou_1', 'ou_40']);
    expect(failedIds(late)).toEqual([BAD]);
    expect(world.searchCalls().length).toBeLessThanOrEqual(8);
  });

  test('ends with its users: none of them is asked for once all have left', async () => {
    const world = createWorld();
    const leavesAfterMs = 150;
    const all = world.askAt(SECOND_MS, SCOPE, withBadAt(49), { ...PATIENT, leavesAfterMs });
    await world.run();
    expect(all.map(codeOf)).toEqual(Array(50).fill('UPSTREAM_TIMEOUT'));
    expect(world.searchCalls()).toHaveLength(2);
    expect(world.batcher.waitingUsers()).toBe(0);
  });
});

describe('a call with spare seats', () => {
  test('is asked again without them and blames no user, though one of them has turned bad', async () => {
    let hasLeft = false;
    const world = createWorld({ isBad: (id) => hasLeft && id === BAD }, ['ou_1', BAD]);
    world.clock.at(40 * SECOND_MS, () => {
      hasLeft = true;
      world.refreshAhead.noteServed(SCOPE, BAD, 0);
    });
    const one = world.askAt(41 * SECOND_MS, SCOPE, ['ou_1']);
    await world.run();
    expect(world.searchCalls()).toEqual([['ou_1', BAD], ['ou_1']]);
    expect(answeredIds(one)).toEqual(['ou_1']);

    // Neither of the two is blamed: both are asked for when an operation needs them.
    hasLeft = false;
    const later = world.askAt(2 * MINUTE_MS, SCOPE, ['ou_1', BAD]);
    await world.run();
    expect(answeredIds(later)).toEqual(['ou_1', BAD]);
  });
});

describe('a poison ID', () => {
  test('is refused without a call, with what Feishu said of it', async () => {
    const world = await createWorldWithCulprit();
    const again = world.askAt(MINUTE_MS, SCOPE, [BAD]);
    await world.run();
    expect(again.map(errorOf)).toMatchObject([
      { code: 'UPSTREAM_REJECTED', details: { upstream: UPSTREAM } },
    ]);
    expect(again[0]?.outcome?.tookMs).toBe(0);
    expect(world.furtherCalls()).toEqual([]);
  });

  test('is refused without a call whatever the filter', async () => {
    const world = await createWorldWithCulprit();
    const filtered: BatchScope = { ...SCOPE, filter: { options: ['TODO'] } };
    const again = world.askAt(MINUTE_MS, filtered, [BAD]);
    await world.run();
    expect(again.map(codeOf)).toEqual(['UPSTREAM_REJECTED']);
    expect(world.furtherCalls()).toEqual([]);
  });

  test('is remembered for ten minutes, and then tried again', async () => {
    const world = await createWorldWithCulprit();
    const untilMs = world.foundAtMs + 10 * MINUTE_MS;
    world.askAt(untilMs, SCOPE, [BAD]);
    await world.run();
    expect(world.furtherCalls()).toEqual([]);

    const later = await createWorldWithCulprit();
    later.askAt(untilMs + 1, SCOPE, [BAD]);
    await later.run();
    expect(later.furtherCalls()).toEqual([[BAD]]);
  });

  test('casts no suspicion on its neighbours, nor on the same letters as another type of ID', async () => {
    const world = await createWorldWithCulprit();
    const neighbours = world.askAt(MINUTE_MS, SCOPE, idsOf(49));
    world.askAt(MINUTE_MS, { ...SCOPE, idType: 'USER_ID' }, [BAD]);
    await world.run();
    expect(answeredIds(neighbours)).toEqual(idsOf(49));
    expect(world.furtherCalls()).toEqual([idsOf(49), [BAD]]);
  });

  test('is not a user for whom a user’s own token may not ask: the app still may', async () => {
    const curious = { kind: 'user' as const, accessToken: new Secret('u-curious') };
    // Feishu takes the ID from the app only.
    const world = createWorld({ isBad: (_, { userIds }) => userIds.length === 1 && asCurious });
    let asCurious = true;
    const own = world.askAt(SECOND_MS, { ...SCOPE, identity: curious }, ['ou_colleague']);
    world.clock.at(2 * SECOND_MS, () => (asCurious = false));
    const byApp = world.askAt(3 * SECOND_MS, SCOPE, ['ou_colleague']);
    await world.run();
    expect(own.map(codeOf)).toEqual(['UPSTREAM_REJECTED']);
    expect(answeredIds(byApp)).toEqual(['ou_colleague']);
  });

  test('costs nothing when it is asked for a hundred times in ten minutes', async () => {
    const world = await createWorldWithCulprit();
    const all = Array.from({ length: 100 }, (_, i) =>
      world.askAt(MINUTE_MS + i * 5 * SECOND_MS, SCOPE, [BAD]),
    );
    await world.run();
    expect(all.flat().map(codeOf)).toEqual(Array(100).fill('UPSTREAM_REJECTED'));
    expect(world.furtherCalls()).toEqual([]);
  });

  test('costs two calls when it is asked for a hundred times in 25 minutes: one every ten minutes', async () => {
    const world = await createWorldWithCulprit();
    const all = Array.from({ length: 100 }, (_, i) =>
      world.askAt(MINUTE_MS + i * 15 * SECOND_MS, SCOPE, [BAD]),
    );
    await world.run();
    expect(all.flat().map(codeOf)).toEqual(Array(100).fill('UPSTREAM_REJECTED'));
    expect(world.furtherCalls()).toEqual([[BAD], [BAD]]);
  });
});

describe('a call that failed for another reason', () => {
  test.each([
    ['Feishu refused it for another reason', new GatewayError('UPSTREAM_REJECTED', 'no')],
    ['no answer came', new GatewayError('UPSTREAM_UNAVAILABLE', 'Feishu could not be reached.')],
    ['the gateway has a defect', new Error('1580102')],
  ])('is not asked again, nor blames a user, when %s', async (_, error) => {
    for (const ids of [idsOf(50), ['ou_1']]) {
      const world = createWorld({ fateOf: (_, nth) => (nth === 2 ? { failure: error } : {}) });
      const all = world.askAt(SECOND_MS, SCOPE, ids);
      const later = world.askAt(MINUTE_MS, SCOPE, ids);
      await world.run();
      expect(all.map(({ outcome }) => outcome?.error)).toEqual(ids.map(() => error));
      expect(answeredIds(later)).toEqual(ids);
      expect(world.searchCalls()).toEqual([ids, ids]);
    }
  });

  test('is asked again as a whole when there were too many calls', async () => {
    const closed = new GatewayError('UPSTREAM_RATE_LIMITED', 'wait', { retryAfterMs: SECOND_MS });
    const world = createWorld({ fateOf: (_, nth) => (nth === 2 ? { failure: closed } : {}) });
    const all = world.askAt(SECOND_MS, SCOPE, idsOf(50));
    await world.run();
    expect(answeredIds(all)).toEqual(idsOf(50));
    expect(world.searchCalls()).toEqual([idsOf(50), idsOf(50)]);
  });

  test.each([
    ['too many calls', new GatewayError('UPSTREAM_RATE_LIMITED', 'wait', { retryAfterMs: 1 }), 0],
    ['no answer', new GatewayError('UPSTREAM_UNAVAILABLE', 'Feishu could not be reached.'), 25],
  ])('as a part of a search fails only its own users: %s', async (_, error, failed) => {
    const world = createWorld({ fateOf: (_, nth) => (nth === 3 ? { failure: error } : {}) });
    const all = world.askAt(SECOND_MS, SCOPE, withBadAt(49), PATIENT);
    await world.run();
    expect(failedIds(all)).toHaveLength(failed + 1);
    expect(answeredIds(all)).toHaveLength(49 - failed);
    expect(failedIds(all)).toContain(BAD);
  });
});
