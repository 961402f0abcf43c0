import { narrow } from '../../../src/domain/narrow';
import { countOf } from '../../../src/domain/stage-task-counts';
import { task, upstreamAnswer } from '../../support/filtered-answers';

const THREE = [task(1, 10), task(1, 20), task(2, 10)];

test('The count of a group is what Feishu counts, even where it counts 99 for 100 tasks', () => {
  const tasks = Array.from({ length: 100 }, (_, i) => task(1, 10, String(i)));
  expect(countOf(upstreamAnswer(tasks, {}), 'TODO')).toBe(99);
  expect(countOf(upstreamAnswer(THREE, {}), 'DONE')).toBe(1);
});

test('The count of a group that Feishu does not count is that of the listed tasks', () => {
  const answer = { ...upstreamAnswer(THREE, {}), counts: [] };
  expect(countOf(answer, 'TODO')).toBe(2);
  expect(countOf(answer, 'OVERDUE')).toBe(0);
});

test('The count of unknown groups is their sum', () => {
  const counts = [
    { option: 'UNKNOWN' as const, count: 3 },
    { option: 'TODO' as const, count: 1 },
    { option: 'UNKNOWN' as const, count: 4 },
  ];
  expect(countOf({ stageTasks: [], counts }, 'UNKNOWN')).toBe(7);
});

test('With a filter, the count is that of the tasks that the filter selects', () => {
  const filtered = narrow(upstreamAnswer(THREE, {}), { options: ['TODO'], deadlineAfterMs: 15 });
  expect(countOf(filtered, 'TODO')).toBe(1);
  expect(countOf(filtered, 'DONE')).toBe(0);
  expect(countOf(filtered, 'UNKNOWN')).toBe(0);
});
