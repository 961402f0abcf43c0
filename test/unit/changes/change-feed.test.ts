import { setImmediate as nextTurn } from 'node:timers/promises';
import { createChangeFeed } from '../../../src/changes/change-feed';
import { answer } from '../../support/changes';

function watchOne() {
  const feed = createChangeFeed();
  let changes = 0;
  const user = feed.watch('a', () => (changes += 1));
  return { feed, user, changes: () => changes };
}

test('A newer answer with another content is a change', () => {
  const { feed, user, changes } = watchOne();
  feed.note([['a', answer(1, 0)]]);
  feed.note([['a', answer(2, 1)]]);

  expect(changes()).toBe(2);
  expect(user.latest()?.snapshot).toEqual(answer(2, 1));
});

test.each([
  ['has the same content', answer(3, 0), 3],
  ['is older', answer(1, 1), 2],
  ['is of the same moment', answer(2, 1), 2],
])('An answer that %s is none', (_, later, fetchedAtMs) => {
  const { feed, user, changes } = watchOne();
  feed.note([['a', answer(2, 0)]]);
  feed.note([['a', later]]);

  expect(changes()).toBe(1);
  expect(user.latest()?.snapshot.fetchedAtMs).toBe(fetchedAtMs);
});

test('The order of tasks is no content', () => {
  const { feed, changes } = watchOne();
  const [first] = answer(1, 0).stageTasks?.stageTasks ?? [];
  const [second] = answer(1, 5).stageTasks?.stageTasks ?? [];
  const inOrder = (fetchedAtMs: number, stageTasks: unknown[]) =>
    ({ fetchedAtMs, semester: null, stageTasks: { userId: 'u', counts: [], stageTasks } }) as never;
  feed.note([['a', inOrder(1, [first, second])]]);
  feed.note([['a', inOrder(2, [second, first])]]);

  expect(changes()).toBe(1);
});

test('The feed tells nothing of other users, or after the stop', () => {
  const { feed, user, changes } = watchOne();
  feed.note([['b', answer(1, 0)]]);
  user.stop();
  feed.note([['a', answer(2, 1)]]);

  expect(changes()).toBe(0);
  expect(feed.watchedKeys()).toEqual([]);
});

test('1,000 streams of one user are told in slices, each once, and none after it has stopped', async () => {
  const feed = createChangeFeed();
  const told = new Array<number>(1_000).fill(0);
  const users = told.map((_, i) => feed.watch('a', () => (told[i] = (told[i] ?? 0) + 1)));
  feed.note([['a', answer(1, 0)]]);
  const atOnce = told.filter((count) => count > 0).length;
  users[999]?.stop();
  for (let turn = 0; turn < 30; turn += 1) await nextTurn();

  expect(atOnce).toBe(50);
  expect(told.slice(0, 999).every((count) => count === 1)).toBe(true);
  expect(told[999]).toBe(0);
});
