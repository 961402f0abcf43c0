import { createPartReaders } from '../../../src/feishu/part-readers';
import { countUnreadable } from '../../../src/feishu/unreadable';
import { TASK } from '../../support/feishu-answer';

const COUNTS = [{ task_option_id: 1, stage_num: 2 }];
const ignore = () => undefined;
/** A value as each answer has it: equal, and another object. */
const received = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

test('Equal tasks and equal counts are read once', () => {
  const { task, counts } = createPartReaders();

  expect(task(received(TASK), ignore)).toBe(task(received(TASK), ignore));
  expect(counts(received(COUNTS), ignore)).toBe(counts(received(COUNTS), ignore));
});

test('A part with another value of any field is read anew', () => {
  const { task, counts } = createPartReaders();
  const known = task(TASK, ignore);
  counts(COUNTS, ignore);

  expect(task({ ...TASK, finished_count: 77 }, ignore)).toEqual({ ...known, finishedCount: 77 });
  expect(task({ ...TASK, jump_url: null }, ignore)).toEqual({ ...known, jumpUrl: null });
  expect(counts([{ task_option_id: 1, stage_num: 3 }], ignore)).toEqual([
    { option: 'TODO', count: 3 },
  ]);
  expect(counts([], ignore)).toEqual([]);
});

test('What is unusable in a part is noted each time', () => {
  const { task, counts } = createPartReaders();
  const { parts, note } = countUnreadable();
  for (let i = 0; i < 2; i += 1) {
    expect(task({ ...TASK, jump_url: 'javascript:alert(1)' }, note)?.jumpUrl).toBeNull();
    expect(task({ ...TASK, stage_id: '' }, note)).toBeNull();
    expect(counts([...COUNTS, {}], note)).toBeNull();
    expect(counts('none', note)).toBeNull();
  }

  expect(parts).toEqual({ jump_url: 2, count: 2, list: 2 });
});

test('An absent list of counts is empty', () => {
  expect(createPartReaders().counts(undefined, ignore)).toEqual([]);
});

test('A part of any length is read', () => {
  const { task } = createPartReaders();
  const long = { ...TASK, jump_url: `https://example.com/${'x'.repeat(100_000)}` };

  expect(task(received(long), ignore)?.jumpUrl).toBe(long.jump_url);
  expect(task(received(long), ignore)?.jumpUrl).toBe(long.jump_url);
});

test('Many different parts do not change those of a user', () => {
  const { task } = createPartReaders();
  const first = task(received(TASK), ignore);
  for (let i = 1_000; i <= 9_000; i += 1) task({ ...TASK, finished_count: i }, ignore);

  expect(task(received(TASK), ignore)).toEqual(first);
});

test.each(['constructor', 'valueOf', 'toString', '__proto__', 'hasOwnProperty'])(
  'A task may have an unknown field %s',
  (name) => {
    const { task } = createPartReaders();
    const json = `{"${name}":1,${JSON.stringify(TASK).slice(1)}`;
    const known = task(JSON.parse(json), ignore);
    expect(known).toEqual(task(received(TASK), ignore));
    expect(task(JSON.parse(json), ignore)).toBe(known);
  },
);
