import fc from 'fast-check';
import { fromBase } from '../../../src/feishu/semester.mapping';
import {
  ITEM,
  NEIGHBOUR,
  TASK,
  answerWith,
  unreadableIn,
  usersOf,
} from '../../support/feishu-answer';

describe('an unreadable part of an answer', () => {
  test.each([
    ['has no user ID', { ...ITEM, user_id: undefined }],
    ['has an empty user ID', { ...ITEM, user_id: '' }],
    ['is no object', 'ou_anna'],
    ['is null', null],
    ['is a list', [ITEM]],
  ])('leaves the other items readable when an item %s', (_, item) => {
    const [before, , after] = usersOf([NEIGHBOUR, ITEM, { ...ITEM, user_id: 'ou_cora' }]);
    expect(usersOf([NEIGHBOUR, item, { ...ITEM, user_id: 'ou_cora' }])).toEqual([before, after]);
  });

  test.each([
    ['has no stage ID', { ...TASK, stage_id: undefined }],
    ['has an empty stage ID', { ...TASK, stage_id: '' }],
    ['is no object', 7],
    ['is null', null],
  ])('makes the whole item unreadable when a task %s', (_, task) => {
    const tasks = [{ ...TASK, stage_id: '1' }, task, { ...TASK, stage_id: '2' }];
    expect(unreadableIn({ ...ITEM, stage_task_info_lists: tasks })).toEqual({ task: 1 });
  });

  test('makes the whole item unreadable when a count is missing', () => {
    const counts = [{ task_option_id: 1 }, null, { task_option_id: 2, stage_num: 4 }];
    expect(unreadableIn({ ...ITEM, stage_num_lists: counts })).toEqual({ count: 2 });
  });

  test.each([
    ['counts', { ...ITEM, stage_num_lists: 'none' }],
    ['tasks', { ...ITEM, stage_task_info_lists: {} }],
  ])('makes the whole item unreadable when the %s are not a list', (_, item) => {
    expect(unreadableIn(item)).toEqual({ list: 1 });
  });

  test.each([[null], [undefined]])('is not a missing list: %j', (none) => {
    const item = { user_id: 'ou_anna', stage_num_lists: none, stage_task_info_lists: none };
    expect(usersOf([item])).toEqual([{ userId: 'ou_anna', counts: [], stageTasks: [] }]);
  });

  test('may be an unsafe link, which alone is left out and counted', () => {
    const tasks = [{ ...TASK, jump_url: 'javascript:alert(1)' }];
    const { users, unreadable } = answerWith({
      items: [{ ...ITEM, stage_task_info_lists: tasks }],
    });
    expect(users[0]?.stageTasks[0]?.jumpUrl).toBeNull();
    expect(unreadable).toEqual({ jump_url: 1 });
  });

  test('may be the cycle, when the answer describes another one', () => {
    const other = { semester_id: '2', semester_name: { 'en-US': 'Another cycle' } };
    expect(fromBase('1', other)).toBeNull();
    expect(fromBase('1', { ...other, semester_id: '1' })?.name?.enUS).toBe('Another cycle');
  });

  test('leaves the users readable when the cycle is not', () => {
    const { semester, users } = answerWith({ base: 'H2', items: [ITEM] });
    expect(semester).toBeNull();
    expect(users).toHaveLength(1);
  });

  test('never changes a neighbour, for any JSON in its place', () => {
    const untouched = usersOf([NEIGHBOUR]);
    fc.assert(
      fc.property(fc.jsonValue(), (item) => {
        const users = usersOf([item, NEIGHBOUR]);
        expect(users.slice(-1)).toEqual(untouched);
      }),
    );
  });
});
