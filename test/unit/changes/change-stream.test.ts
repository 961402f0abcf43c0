import { setImmediate as nextTurn } from 'node:timers/promises';
import * as fc from 'fast-check';
import { createChangeFeed } from '../../../src/changes/change-feed';
import { createChangeStream } from '../../../src/changes/change-stream';
import { answer, collect, contentOf } from '../../support/changes';

const KEYS = ['a', 'b'];
const open = (feed = createChangeFeed(), lastEventId?: string) =>
  createChangeStream({ feed, keys: KEYS, lastEventId });

test('A stream shows what is known, then each change', async () => {
  const feed = createChangeFeed();
  const stream = open(feed);
  feed.note([
    ['a', answer(1, 10)],
    ['b', answer(1, 20)],
  ]);
  const shown = collect(stream);
  await nextTurn();
  feed.note([['b', answer(2, 21)]]);
  await nextTurn();
  feed.note([['b', answer(3, 21)]]);
  await nextTurn();

  expect(shown).toEqual([
    [0, 10],
    [1, 20],
    [1, 21],
  ]);
});

test('Of a slow client, the newest answer waits and no other', async () => {
  const feed = createChangeFeed();
  const stream = open(feed);
  for (let i = 1; i <= 1_000; i += 1) feed.note([['a', answer(i, i)]]);
  const shown = collect(stream);
  await nextTurn();

  expect(shown).toEqual([[0, 1_000]]);
});

test('A change that is undone before the client reads is none', async () => {
  const feed = createChangeFeed();
  const stream = open(feed);
  feed.note([['a', answer(1, 1)]]);
  await stream.next();
  feed.note([['a', answer(2, 2)]]);
  feed.note([['a', answer(3, 1)]]);
  const shown = collect(stream);
  await nextTurn();

  expect(shown).toEqual([]);
});

test('A user without data is shown only if the client knows tasks of the user', async () => {
  const feed = createChangeFeed();
  const stream = open(feed);
  feed.note([
    ['a', answer(1, null)],
    ['b', answer(1, 5)],
  ]);
  const shown = collect(stream);
  await nextTurn();
  feed.note([
    ['b', answer(2, null)],
    ['a', answer(2, 6)],
  ]);
  await nextTurn();

  expect(shown).toEqual([
    [1, 5],
    [1, null],
    [0, 6],
  ]);
});

test('A failure of the first load is shown once, and later answers are', async () => {
  const feed = createChangeFeed();
  const stream = open(feed);
  const shown = collect(stream);
  stream.fail(0, new Error('no answer in time'));
  await nextTurn();
  feed.note([['a', answer(1, 1)]]);
  await nextTurn();

  expect(shown).toEqual([
    [0, 'no answer in time'],
    [0, 1],
  ]);
});

test('The end wakes the reader, and the feed forgets the stream', async () => {
  const feed = createChangeFeed();
  const stream = open(feed);
  const next = stream.next();
  stream.end();
  stream.end();

  expect(await next).toBeUndefined();
  expect(await stream.next()).toBeUndefined();
  expect(feed.watchedKeys()).toEqual([]);
});

const OTHER = { feed: createChangeFeed(), keys: ['a', 'c'], lastEventId: undefined };

test.each([
  ['of no form', 'x'],
  ['that is empty', ''],
  ['of another stream', createChangeStream(OTHER).eventId()],
])('With an ID %s, the stream shows all that is known', async (_, lastEventId) => {
  const feed = createChangeFeed();
  const stream = open(feed, lastEventId);
  feed.note([['a', answer(1, 1)]]);
  const shown = collect(stream);
  await nextTurn();

  expect(shown).toEqual([[0, 1]]);
});

/** What happens to the answers and to the client of a stream. */
const step = fc.oneof(
  fc.record({
    note: fc.constantFrom(...KEYS),
    content: fc.option(fc.integer({ min: 0, max: 3 })),
    /** A late answer is older than the one before. */
    isLate: fc.boolean(),
  }),
  fc.constant('read' as const),
  fc.constant('reconnect' as const),
  fc.constant('reconnect to another replica' as const),
);

test('By any schedule, a client that reads and resumes has the newest answers, and got none twice', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
      let feed = createChangeFeed();
      let stream = open(feed);
      let nowMs = 0;
      let lastEventId: string | undefined;
      const newest = new Map<string, ReturnType<typeof answer>>();
      const client = new Map<number, unknown>();
      const reconnect = () => {
        stream.end();
        stream = open(feed, lastEventId);
        feed.note([...newest]);
      };
      const read = async () => {
        const change = await Promise.race([stream.next(), nextTurn(undefined)]);
        if (!change) return false;
        const [index, content] = contentOf(change);
        // A client that knows nothing of a user knows no tasks.
        expect(content).not.toEqual(client.get(index) ?? null);
        client.set(index, content);
        lastEventId = stream.eventId();
        return true;
      };
      const note = (key: string, content: number | null, isLate: boolean) => {
        nowMs += 10;
        const snapshot = answer(isLate ? nowMs - 15 : nowMs, content);
        feed.note([[key, snapshot]]);
        const before = newest.get(key)?.fetchedAtMs ?? -Infinity;
        if (before < snapshot.fetchedAtMs) newest.set(key, snapshot);
      };

      for (const one of steps) {
        if (typeof one === 'object') note(one.note, one.content, one.isLate);
        else if (one === 'read' && (await read())) continue;
        else {
          if (one === 'reconnect to another replica') feed = createChangeFeed();
          reconnect();
        }
      }
      reconnect();
      while (await read());

      const held = KEYS.map((_, index) => client.get(index) ?? null);
      const due = KEYS.map((key) => newest.get(key) ?? answer(0, null));
      expect(held).toEqual(due.map((known) => contentOf({ index: 0, answer: known })[1]));
    }),
  );
});
