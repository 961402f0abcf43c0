import { inOrder } from '../../../src/domain/stage-task-order';
import { task, upstreamAnswer } from '../../support/filtered-answers';

const { stageTasks } = upstreamAnswer(
  [task(1, 0, 'undated'), task(2, 20, 'a'), task(1, 10, 'b'), task(1, 20, 'c'), task(3, 5, 'd')],
  {},
);
const stages = (order?: 'DEADLINE' | null) =>
  inOrder(stageTasks, order).map(({ stageId }) => stageId);

test('Tasks are in Feishu’s order, unless another one is asked for', () => {
  expect(stages()).toEqual(['undated', 'a', 'b', 'c', 'd']);
  expect(stages(null)).toEqual(['undated', 'a', 'b', 'c', 'd']);
});

test('By deadline, the earliest task is first, and equal ones keep their order', () => {
  expect(stages('DEADLINE')).toEqual(['d', 'b', 'a', 'c', 'undated']);
  // The answer serves other operations too.
  expect(stages()).toEqual(['undated', 'a', 'b', 'c', 'd']);
});
