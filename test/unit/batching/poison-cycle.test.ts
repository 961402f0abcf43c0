import { answeredIds, errorOf, codeOf, failedIds } from '../../support/asking';
import {
  type BatchingWorld,
  MINUTE_MS,
  SECOND_MS,
  idsOf,
  usersOf,
  createBatchingWorld,
  cycle,
  type WorldOptions,
} from '../../support/batching-world';
import { BAD, PATIENT, SCOPE, isBad, withBadAt } from '../../support/poison-ids';
import { UPSTREAM } from '../../support/scripted-feishu';

const OTHER = cycle('2');
const CROWD = idsOf(50);

/** Feishu refuses all calls of cycle 1 until this time. */
const acceptedFrom =
  (atMs: number): NonNullable<WorldOptions['isBad']> =>
  (id, call) =>
    isBad(id) || (call.semesterId === '1' && call.atMs < atMs);
const NEVER_ACCEPTED = acceptedFrom(Infinity);
const callsOf = (world: BatchingWorld, semesterId = '1') =>
  usersOf(world.calls.filter((call) => call.semesterId === semesterId));

describe('a poison ID in a cycle without any answer yet', () => {
  test.each([
    ['Feishu lists the cycle', true],
    ['the list of cycles cannot be read', undefined],
  ])('is found at any place and fails no other user when %s', async (_, listed) => {
    for (const place of [0, 1, 12, 24, 25, 37, 48, 49]) {
      const world = createBatchingWorld({ isBad, isListed: () => listed });
      const all = world.askAt(0, SCOPE, withBadAt(place), PATIENT);
      await world.run();
      expect(answeredIds(all)).toEqual(idsOf(49));
      expect(failedIds(all)).toEqual([BAD]);
      expect(world.calls.length).toBeLessThanOrEqual(listed ? 8 : 13);
    }
  });

  test('costs three calls and is remembered when Feishu names it and lists the cycle', async () => {
    const namesOf = (asked: readonly string[]) => asked.filter(isBad);
    const world = createBatchingWorld({ isBad, namesOf, isListed: () => true });
    const all = world.askAt(0, SCOPE, withBadAt(7));
    const again = world.askAt(MINUTE_MS, SCOPE, [BAD]);
    await world.run();
    expect(answeredIds(all)).toEqual(idsOf(49));
    expect([...all, ...again].map(codeOf).filter(Boolean)).toEqual(
      Array(2).fill('UPSTREAM_REJECTED'),
    );
    expect(world.calls).toHaveLength(3);
  });

  test('is found and remembered among several when Feishu lists the cycle', async () => {
    const world = createBatchingWorld({ isBad, isListed: () => true });
    const bad = idsOf(3, BAD);
    const all = world.askAt(0, SCOPE, [...bad, ...idsOf(47)], PATIENT);
    const again = world.askAt(5 * MINUTE_MS, SCOPE, bad);
    await world.run();
    expect(failedIds(all)).toEqual(bad);
    expect(answeredIds(all)).toEqual(idsOf(47));
    expect(again.map(codeOf)).toEqual(Array(3).fill('UPSTREAM_REJECTED'));
    expect(world.calls.filter(({ atMs }) => atMs >= 5 * MINUTE_MS)).toEqual([]);
  });
});

describe('a refused cycle that Feishu does not list', () => {
  test('costs no call for a minute, and clients are told why', async () => {
    const world = createBatchingWorld({ isBad: NEVER_ACCEPTED, isListed: () => false });
    const all = world.askAt(0, SCOPE, CROWD);
    const within = world.askAt(MINUTE_MS, SCOPE, ['ou_else']);
    const other = world.askAt(MINUTE_MS, OTHER, ['ou_else']);
    await world.run();
    const told = {
      code: 'UPSTREAM_REJECTED',
      message: 'Feishu lists no review cycle with the ID 1.',
      details: { upstream: UPSTREAM },
    };
    expect(all.map(errorOf)).toMatchObject(Array(50).fill(told));
    expect(within.map(errorOf)).toMatchObject([told]);
    expect(answeredIds(other)).toEqual(['ou_else']);
    expect(callsOf(world)).toEqual([CROWD]);
  });

  test('is tried again after a minute', async () => {
    const world = createBatchingWorld({ isBad: NEVER_ACCEPTED, isListed: () => false });
    const first = world.askAt(0, SCOPE, ['ou_1']);
    await world.run();
    const refusedAtMs = first[0]?.outcome?.atMs ?? NaN;
    world.askAt(refusedAtMs + MINUTE_MS + 1, SCOPE, ['ou_else']);
    await world.run();
    expect(callsOf(world)).toEqual([['ou_1'], ['ou_else']]);
  });

  test('is tried again as soon as an answer shows that it exists', async () => {
    const world = createBatchingWorld({
      isBad,
      isListed: () => false,
      // The call for the other filter is still in flight when the first one is refused.
      fateOf: ({ filter }) => (filter.options ? { latencyMs: 5 * SECOND_MS } : {}),
    });
    world.askAt(0, SCOPE, [BAD]);
    const slow = world.askAt(0, { ...SCOPE, filter: { options: ['TODO'] } }, ['ou_1']);
    const before = world.askAt(4 * SECOND_MS, SCOPE, ['ou_2']);
    const after = world.askAt(6 * SECOND_MS, SCOPE, ['ou_2']);
    await world.run();
    expect(before.map(codeOf)).toEqual(['UPSTREAM_REJECTED']);
    expect(answeredIds([...slow, ...after])).toEqual(['ou_1', 'ou_2']);
  });
});

