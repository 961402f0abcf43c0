import type { StageTask } from '../../../src/domain/stage-task';
import { createSharedTasks } from '../../../src/feishu/shared-tasks';

const task = (more: Partial<StageTask> = {}): StageTask => ({
  stageId: '7932270566908250381',
  name: { zhCN: '自评', enUS: 'Self review' },
  deadline: new Date(1_795_190_399_000),
  needTodoCount: 1,
  finishedCount: 0,
  jumpUrl: 'https://performance.example.com/self-review',
  status: 'NEED_TODO',
  option: 'TODO',
  ...more,
});

test('Users with equal tasks share them', () => {
  const share = createSharedTasks();

  expect(share(task())).toBe(share(task()));
});

test('Users whose tasks have different links share the names and deadlines', () => {
  const share = createSharedTasks();
  const one = share(task({ jumpUrl: 'https://example.com/1' }));
  const other = share(task({ jumpUrl: 'https://example.com/2' }));

  expect(other.name).toBe(one.name);
  expect(other.deadline).toBe(one.deadline);
  expect([one.jumpUrl, other.jumpUrl]).toEqual(['https://example.com/1', 'https://example.com/2']);
});

test.each<[string, Partial<StageTask>]>([
  ['state', { status: 'ALL_DONE' }],
  ['deadline', { deadline: new Date(1_795_190_399_001) }],
  ['name', { name: { zhCN: '自评', enUS: null } }],
  ['count', { finishedCount: null }],
  ['link', { jumpUrl: null }],
  ['group', { option: 'DONE' }],
  ['stage', { stageId: '1' }],
  ['missing name', { name: null }],
  ['missing deadline', { deadline: null }],
])('A task with another %s stays as it is', (_, more) => {
  const share = createSharedTasks();
  share(task());

  expect(share(task(more))).toEqual(task(more));
});

test('Many different tasks do not change those of a user', () => {
  const share = createSharedTasks();
  const first = share(task());
  for (let i = 1; i <= 5_000; i += 1) share(task({ finishedCount: i }));

  expect(first).toEqual(task());
  expect(share(task())).toEqual(first);
});
