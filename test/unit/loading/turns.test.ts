import { setImmediate as nextTurn } from 'node:timers/promises';
import { createTurns, type OperationTurns } from '../../../src/loading/turns';

let nowMs: number;
let completed: string[];
let openTurns: () => OperationTurns;
beforeEach(() => {
  nowMs = 0;
  completed = [];
  openTurns = createTurns(() => nowMs);
});

/** Completes parts that take so long each; others are completed as microtasks of these. */
function complete(
  turns: OperationTurns,
  name: string,
  parts: number,
  eachMs = 1,
): Promise<unknown> {
  const part = () => {
    nowMs += eachMs;
    completed.push(name);
  };
  return Promise.all(
    Array.from({ length: parts }, async () => {
      await turns.next();
      part();
    }),
  );
}

/** Parts that were completed in each of the coming turns of the event loop. */
async function partsInTurns(count: number): Promise<number[]> {
  const parts: number[] = [];
  for (let i = 0; i < count; i += 1) {
    const before = completed.length;
    await nextTurn();
    parts.push(completed.length - before);
  }
  return parts;
}

test('A small answer is completed without a pause', () => {
  const turns = openTurns();
  expect(Array.from({ length: 10 }, () => turns.next())).toEqual(Array(10).fill(undefined));
});

test('A large answer leaves the event loop to others every 10 ms', async () => {
  const all = complete(openTurns(), 'a', 60);
  await Promise.resolve();

  expect(await partsInTurns(6)).toEqual([10, 10, 10, 10, 10, 0]);
  await all;
});

test('Parts that take no time are completed in one turn', async () => {
  const all = complete(openTurns(), 'a', 500, 0);
  await nextTurn();
  await nextTurn();
  expect(completed).toHaveLength(500);
  await all;
});

test('Two large answers are completed alternately, and a small one is not held up by them', async () => {
  const large = ['a', 'b'].map((name) => complete(openTurns(), name, 50));
  await Promise.resolve();
  completed = [];
  const small = complete(openTurns(), 'small', 3);
  await small;
  expect(completed).toEqual(['small', 'small', 'small']);

  completed = [];
  await partsInTurns(4);
  expect(completed.join('')).toBe(['a', 'b', 'a', 'b'].map((name) => name.repeat(10)).join(''));
  await Promise.all(large);
});

test('What parts ask for together is collected until the last of them is completed', async () => {
  const turns = openTurns();
  const all = complete(turns, 'a', 35);
  let completedBefore: number | undefined;
  turns.afterParts(() => {
    completedBefore = completed.length;
  });
  await all;
  await nextTurn();
  expect(completedBefore).toBe(35);
});

test('Without parts that wait, what is asked for is sent within the same turn', async () => {
  const order: string[] = [];
  setImmediate(() => order.push('next turn'));
  openTurns().afterParts(() => order.push('sent'));
  await nextTurn();
  expect(order).toEqual(['sent', 'next turn']);
});

test('A part that adds parts has them completed after those that wait already', async () => {
  const turns = openTurns();
  const all = complete(turns, 'first', 20);
  const added = turns.next()?.then(async () => {
    await complete(turns, 'added', 12);
  });
  await Promise.all([all, added]);
  expect(completed).toHaveLength(32);
  expect(completed.slice(-12)).toEqual(Array(12).fill('added'));
});
