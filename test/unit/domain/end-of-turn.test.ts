import { setImmediate as nextTurn } from 'node:timers/promises';
import { atEndOfTurn } from '../../../src/domain/end-of-turn';

test('What is due in one turn runs together at its end, in order', async () => {
  const order: string[] = [];
  atEndOfTurn(() => order.push('first'));
  setImmediate(() => order.push('next immediate'));
  atEndOfTurn(() => order.push('second'));
  await Promise.resolve();
  expect(order).toEqual([]);
  await nextTurn();
  expect(order).toEqual(['first', 'second', 'next immediate']);
});

test('What becomes due meanwhile runs at the end of the next turn', async () => {
  const order: string[] = [];
  atEndOfTurn(() => {
    order.push('first');
    atEndOfTurn(() => order.push('later'));
  });
  await nextTurn();
  expect(order).toEqual(['first']);
  await nextTurn();
  expect(order).toEqual(['first', 'later']);
});
