import type { BatchScope } from '../../../src/batching/scope';
import { GatewayError } from '../../../src/domain/errors';
import { answeredIds, codeOf, failedIds } from '../../support/asking';
import { MINUTE_MS, SECOND_MS, idsOf, usersOf } from '../../support/batching-world';
import {
  BAD,
  PATIENT,
  SCOPE,
  createKnownCycleWorld,
  isBad,
  withBadAt,
} from '../../support/poison-ids';

describe('one poison ID among 49 good ones', () => {
  test.each([0, 24, 25, 49])(
    'fails no other user, within eight calls, at place %i',
    async (place) => {
      const world = createKnownCycleWorld();
      const all = world.askEachAt(SECOND_MS, SCOPE, withBadAt(place), PATIENT);
      await world.run();
      expect(failedIds(all)).toEqual([BAD]);
      expect(answeredIds(all)).toEqual(idsOf(49));
      expect(world.searchCalls().length).toBeLessThanOrEqual(8);
    },
  );

  test('costs one more call when the others were answered before, since they share it', async () => {
    const world = createKnownCycleWorld({}, idsOf(49));
    const all = world.askAt(SECOND_MS, SCOPE, withBadAt(20));
    await world.run();
    expect(failedIds(all)).toEqual([BAD]);
    expect(answeredIds(all)).toEqual(idsOf(49));
    const [, ...further] = world.searchCalls();
    expect(further).toEqual([idsOf(49)]);
  });

  test('costs no more when the others were answered before under another filter', async () => {
    const world = createKnownCycleWorld({}, idsOf(49));
    const filtered: BatchScope = { ...SCOPE, filter: { options: ['TODO'] } };
    const all = world.askAt(SECOND_MS, filtered, withBadAt(20));
    await world.run();
    expect(failedIds(all)).toEqual([BAD]);
    expect(world.searchCalls()).toHaveLength(2);
  });

  test('is found even if it was good before, as the ID of a user that has left the company', async () => {
    let hasLeft = false;
    const world = createKnownCycleWorld({ isBad: (id) => hasLeft && id === BAD }, withBadAt(20));
    world.clock.at(SECOND_MS, () => (hasLeft = true));
    const all = world.askAt(2 * SECOND_MS, SCOPE, withBadAt(20));
    await world.run();
    expect(failedIds(all)).toEqual([BAD]);
    expect(answeredIds(all)).toEqual(idsOf(49));
  });

  test('is one ID, however many operations ask for it', async () => {
    const world = createKnownCycleWorld();
    const all = [BAD, BAD, BAD].map((id) => world.askAt(SECOND_MS, SCOPE, [id]));
    await world.run();
    expect(all.flat().map(codeOf)).toEqual(Array(3).fill('UPSTREAM_REJECTED'));
    expect(world.searchCalls()).toEqual([[BAD]]);
  });

  test('keeps operations together that wait for the same user', async () => {
    const world = createKnownCycleWorld();
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
    const world = createKnownCycleWorld({ namesOf: (asked) => asked.filter(isBad) });
    const all = world.askAt(SECOND_MS, SCOPE, withBadAt(20));
    await world.run();
    expect(failedIds(all)).toEqual([BAD]);
    expect(world.searchCalls()).toEqual([withBadAt(20), [BAD], idsOf(49)]);
  });
});

describe('several poison IDs among good ones', () => {
  test('fail no other user, at eight calls for each of them', async () => {
    const world = createKnownCycleWorld();
    const ids = [...idsOf(45), ...idsOf(5, BAD)];
    const all = world.askEachAt(SECOND_MS, SCOPE, ids, PATIENT);
    await world.run();
    expect(answeredIds(all)).toEqual(idsOf(45));
    expect(failedIds(all)).toEqual(idsOf(5, BAD));
    expect(all.slice(45).map(codeOf)).toEqual(Array(5).fill('UPSTREAM_REJECTED'));
    expect(world.searchCalls().length).toBeLessThanOrEqual(1 + 8 * 5);
  });
});

