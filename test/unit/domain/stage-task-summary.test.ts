import type { StageTaskCount } from '../../../src/domain/stage-task';
import { summarize } from '../../../src/domain/stage-task-summary';

function user(todo: number, done = 0, stale = false, more: StageTaskCount[] = []) {
  const counts: StageTaskCount[] = [
    { option: 'TODO', count: todo },
    { option: 'DONE', count: done },
    ...more,
  ];
  return { counts, stageTasks: [], stale };
}

test('A summary counts tasks by group, and users by what is known of them', () => {
  const others: StageTaskCount[] = [
    { option: 'OVERDUE', count: 3 },
    { option: 'UNKNOWN', count: 1 },
  ];
  const outcomes = [user(2, 1), user(0, 5), null, user(99, 0, false, others), new Error('failed')];
  expect(summarize(outcomes)).toEqual({
    users: 5,
    usersWithTodo: 2,
    usersUnknown: 1,
    usersFailed: 1,
    stale: false,
    todo: 101,
    done: 6,
    overdue: 3,
    unknown: 1,
  });
});

test('A summary is stale if one of its answers is', () => {
  expect(summarize([user(1), user(1, 0, true), user(1)]).stale).toBe(true);
});

test('A summary of no users counts nothing', () => {
  expect(summarize([])).toMatchObject({ users: 0, usersWithTodo: 0, todo: 0, stale: false });
});
