import { createFairRoom } from '../../../src/cache/fair-room';
import { createSharingCache } from '../../../src/cache/memory.cache';
import type { Snapshot } from '../../../src/cache/snapshot-cache';

const ANSWER: Snapshot = { stageTasks: null, semester: null, fetchedAtMs: 1 };

function createCaches(count: number, maxAnswers: number) {
  const room = createFairRoom(maxAnswers);
  const options = { maxUsers: maxAnswers, userOf: (key: string) => key };
  return Array.from({ length: count }, () => createSharingCache(room, options));
}

const keys = (count: number, from = 0) =>
  Array.from({ length: count }, (_, i) => `user ${from + i}`);

async function fill(cache: ReturnType<typeof createSharingCache>, count: number, from = 0) {
  for (const key of keys(count, from)) await cache.setMany([[key, ANSWER]]);
}

/** How many of the first answers the cache still holds. */
const kept = async (cache: ReturnType<typeof createSharingCache>, count: number) =>
  (await cache.getMany(keys(count), 0)).filter((answer) => answer !== undefined).length;

test('One cache may use the whole room while the others need none', async () => {
  const [alone, other] = createCaches(2, 100);
  if (!alone || !other) throw new Error('no caches');
  await fill(alone, 100);
  expect(await kept(alone, 100)).toBe(100);
});

test('A cache that floods the room drops its own answers', async () => {
  const caches = createCaches(10, 1_000);
  const [flooding, ...others] = caches;
  if (!flooding) throw new Error('no cache');
  for (const other of others) await fill(other, 50);
  await fill(flooding, 5_000);
  for (const other of others) expect(await kept(other, 50)).toBe(50);
  expect(await kept(flooding, 5_000)).toBe(1_000 - 9 * 50);
});

test('A cache below its equal share takes room from the one that holds most', async () => {
  const [large, small] = createCaches(2, 100);
  if (!large || !small) throw new Error('no caches');
  await fill(large, 100);
  await fill(small, 30);
  expect(await kept(small, 30)).toBe(30);
  expect(await kept(large, 100)).toBe(70);
  await fill(small, 100);
  expect(await kept(large, 100)).toBe(50);
});

test('A cache that has left takes no room', async () => {
  const [gone, stays] = createCaches(2, 100);
  if (!gone || !stays) throw new Error('no caches');
  await fill(gone, 60);
  gone.leave();
  await fill(stays, 100);
  expect(await kept(stays, 100)).toBe(100);
});

test('Many answers at once cost no search among all caches for each of them', () => {
  const room = createFairRoom(10_000);
  let searched = 0;
  const join = (size: number) => {
    const cache = { size };
    room.join({
      size: () => {
        searched += 1;
        return cache.size;
      },
      evictOldest: () => (cache.size -= 1),
    });
    return cache;
  };
  const others = Array.from({ length: 1_000 }, () => join(10));
  const added = join(1_000);
  room.makeRoom();

  const sizes = others.map(({ size }) => size);
  expect(added.size + sizes.reduce((sum, size) => sum + size)).toBe(10_000);
  expect(Math.min(added.size, ...sizes)).toBeGreaterThanOrEqual(9);
  expect(searched).toBeLessThan(10 * 1_001);
});

test('Equally large caches drop the same number of answers', async () => {
  const [one, other] = createCaches(2, 200);
  if (!one || !other) throw new Error('no caches');
  await fill(one, 100);
  await fill(other, 100);
  await one.setMany(keys(100, 100).map((key) => [key, ANSWER] as const));
  await other.setMany(keys(100, 100).map((key) => [key, ANSWER] as const));
  expect(await kept(one, 200)).toBe(100);
  expect(await kept(other, 200)).toBe(100);
});
