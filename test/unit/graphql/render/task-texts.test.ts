import { textOfTask } from '../../../../src/graphql/render/task-texts';

const SELECTION = {};

function render(text: string): jest.Mock<string, []> {
  return jest.fn(() => text);
}

test('A task is rendered once for each selection', () => {
  const task = {};
  const [once, never, other] = [render('{"a":1}'), render('never'), render('{"b":1}')];

  expect(textOfTask(task, SELECTION, once)).toBe('{"a":1}');
  expect(textOfTask(task, SELECTION, never)).toBe('{"a":1}');
  expect(textOfTask(task, {}, other)).toBe('{"b":1}');
  expect(textOfTask({}, SELECTION, render('{"a":2}'))).toBe('{"a":2}');
  expect(never).not.toHaveBeenCalled();
});

test('A text of more than 4,000 characters is not kept', () => {
  const task = {};
  const long = render('x'.repeat(4_001));
  for (let i = 0; i < 2; i += 1) expect(textOfTask(task, SELECTION, long)).toHaveLength(4_001);
  expect(long).toHaveBeenCalledTimes(2);
});

test('All texts together take at most 2,000,000 characters', () => {
  const first = {};
  const again = render('first');
  textOfTask(first, SELECTION, again);
  for (let i = 0; i < 600; i += 1) textOfTask({}, SELECTION, render('x'.repeat(3_500)));
  textOfTask(first, SELECTION, again);

  expect(again).toHaveBeenCalledTimes(2);
});

test('A value that cannot be rendered is an error each time', () => {
  const task = {};
  for (let i = 0; i < 2; i += 1) {
    expect(() =>
      textOfTask(task, SELECTION, () => {
        throw new Error('a value: expected one, got null');
      }),
    ).toThrow('got null');
  }
});
