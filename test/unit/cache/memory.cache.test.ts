import { createMemoryCache, MAX_ANSWERS_PER_USER } from '../../../src/cache/memory.cache';
import type { Snapshot } from '../../../src/cache/snapshot-cache';

const snapshotAt = (fetchedAtMs: number): Snapshot => ({
  stageTasks: null,
  semester: null,
  fetchedAtMs,
});

/** Keys are `user/nth`. */
function createCache() {
  const cache = createMemoryCache({
    maxUsers: 1_000,
    userOf: (key) => key.slice(0, key.indexOf('/')),
  });
  const timesOf = async (...keys: string[]) =>
    (await cache.getMany(keys, 0)).map((snapshot) => snapshot?.fetchedAtMs);
  return { cache, timesOf };
}

test('A newer answer replaces an older one, in either order of arrival', async () => {
  const { cache, timesOf } = createCache();
  await cache.setMany([['a/1', snapshotAt(2)]]);
  await cache.setMany([['a/1', snapshotAt(1)]]);
  expect(await timesOf('a/1')).toEqual([2]);
  await cache.setMany([['a/1', snapshotAt(3)]]);
  expect(await timesOf('a/1')).toEqual([3]);
});

test('A user has a fixed number of answers, of which a further one drops the first', async () => {
  const { cache, timesOf } = createCache();
  const keys = Array.from({ length: MAX_ANSWERS_PER_USER }, (_, i) => `a/${i}`);
  await cache.setMany([...keys, 'b/0'].map((key) => [key, snapshotAt(1)]));
  expect(await timesOf(...keys)).toEqual(keys.map(() => 1));
  await cache.setMany([['a/further', snapshotAt(1)]]);
  expect(await timesOf('a/0', 'a/1', 'a/further', 'b/0')).toEqual([undefined, 1, 1, 1]);
});
