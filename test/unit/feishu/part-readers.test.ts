import { createPartReaders } from '../../../src/feishu/part-readers';
import { countUnreadable } from '../../../src/feishu/unreadable';
import { TASK } from '../../support/feishu-answer';

const COUNTS = [{ task_option_id: 1, stage_num: 2 }];
const ignore = () => undefined;
/** A value as each answer has it: equal, and another object. */
const received = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

/** A list of counts that no other has, although its numbers are the same. */
const countsWith = (unknown: unknown) => [{ task_option_id: 1, stage_num: 2, unknown }];

test('Equal tasks and equal counts are one object', () => {
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

test('Parts that many others have come after are forgotten', () => {
  const { counts } = createPartReaders();
  const first = counts(countsWith(0), ignore);
  for (let i = 1; i < 32; i += 1) counts(countsWith(i), ignore);
  expect(counts(countsWith(0), ignore)).toBe(first);
  counts(countsWith(32), ignore);
  expect(counts(countsWith(0), ignore)).not.toBe(first);
  expect(counts(countsWith(0), ignore)).toEqual(first);
});

test('At most 2,000 parts are known', () => {
  const { counts } = createPartReaders();
  const countsOf = (number: number) => counts([{ task_option_id: 1, stage_num: number }], ignore);
  const first = countsOf(0);
  for (let i = 1; i < 2_000; i += 1) countsOf(i);
  expect(countsOf(0)).toBe(first);
  countsOf(2_000);
  expect(countsOf(0)).not.toBe(first);
});

test.each(['constructor', 'valueOf', 'toString', '__proto__', 'hasOwnProperty'])(
  'A part may have an unknown field %s',
  (name) => {
    const { counts } = createPartReaders();
    const json = `[{"${name}":1,"task_option_id":1,"stage_num":2}]`;
    const known = counts(JSON.parse(json), ignore);
    expect(known).toEqual([{ option: 'TODO', count: 2 }]);
    expect(counts(JSON.parse(json), ignore)).toBe(known);
  },
);

test('A number of another kind makes its counts unreadable, and no others', () => {
  const { counts } = createPartReaders();
  for (const number of ['{"toString":1}', '[[[]]]', 'null', '"x"', '{}']) {
    expect(counts(JSON.parse(`[{"task_option_id":1,"stage_num":${number}}]`), ignore)).toBeNull();
  }
  expect(counts(JSON.parse('[{"task_option_id":1,"stage_num":"2"}]'), ignore)).toEqual([
    { option: 'TODO', count: 2 },
  ]);
});

test('A part may have an unknown field that is nested deep', () => {
  const { task } = createPartReaders();
  const deep = `${'['.repeat(50_000)}${']'.repeat(50_000)}`;
  const json = `{"deep":${deep},${JSON.stringify(TASK).slice(1)}`;
  for (let i = 0; i < 2; i += 1) {
    expect(task(JSON.parse(json), ignore)).toEqual(task(received(TASK), ignore));
  }
});
