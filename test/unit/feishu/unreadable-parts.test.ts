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

describe('one unreadable part of an answer', () => {
  test.each([
    ['does not say whose it is', { ...ITEM, user_id: undefined }],
    ['belongs to nobody', { ...ITEM, user_id: '' }],
    ['is no object', 'ou_anna'],
    ['is null', null],
    ['is a list', [ITEM]],
  ])('costs nobody else anything when an item %s', (_, item) => {
    const [before, , after] = usersOf([NEIGHBOUR, ITEM, { ...ITEM, user_id: 'ou_cora' }]);
    expect(usersOf([NEIGHBOUR, item, { ...ITEM, user_id: 'ou_cora' }])).toEqual([before, after]);
  });

  test.each([
    ['does not name its stage', { ...TASK, stage_id: undefined }],
    ['belongs to no stage', { ...TASK, stage_id: '' }],
    ['is no object', 7],
    ['is null', null],
  ])('makes the whole item unreadable, rather than a task shorter, when a task %s', (_, task) => {
    const tasks = [{ ...TASK, stage_id: '1' }, task, { ...TASK, stage_id: '2' }];
    expect(unreadableIn({ ...ITEM, stage_task_info_lists: tasks })).toEqual({ task: 1 });
  });

  test('makes the whole item unreadable when a count does not count', () => {
    const counts = [{ task_option_id: 1 }, null, { task_option_id: 2, stage_num: 4 }];
    expect(unreadableIn({ ...ITEM, stage_num_lists: counts })).toEqual({ count: 2 });
  });

  test.each([
    ['counts', { ...ITEM, stage_num_lists: 'none' }],
    ['tasks', { ...ITEM, stage_task_info_lists: {} }],
  ])('makes the whole item unreadable when the %s are no list', (_, item) => {
    expect(unreadableIn(item)).toEqual({ list: 1 });
  });

  test.each([[null], [undefined]])('is not a list that is left out: %j', (none) => {
    const item = { user_id: 'ou_anna', stage_num_lists: none, stage_task_info_lists: none };
    expect(usersOf([item])).toEqual([{ userId: 'ou_anna', counts: [], stageTasks: [] }]);
  });

  test('is not a link that must not be followed: only the link is left out, and counted', () => {
    const tasks = [{ ...TASK, jump_url: 'javascript:alert(1)' }];
    const { users, unreadable } = answerWith({
      items: [{ ...ITEM, stage_task_info_lists: tasks }],
    });
    expect(users[0]?.stageTasks[0]?.jumpUrl).toBeNull();
    expect(unreadable).toEqual({ jump_url: 1 });
  });

  test('does not describe the cycle asked about by another one', () => {
    const other = { semester_id: '2', semester_name: { 'en-US': 'Another cycle' } };
    expect(fromBase('1', other)).toBeNull();
    expect(fromBase('1', { ...other, semester_id: '1' })?.name?.enUS).toBe('Another cycle');
  });

  test('leaves the people when the cycle cannot be read', () => {
    const { semester, users } = answerWith({ base: 'H2', items: [ITEM] });
    expect(semester).toBeNull();
    expect(users).toHaveLength(1);
  });

  test('never touches a neighbour, whatever it turns into', () => {
    const untouched = usersOf([NEIGHBOUR]);
    fc.assert(
      fc.property(fc.jsonValue(), (item) => {
        const users = usersOf([item, NEIGHBOUR]);
        expect(users.slice(-1)).toEqual(untouched);
      }),
    );
  });
});
