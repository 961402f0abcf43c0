import type { BatchScope } from '../../../src/batching/scope';
import { Secret } from '../../../src/domain/secret';
import { answeredIds, codeOf, errorOf, failedIds } from '../../support/asking';
import { MINUTE_MS, SECOND_MS, idsOf, usersOf } from '../../support/batching-world';
import { BAD, SCOPE, createKnownCycleWorld, withBadAt } from '../../support/poison-ids';
import { UPSTREAM } from '../../support/scripted-feishu';

/** After a search that has found the one poison ID of 50. */
async function createWorldWithPoisonId() {
  const world = createKnownCycleWorld();
  const searched = world.askAt(SECOND_MS, SCOPE, withBadAt(7));
  await world.run();
  expect(failedIds(searched)).toEqual([BAD]);
  const foundAtMs = searched[7]?.outcome?.atMs ?? NaN;
  const spent = world.calls.length;
  return { ...world, foundAtMs, furtherCalls: () => usersOf(world.calls.slice(spent)) };
}

describe('a known poison ID', () => {
  test('is refused without a call, with the error that Feishu gave', async () => {
    const world = await createWorldWithPoisonId();
    const again = world.askAt(MINUTE_MS, SCOPE, [BAD]);
    await world.run();
    expect(again.map(errorOf)).toMatchObject([
      { code: 'UPSTREAM_REJECTED', details: { upstream: UPSTREAM } },
    ]);
    expect(again[0]?.outcome?.tookMs).toBe(0);
    expect(world.furtherCalls()).toEqual([]);
  });

  test('is refused without a call under any filter', async () => {
    const world = await createWorldWithPoisonId();
    const filtered: BatchScope = { ...SCOPE, filter: { options: ['TODO'] } };
    const again = world.askAt(MINUTE_MS, filtered, [BAD]);
    await world.run();
    expect(again.map(codeOf)).toEqual(['UPSTREAM_REJECTED']);
    expect(world.furtherCalls()).toEqual([]);
  });

  test('is remembered for ten minutes, and then tried again', async () => {
    const world = await createWorldWithPoisonId();
    const untilMs = world.foundAtMs + 10 * MINUTE_MS;
    world.askAt(untilMs, SCOPE, [BAD]);
    await world.run();
    expect(world.furtherCalls()).toEqual([]);

    const later = await createWorldWithPoisonId();
    later.askAt(untilMs + 1, SCOPE, [BAD]);
    await later.run();
    expect(later.furtherCalls()).toEqual([[BAD]]);
  });

  test('casts no suspicion on its neighbours, or on the same text as another ID type', async () => {
    const world = await createWorldWithPoisonId();
    const neighbours = world.askAt(MINUTE_MS, SCOPE, idsOf(49));
    world.askAt(MINUTE_MS, { ...SCOPE, idType: 'USER_ID' }, [BAD]);
    await world.run();
    expect(answeredIds(neighbours)).toEqual(idsOf(49));
    expect(world.furtherCalls()).toEqual([idsOf(49), [BAD]]);
  });

  test('is not an ID that only a user’s own token may not ask for', async () => {
    const curious = { kind: 'user' as const, accessToken: new Secret('u-curious') };
    // Feishu takes the ID from the app only.
    const world = createKnownCycleWorld({
      isBad: (_, { userIds }) => userIds.length === 1 && asCurious,
    });
    let asCurious = true;
    const own = world.askAt(SECOND_MS, { ...SCOPE, identity: curious }, ['ou_colleague']);
    world.clock.at(2 * SECOND_MS, () => (asCurious = false));
    const byApp = world.askAt(3 * SECOND_MS, SCOPE, ['ou_colleague']);
    await world.run();
    expect(own.map(codeOf)).toEqual(['UPSTREAM_REJECTED']);
    expect(answeredIds(byApp)).toEqual(['ou_colleague']);
  });

  test('costs no call when it is asked for a hundred times in ten minutes', async () => {
    const world = await createWorldWithPoisonId();
    const all = Array.from({ length: 100 }, (_, i) =>
      world.askAt(MINUTE_MS + i * 5 * SECOND_MS, SCOPE, [BAD]),
    );
    await world.run();
    expect(all.flat().map(codeOf)).toEqual(Array(100).fill('UPSTREAM_REJECTED'));
    expect(world.furtherCalls()).toEqual([]);
  });

  test('costs two calls when it is asked for a hundred times in 25 minutes, one every ten minutes', async () => {
    const world = await createWorldWithPoisonId();
    const all = Array.from({ length: 100 }, (_, i) =>
      world.askAt(MINUTE_MS + i * 15 * SECOND_MS, SCOPE, [BAD]),
    );
    await world.run();
    expect(all.flat().map(codeOf)).toEqual(Array(100).fill('UPSTREAM_REJECTED'));
    expect(world.furtherCalls()).toEqual([[BAD], [BAD]]);
  });
});
