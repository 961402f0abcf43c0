import { setImmediate as nextTurn } from 'node:timers/promises';
import { atEndOfTurn } from '../../../src/domain/end-of-turn';
import { createTurns, type OperationTurns } from '../../../src/loading/turns';

let nowMs: number;
let completed: string[];
let turnsOf: (signal?: AbortSignal) => OperationTurns;
beforeEach(() => {
  nowMs = 0;
  completed = [];
  const create = createTurns(() => nowMs);
  turnsOf = (signal = new AbortController().signal) => create({ signal, deadlineAtMs: 0 });
});

/** Completes parts, each of which takes `eachMs`. */
function complete(
  turns: OperationTurns,
  name: string,
  parts: number,
  eachMs = 1,
): Promise<unknown> {
  return Promise.all(
    Array.from({ length: parts }, async () => {
      await turns.next();
      nowMs += eachMs;
      completed.push(name);
    }),
  );
}

/** Parts that are completed in each of the next slices. */
async function partsInSlices(count: number): Promise<number[]> {
  const parts: number[] = [];
  for (let i = 0; i < count; i += 1) {
    const before = completed.length;
    await nextTurn();
    parts.push(completed.length - before);
  }
  return parts;
}

test('A small answer is completed without a pause', () => {
  const turns = turnsOf();
  expect(Array.from({ length: 10 }, () => turns.next())).toEqual(Array(10).fill(undefined));
});

test('A large answer yields the event loop every 10 ms', async () => {
  const all = complete(turnsOf(), 'a', 60);
  await Promise.resolve();

  expect(await partsInSlices(6)).toEqual([10, 10, 10, 10, 10, 0]);
  await all;
});

test('Parts that take no time are completed in one slice', async () => {
  const all = complete(turnsOf(), 'a', 500, 0);
  await nextTurn();
  await nextTurn();
  expect(completed).toHaveLength(500);
  await all;
});

test('The first of two large answers is completed first', async () => {
  const large = ['a', 'b'].map((name) => complete(turnsOf(), name, 250, 0.5));
  await Promise.all(large);
  // They alternate until they count as large.
  const whole = completed.join('');
  expect(whole.slice(0, 20)).toBe('a'.repeat(10) + 'b'.repeat(10));
  expect(whole.lastIndexOf('a')).toBeLessThan(whole.lastIndexOf('b') - 100);
});

test('An answer of up to 100 parts waits for as many parts of large answers as it has itself', async () => {
  const large = complete(turnsOf(), 'large', 2_000, 0.01);
  for (let i = 0; i < 20; i += 1) await Promise.resolve();
  while (completed.length < 500) await nextTurn();
  completed = [];
  await complete(turnsOf(), 'small', 60, 0.01);
  const before = completed.slice(0, completed.lastIndexOf('small'));
  expect(before.filter((name) => name === 'large').length).toBeLessThanOrEqual(60);
  await large;
});

test('A tiny answer is not delayed by large ones', async () => {
  const large = complete(turnsOf(), 'large', 50);
  await Promise.resolve();
  completed = [];
  await complete(turnsOf(), 'tiny', 3);
  expect(completed).toEqual(['tiny', 'tiny', 'tiny']);
  await large;
});

test('An answer that is ready is sent before a large one goes on', async () => {
  const large = complete(turnsOf(), 'large', 50);
  // Its first parts are complete, and its next slice is due at the end of this turn.
  for (let i = 0; i < 20; i += 1) await Promise.resolve();
  expect(completed).toHaveLength(10);
  let completedBefore: number | undefined;
  atEndOfTurn(() => {
    completedBefore = completed.length;
  });
  await large;
  expect(completedBefore).toBe(10);
});

test('An answer is abandoned once its client has disconnected', async () => {
  const client = new AbortController();
  const large = complete(turnsOf(client.signal), 'a', 500).catch((error: unknown) => error);
  await partsInSlices(2);
  const before = completed.length;
  client.abort(new DOMException('gone', 'AbortError'));
  expect(await large).toMatchObject({
    code: 'UPSTREAM_TIMEOUT',
    message: 'The client disconnected before the answer was complete.',
  });
  expect(completed).toHaveLength(before);
});

test('An answer is completed for one more second after the deadline', async () => {
  const operation = new AbortController();
  operation.abort(new DOMException('late', 'TimeoutError'));
  const large = complete(turnsOf(operation.signal), 'a', 2_000).catch((error: unknown) => error);
  expect(await large).toMatchObject({
    code: 'UPSTREAM_TIMEOUT',
    message: 'The answer could not be completed in time.',
  });
  expect(completed.length).toBeGreaterThan(990);
  expect(completed.length).toBeLessThan(1_030);
});

test('Loads of the parts are collected until the last part is completed', async () => {
  const turns = turnsOf();
  const all = complete(turns, 'a', 35);
  let completedBefore: number | undefined;
  turns.afterParts(() => {
    completedBefore = completed.length;
  });
  await all;
  await nextTurn();
  expect(completedBefore).toBe(35);
});

test('Loads are sent within the same turn of the event loop when no part waits', async () => {
  const order: string[] = [];
  setImmediate(() => order.push('next turn'));
  turnsOf().afterParts(() => order.push('sent'));
  await nextTurn();
  expect(order).toEqual(['sent', 'next turn']);
});

test('What a part leads to is completed before the parts that wait already', async () => {
  const turns = turnsOf();
  const nested = Array.from({ length: 60 }, async (_, i) => {
    await turns.next(1, 1);
    completed.push(`user ${i}`);
    await turns.next(1, 2);
    completed.push(`tasks of ${i}`);
  });
  await Promise.all(nested);

  expect(completed).toHaveLength(120);
  const open = completed.map((_, at) => {
    const so = completed.slice(0, at + 1);
    return so.filter((name) => name.startsWith('user')).length * 2 - so.length;
  });
  // Those of one group, and those that needed no turn.
  expect(Math.max(...open)).toBeLessThanOrEqual(20);
});
