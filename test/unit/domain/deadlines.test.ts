import { deadlinesAt, isOverdue } from '../../../src/domain/deadlines';
import type { StageTask, StageTaskStatus, TaskOption } from '../../../src/domain/stage-task';

const NOW_MS = 1_000;

function task(
  option: TaskOption,
  status: StageTaskStatus,
  deadlineMs: number | null = null,
): StageTask {
  const deadline = deadlineMs === null ? null : new Date(deadlineMs);
  return {
    stageId: '1',
    name: null,
    deadline,
    needTodoCount: null,
    finishedCount: null,
    jumpUrl: null,
    status,
    option,
  };
}

/** Whether a task is overdue: one whose deadline has passed, one that is due later, and one without a deadline. */
const verdicts = (option: TaskOption, status: StageTaskStatus) =>
  [NOW_MS, NOW_MS + 1, null].map((dueMs) => isOverdue(task(option, status, dueMs), NOW_MS));

describe('A task', () => {
  test.each(['NEED_TODO', 'OVERDUE', 'ALL_DONE', 'STAGE_PAUSE', 'UNKNOWN'] as const)(
    'that is done is not overdue, under the status %s of its stage',
    (status) => {
      expect(verdicts('DONE', status)).toEqual([false, false, false]);
    },
  );

  test('is overdue if Feishu says so, whatever its deadline is', () => {
    expect(verdicts('OVERDUE', 'NEED_TODO')).toEqual([true, true, true]);
    expect(verdicts('OVERDUE', 'ALL_DONE')).toEqual([true, true, true]);
    expect(verdicts('TODO', 'OVERDUE')).toEqual([true, true, true]);
    expect(verdicts('UNKNOWN', 'OVERDUE')).toEqual([true, true, true]);
  });

  test('of a stage whose tasks are all done is not overdue', () => {
    expect(verdicts('TODO', 'ALL_DONE')).toEqual([false, false, false]);
    expect(verdicts('UNKNOWN', 'ALL_DONE')).toEqual([false, false, false]);
  });

  test('that is to do is overdue from its deadline on; without a deadline that is not known', () => {
    expect(verdicts('TODO', 'NEED_TODO')).toEqual([true, false, null]);
    expect(verdicts('TODO', 'UNKNOWN')).toEqual([true, false, null]);
  });

  test('whose deadline has passed may be overdue if its stage is paused or its group unknown', () => {
    expect(verdicts('TODO', 'STAGE_PAUSE')).toEqual([null, false, null]);
    expect(verdicts('UNKNOWN', 'NEED_TODO')).toEqual([null, false, null]);
    expect(verdicts('UNKNOWN', 'UNKNOWN')).toEqual([null, false, null]);
  });
});

describe('The deadlines of tasks', () => {
  const todo = (dueMs: number | null) => task('TODO', 'NEED_TODO', dueMs);

  test('that are not done are those that have passed, and the next one', () => {
    const tasks = [todo(2_000), todo(NOW_MS), todo(1_500), todo(null), todo(10)];
    expect(deadlinesAt(tasks, NOW_MS)).toEqual({ passed: 2, nextMs: 1_500 });
    expect(deadlinesAt(tasks, 3_000)).toEqual({ passed: 4, nextMs: Infinity });
  });

  test('do not include those of tasks that are done', () => {
    const done = [task('DONE', 'NEED_TODO', 1_500), task('TODO', 'ALL_DONE', 1_500)];
    expect(deadlinesAt([...done, todo(2_000)], NOW_MS)).toEqual({ passed: 0, nextMs: 2_000 });
    expect(deadlinesAt(done, 2_000)).toEqual({ passed: 0, nextMs: Infinity });
  });

  test('include those of tasks that may still be to do', () => {
    expect(deadlinesAt([task('UNKNOWN', 'UNKNOWN', 1_500)], NOW_MS).nextMs).toBe(1_500);
  });
});