describe('a refused cycle while the list of cycles cannot be read', () => {
  test('is blamed after at most five calls for 50 users, instead of an ID', async () => {
    const world = createBatchingWorld({ isBad: acceptedFrom(MINUTE_MS) });
    const all = world.askAt(0, SCOPE, CROWD, PATIENT);
    const later = world.askAt(2 * MINUTE_MS, SCOPE, CROWD);
    await world.run();
    expect(all.map(codeOf)).toEqual(Array(50).fill('UPSTREAM_REJECTED'));
    const early = world.calls.filter(({ atMs }) => atMs < MINUTE_MS);
    expect(early.length).toBeLessThanOrEqual(5);
    expect(answeredIds(later)).toEqual(CROWD);
    expect(world.calls).toHaveLength(early.length + 1);
  });

  test('fails its further calls without a search', async () => {
    const world = createBatchingWorld({ isBad: NEVER_ACCEPTED });
    world.askAt(0, SCOPE, CROWD, PATIENT);
    const others = world.askAt(20 * SECOND_MS, SCOPE, idsOf(50, 'ou_other'), PATIENT);
    await world.run();
    expect(others.map(codeOf)).toEqual(Array(50).fill('UPSTREAM_REJECTED'));
    const further = world.calls.filter(({ atMs }) => atMs >= 20 * SECOND_MS);
    expect(usersOf(further)).toEqual([idsOf(50, 'ou_other')]);
  });

  test('casts no suspicion on the users of another cycle', async () => {
    const world = createBatchingWorld({ isBad: NEVER_ACCEPTED });
    world.askAt(0, SCOPE, CROWD, PATIENT);
    const before = world.askAt(10 * SECOND_MS, OTHER, ['ou_1']);
    const others = world.askAt(20 * SECOND_MS, OTHER, withBadAt(30), PATIENT);
    await world.run();
    expect(answeredIds([...before, ...others])).toEqual(['ou_1', ...idsOf(49)]);
    expect(failedIds(others)).toEqual([BAD]);
  });

  test('is searched for poison IDs again as soon as one call is answered', async () => {
    const world = createBatchingWorld({ isBad: acceptedFrom(20 * SECOND_MS) });
    world.askAt(0, SCOPE, CROWD, PATIENT);
    world.askAt(25 * SECOND_MS, SCOPE, ['ou_known']);
    const searched = world.askAt(30 * SECOND_MS, SCOPE, withBadAt(3), PATIENT);
    await world.run();
    expect(failedIds(searched)).toEqual([BAD]);
  });

  test('is tried again after a minute', async () => {
    const world = createBatchingWorld({ isBad: acceptedFrom(MINUTE_MS) });
    world.askAt(0, SCOPE, CROWD, PATIENT);
    const searched = world.askAt(MINUTE_MS + 20 * SECOND_MS, SCOPE, withBadAt(3), PATIENT);
    await world.run();
    expect(failedIds(searched)).toEqual([BAD]);
    expect(answeredIds(searched)).toEqual(idsOf(49));
  });

  test('never makes a poison ID of a lone user', async () => {
    const world = createBatchingWorld({ isBad: NEVER_ACCEPTED });
    for (const atMs of [0, 10 * SECOND_MS]) world.askAt(atMs, SCOPE, ['ou_1']);
    await world.run();
    expect(callsOf(world)).toEqual([['ou_1'], ['ou_1']]);
  });
});
