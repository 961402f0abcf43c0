import { createTextCache, type TextCache } from '../../../../src/graphql/render/text-cache';

const KILOBYTES = 2 ** 10;
const MAX_BYTES = 100 * KILOBYTES;
const textOf = (bytes: number) => 'a'.repeat(bytes);

/** Adds a text of so many bytes for each of so many answers, and returns the answers. */
function fill(cache: TextCache, count: number, bytes: number): object[] {
  const answers = Array.from({ length: count }, () => ({}));
  for (const answer of answers) cache.set(answer, '', textOf(bytes));
  return answers;
}

/** Looks an answer up without keeping it longer: a copy of the cache would be read otherwise. */
const isKept = (cache: TextCache, answer: object) => cache.get(answer, '') !== undefined;

test('A text is found by its answer and its key, and by no other', () => {
  const cache = createTextCache(MAX_BYTES);
  const answer = { userId: 'ou_1' };
  const equalAnswer = { userId: 'ou_1' };
  cache.set(answer, '1', 'one');
  cache.set(answer, '2', 'two');

  expect(cache.get(answer, '1')).toEqual(Buffer.from('one'));
  expect(cache.get(answer, '2')).toEqual(Buffer.from('two'));
  expect(cache.get(answer, '3')).toBeUndefined();
  expect(cache.get(equalAnswer, '1')).toBeUndefined();
});

test('A newer text takes the place of an older one', () => {
  const cache = createTextCache(MAX_BYTES);
  const answer = {};
  cache.set(answer, '1', 'one');
  cache.set(answer, '1', 'two');
  expect(cache.get(answer, '1')).toEqual(Buffer.from('two'));
});

test.each([1, 10, 40, 60, 200])('Texts of %i KB take at most 100 KB together', (kilobytes) => {
  const cache = createTextCache(MAX_BYTES);
  const answers = fill(cache, 500, kilobytes * KILOBYTES);
  // From the newest on: the first text that is read from the older half may push the others out.
  const kept = answers.toReversed().filter((answer) => isKept(cache, answer));
  expect(kept.length * kilobytes * KILOBYTES).toBeLessThanOrEqual(MAX_BYTES);
});

test('Many small texts are limited by what an entry takes', () => {
  const cache = createTextCache(MAX_BYTES);
  const answers = fill(cache, 10_000, 2);
  const kept = answers.toReversed().filter((answer) => isKept(cache, answer));
  expect(kept.length).toBeLessThanOrEqual(MAX_BYTES / 200);
});

test('At least the texts of the last half of the bytes are kept', () => {
  const cache = createTextCache(MAX_BYTES);
  // Each entry counts 580 bytes in addition to its text.
  const count = Math.floor(MAX_BYTES / 2 / (KILOBYTES + 580));
  const last = fill(cache, 500, KILOBYTES).slice(-count);
  expect(last.filter((answer) => isKept(cache, answer))).toHaveLength(count);
});

test('A text that is read stays, however many come after it', () => {
  const cache = createTextCache(MAX_BYTES);
  const [hot = {}, cold = {}] = fill(cache, 2, KILOBYTES);
  for (let i = 0; i < 100; i += 1) {
    fill(cache, 10, KILOBYTES);
    expect(cache.get(hot, '')).toEqual(Buffer.from(textOf(KILOBYTES)));
  }
  expect(isKept(cache, cold)).toBe(false);
});

test('A text that is too large for the cache pushes no other out', () => {
  const cache = createTextCache(MAX_BYTES);
  const [small = {}] = fill(cache, 1, KILOBYTES);
  fill(cache, 5, 200 * KILOBYTES);
  expect(isKept(cache, small)).toBe(true);
});
