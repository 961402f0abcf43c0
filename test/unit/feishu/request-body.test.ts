import { toRequestBody } from '../../../src/feishu/stage-task.mapping';
import { SEMESTER_ID } from '../../support/feishu-answer';

describe('the body of a call', () => {
  test('uses Feishu’s terms, with bounds as text', () => {
    const filter = {
      options: ['TODO', 'DONE', 'OVERDUE'],
      deadlineAfterMs: 0,
      deadlineBeforeMs: 1_795_363_199_000,
    } as const;
    const userIds = ['ou_b', 'ou_a'];
    const query = { semesterId: SEMESTER_ID, idType: 'OPEN_ID', userIds, filter } as const;
    expect(toRequestBody(query)).toStrictEqual({
      semester_id: SEMESTER_ID,
      user_id_lists: ['ou_b', 'ou_a'],
      task_option_lists: [1, 2, 3],
      after_time: '0',
      before_time: '1795363199000',
    });
  });

  test('leaves out filters that do not restrict', () => {
    const query = { semesterId: '1', idType: 'USER_ID', userIds: ['a'], filter: {} } as const;
    expect(toRequestBody(query)).toStrictEqual({ semester_id: '1', user_id_lists: ['a'] });
  });
});