describe('a search for a poison ID', () => {
  test('shares no call with new users', async () => {
    const world = createKnownCycleWorld();
    world.askAt(SECOND_MS, SCOPE, withBadAt(49), PATIENT);
    // Arrives while the first part is in flight.
    const late = world.askAt(SECOND_MS + 150, SCOPE, ['ou_new'], PATIENT);
    await world.run();
    expect(answeredIds(late)).toEqual(['ou_new']);
    const withNew = usersOf(world.calls).filter((userIds) => userIds.includes('ou_new'));
    expect(withNew).toEqual([['ou_new']]);
  });

  test('answers operations that join it for a user of the search', async () => {
    const world = createKnownCycleWorld();
    world.askAt(SECOND_MS, SCOPE, withBadAt(49), PATIENT);
    const late = world.askAt(SECOND_MS + 150, SCOPE, ['ou_1', 'ou_40', BAD], PATIENT);
    await world.run();
    expect(answeredIds(late)).toEqual(['ou_1', 'ou_40']);
    expect(failedIds(late)).toEqual([BAD]);
    expect(world.searchCalls().length).toBeLessThanOrEqual(8);
  });

  test('ends when all of its operations have disconnected', async () => {
    const world = createKnownCycleWorld();
    const leavesAfterMs = 150;
    const all = world.askAt(SECOND_MS, SCOPE, withBadAt(49), { ...PATIENT, leavesAfterMs });
    await world.run();
    expect(all.map(codeOf)).toEqual(Array(50).fill('UPSTREAM_TIMEOUT'));
    expect(world.searchCalls()).toHaveLength(2);
    expect(world.batcher.waitingUsers()).toBe(0);
  });
});

describe('a call with spare seats', () => {
  test('is made again without them and blames no user when one of them has turned bad', async () => {
    let hasLeft = false;
    const world = createKnownCycleWorld({ isBad: (id) => hasLeft && id === BAD }, ['ou_1', BAD]);
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

describe('a call that failed for another reason', () => {
  test.each([
    ['Feishu refused it for another reason', new GatewayError('UPSTREAM_REJECTED', 'no')],
    ['no answer came', new GatewayError('UPSTREAM_UNAVAILABLE', 'Feishu could not be reached.')],
    ['the gateway has a defect', new Error('1580102')],
  ])('is not made again and blames no user when %s', async (_, error) => {
    for (const ids of [idsOf(50), ['ou_1']]) {
      const world = createKnownCycleWorld({
        fateOf: (_, nth) => (nth === 2 ? { failure: error } : {}),
      });
      const all = world.askAt(SECOND_MS, SCOPE, ids);
      const later = world.askAt(MINUTE_MS, SCOPE, ids);
      await world.run();
      expect(all.map(({ outcome }) => outcome?.error)).toEqual(ids.map(() => error));
      expect(answeredIds(later)).toEqual(ids);
      expect(world.searchCalls()).toEqual([ids, ids]);
    }
  });

  test('is made again as a whole after a rate limit', async () => {
    const closed = new GatewayError('UPSTREAM_RATE_LIMITED', 'wait', { retryAfterMs: SECOND_MS });
    const world = createKnownCycleWorld({
      fateOf: (_, nth) => (nth === 2 ? { failure: closed } : {}),
    });
    const all = world.askAt(SECOND_MS, SCOPE, idsOf(50));
    await world.run();
    expect(answeredIds(all)).toEqual(idsOf(50));
    expect(world.searchCalls()).toEqual([idsOf(50), idsOf(50)]);
  });

  test.each([
    ['too many calls', new GatewayError('UPSTREAM_RATE_LIMITED', 'wait', { retryAfterMs: 1 }), 0],
    ['no answer', new GatewayError('UPSTREAM_UNAVAILABLE', 'Feishu could not be reached.'), 25],
  ])('as a part of a search fails only its own users, with %s', async (_, error, failed) => {
    const world = createKnownCycleWorld({
      fateOf: (_, nth) => (nth === 3 ? { failure: error } : {}),
    });
    const all = world.askAt(SECOND_MS, SCOPE, withBadAt(49), PATIENT);
    await world.run();
    expect(failedIds(all)).toHaveLength(failed + 1);
    expect(answeredIds(all)).toHaveLength(49 - failed);
    expect(failedIds(all)).toContain(BAD);
  });
});
