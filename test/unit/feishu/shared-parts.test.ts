import type { StageTask, StageTaskCount } from '../../../src/domain/stage-task';
import { createSharedParts } from '../../../src/feishu/shared-parts';

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

const COUNTS: readonly StageTaskCount[] = [{ option: 'TODO', count: 1 }];

test('Users with equal tasks and counts share them', () => {
  const parts = createSharedParts();

  expect(parts.task(task())).toBe(parts.task(task()));
  expect(parts.counts([...COUNTS])).toBe(parts.counts([...COUNTS]));
});

test('Users whose tasks have different links share the names and deadlines', () => {
  const parts = createSharedParts();
  const one = parts.task(task({ jumpUrl: 'https://example.com/1' }));
  const other = parts.task(task({ jumpUrl: 'https://example.com/2' }));

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
  ['ordinal', { ordinal: 2 }],
  ['stage', { stageId: '1' }],
  ['missing name', { name: null }],
  ['missing deadline', { deadline: null }],
])('A task with another %s stays as it is', (_, more) => {
  const parts = createSharedParts();
  parts.task(task());

  expect(parts.task(task(more))).toEqual(task(more));
});

test('Many different tasks do not change those of a user', () => {
  const parts = createSharedParts();
  const first = parts.task(task());
  for (let i = 1; i <= 5_000; i += 1) parts.task(task({ finishedCount: i }));

  expect(first).toEqual(task());
  expect(parts.task(task())).toEqual(first);
});
