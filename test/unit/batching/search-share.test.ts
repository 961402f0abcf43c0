import { answeredIds, errorOf, codeOf, failedIds } from '../../support/asking';
import {
  MINUTE_MS,
  SECOND_MS,
  QUOTA,
  idsOf,
  mostInAnyWindow,
  createBatchingWorld,
  cycle,
} from '../../support/batching-world';
import { DEADLINE_MS } from '../../support/operation';

const SCOPE = cycle('searched');
const OTHER = cycle('other');
const isBad = (id: string) => id.startsWith('bad');
/** The part of the quota that searches may spend. */
const SEARCH_CALLS = QUOTA.calls / 2;
const SEARCHED_AT_MS = 10 * SECOND_MS;

/** The 50 users of a call, with this many poison IDs spread among them. */
function usersWithBad(count: number): string[] {
  const ids = idsOf(50 - count, 'good ');
  for (let i = 0; i < count; i += 1)
    ids.splice(Math.floor(((i + 0.5) * 50) / count), 0, `bad ${i}`);
  return ids;
}

/** A search in one cycle while a user of another cycle arrives every four seconds. */
async function runSearch(badCount: number, timeMs: number, minutes = 1) {
  const world = createBatchingWorld({ isBad });
  world.askAt(0, SCOPE, ['known']);
  const others = Array.from({ length: 15 * minutes }, (_, i) =>
    world.askAt(SEARCHED_AT_MS + i * 4 * SECOND_MS, OTHER, [`user ${i}`]),
  );
  const searched = world.askAt(SEARCHED_AT_MS + 500, SCOPE, usersWithBad(badCount), { timeMs });
  await world.run();
  const calls = world.calls.filter(({ semesterId }) => semesterId === 'searched').slice(1);
  // The search starts after the first call.
  const searchCallTimesMs = calls.slice(1).map(({ atMs }) => atMs);
  return { world, others: others.flat(), searched, searchCallTimesMs };
}

describe('the search for five poison IDs among 50', () => {
  test('spends half of the quota in any minute, and leaves all users of another cycle answered', async () => {
    const { others, searched, searchCallTimesMs } = await runSearch(5, 20 * MINUTE_MS, 4);
    expect(failedIds(others)).toEqual([]);
    expect(answeredIds(others)).toHaveLength(60);
    expect(mostInAnyWindow(searchCallTimesMs, QUOTA)).toBe(SEARCH_CALLS);
    expect(failedIds(searched)).toEqual(usersWithBad(5).filter(isBad));
    expect(answeredIds(searched)).toHaveLength(45);
  });

  test('refuses its users at once when its share is spent and they cannot be answered in time', async () => {
    const { searched, searchCallTimesMs } = await runSearch(5, DEADLINE_MS);
    const late = searched.filter((one) => codeOf(one) === 'UPSTREAM_RATE_LIMITED');
    expect(late.length).toBeGreaterThan(0);
    expect(searched.map(codeOf)).not.toContain('UPSTREAM_TIMEOUT');
    const lastAnswerAtMs = (searchCallTimesMs.at(-1) ?? NaN) + 100;
    for (const one of late) {
      expect(one.outcome?.atMs).toBeGreaterThanOrEqual(lastAnswerAtMs - 100);
      expect(one.outcome?.atMs).toBeLessThanOrEqual(lastAnswerAtMs + 10);
      const { retryAfterMs = NaN } = errorOf(one)?.details ?? {};
      // The share has room again a minute after the first call of the search.
      const roomAtMs = (searchCallTimesMs[0] ?? NaN) + MINUTE_MS;
      expect(Math.abs((one.outcome?.atMs ?? NaN) + retryAfterMs - roomAtMs)).toBeLessThan(10);
    }
  });
});

describe.each([1, 2, 3, 5, 10])('the search for %i poison IDs among 50', (badCount) => {
  test('refuses no user of another cycle, and blames no good user', async () => {
    const { others, searched } = await runSearch(badCount, DEADLINE_MS);
    expect(answeredIds(others)).toHaveLength(15);
    const rejected = searched.filter((one) => codeOf(one) === 'UPSTREAM_REJECTED');
    expect(rejected.filter(({ userId }) => !isBad(userId))).toEqual([]);
    expect(searched.map(codeOf)).not.toContain('UPSTREAM_TIMEOUT');
  });
});
