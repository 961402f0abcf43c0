import fc from 'fast-check';
import { findByUserListDataWire } from '../../../src/feishu/wire/stage-task.wire';
import {
  ANSWER,
  ITEM,
  SEMESTER_ID,
  TASK,
  answerWith,
  countsOf,
  taskWith,
  tasksOf,
  unreadableIn,
  usersOf,
  valueOf,
} from '../../support/feishu-answer';

describe('an answer of Feishu', () => {
  test('is read in full', () => {
    const stageTask = {
      stageId: '7398765432109876543',
      name: { zhCN: '自评', enUS: 'Self review' },
      deadline: new Date(1_795_363_199_000),
      needTodoCount: 3,
      finishedCount: 1,
      jumpUrl: 'https://performance.example.com/review/7412345678901234567',
      status: 'NEED_TODO',
      option: 'TODO',
    };
    const counts = [
      { option: 'TODO', count: 1 },
      { option: 'DONE', count: 0 },
    ];
    expect(valueOf(JSON.stringify(ANSWER))).toEqual({
      semester: {
        id: SEMESTER_ID,
        name: { zhCN: '2026 下半年', enUS: '2026 H2' },
        startTime: new Date(1_782_835_200_000),
        endTime: new Date(1_798_732_799_000),
      },
      users: [
        { userId: 'ou_anna', counts, stageTasks: [stageTask] },
        { userId: 'ou_bela', counts, stageTasks: [stageTask] },
      ],
      unreadable: {},
    });
  });

  test('may hold unknown fields', () => {
    expect(taskWith({ colour: 'red', nested: { a: [1] } })).toEqual(taskWith({}));
  });

  test.each([
    ['nothing', {}],
    ['no users', { items: [] }],
    ['null for the users', { base: null, items: null }],
  ])('may hold %s', (_, data) => {
    expect(answerWith(data)).toEqual({ semester: null, users: [], unreadable: {} });
  });

  test.each([
    ['a text for the users', { items: 'none' }],
    ['an object for the users', { items: { ou_anna: {} } }],
    ['a text for everything', 'none'],
    ['a list for everything', [ITEM]],
  ])('is not read as one without users when it holds %s', (_, data) => {
    expect(findByUserListDataWire.safeParse(data).success).toBe(false);
  });
});

describe("a task's group", () => {
  test.each([
    ['task_option_id, as the tables say', { task_option_id: 2 }, 'DONE'],
    ['task_option, as the example says', { task_option: 2 }, 'DONE'],
    ['both, when they are equal', { task_option_id: 3, task_option: 3 }, 'OVERDUE'],
    ['task_option_id, when both differ', { task_option_id: 3, task_option: 1 }, 'OVERDUE'],
    [
      'task_option, when task_option_id is not readable',
      { task_option_id: {}, task_option: 1 },
      'TODO',
    ],
    ['digits in a string', { task_option_id: '1' }, 'TODO'],
    ['an unknown number', { task_option_id: 4 }, 'UNKNOWN'],
    ['task_option, when task_option_id is zero', { task_option_id: 0, task_option: 2 }, 'DONE'],
    [
      'task_option, when task_option_id is unknown',
      { task_option_id: 4, task_option: 3 },
      'OVERDUE',
    ],
    ['zero', { task_option_id: 0 }, 'UNKNOWN'],
    ['neither', {}, 'UNKNOWN'],
  ])('is read from %s', (_, fields, option) => {
    expect(taskWith({ task_option_id: undefined, ...fields })?.option).toBe(option);
    expect(countsOf([{ ...fields, stage_num: 5 }])).toEqual([{ option, count: 5 }]);
  });
});

describe("a task's status", () => {
  test.each([
    ['need_todo', 'NEED_TODO'],
    ['overdue', 'OVERDUE'],
    ['all_done', 'ALL_DONE'],
    ['stage_pause', 'STAGE_PAUSE'],
    ['half_done', 'UNKNOWN'],
    ['NEED_TODO', 'UNKNOWN'],
    ['', 'UNKNOWN'],
    [null, 'UNKNOWN'],
    [undefined, 'UNKNOWN'],
  ])('%j is shown as %s', (wire, status) => {
    expect(taskWith({ stage_task_status: wire })?.status).toBe(status);
  });
});

describe('a task with few fields', () => {
  test('has null for each missing field', () => {
    expect(tasksOf({ stage_id: '7' })).toEqual([
      {
        stageId: '7',
        name: null,
        deadline: null,
        needTodoCount: null,
        finishedCount: null,
        jumpUrl: null,
        status: 'UNKNOWN',
        option: 'UNKNOWN',
      },
    ]);
  });

  test.each([
    ['only Chinese', { 'zh-CN': '自评' }, { zhCN: '自评', enUS: null }],
    ['only English', { 'en-US': 'Self review' }, { zhCN: null, enUS: 'Self review' }],
    [
      'Chinese, and English left blank',
      { 'zh-CN': '自评', 'en-US': '' },
      { zhCN: '自评', enUS: null },
    ],
    ['neither', { 'zh-CN': '', 'en-US': '' }, null],
    ['a plain text', '自评', null],
  ])('has a name in %s', (_, wire, name) => {
    expect(taskWith({ name: wire })?.name).toEqual(name);
  });

  test.each([
    '0',
    '',
    '000',
    'soon',
    '-1',
    '1.5',
    '1e12',
    ' 1',
    '0x10',
    '8640000000000001',
    null,
    {},
  ])('has no deadline when Feishu sends %j', (deadline) => {
    expect(taskWith({ deadline })?.deadline).toBeNull();
  });

  test.each<[unknown, string]>([
    ['1', '1970-01-01T00:00:00.001Z'],
    ['1795363199000', '2026-11-22T15:59:59.000Z'],
    [1_795_363_199_000, '2026-11-22T15:59:59.000Z'],
    ['8640000000000000', '+275760-09-13T00:00:00.000Z'],
  ])('has a deadline when Feishu sends %j', (deadline, iso) => {
    expect(taskWith({ deadline })?.deadline?.toISOString()).toBe(iso);
  });
});

describe('a number', () => {
  test.each<[unknown, number | null]>([
    [0, 0],
    [99_999, 99_999],
    ['12', 12],
    [2_147_483_647, 2_147_483_647],
    [2_147_483_648, null],
    ['2147483648', null],
    ['99999999999999999999', null],
    [1.5, null],
    ['1.5', null],
    ['', null],
    ['many', null],
    [true, null],
    [[1], null],
  ])('of %j is read as %j', (wire, expected) => {
    const task = taskWith({ need_todo_count: wire, finished_count: wire });
    expect(task?.needTodoCount).toBe(expected);
    expect(task?.finishedCount).toBe(expected);
    const item = { ...ITEM, stage_num_lists: [{ task_option: 2, stage_num: wire }] };
    if (expected === null) expect(unreadableIn(item)).toEqual({ count: 1 });
    else expect(countsOf(item.stage_num_lists)).toEqual([{ option: 'DONE', count: expected }]);
  });
});

describe('an ID', () => {
  const digits = fc.stringMatching(/^[1-9]\d{18,24}$/);

  test('of 19 and more digits arrives digit for digit', () => {
    fc.assert(
      fc.property(digits, digits, (userId, stageId) => {
        const task = { ...TASK, stage_id: stageId };
        const [user] = usersOf([{ user_id: userId, stage_task_info_lists: [task] }]);
        expect(user?.userId).toBe(userId);
        expect(user?.stageTasks.map((found) => found.stageId)).toEqual([stageId]);
      }),
    );
  });

  test('that is a JSON number arrives digit for digit too', () => {
    const bodyWith = (id: string) => JSON.stringify(ANSWER).replaceAll(`"${TASK.stage_id}"`, id);
    const idsIn = (body: string) => valueOf(body).users.map((user) => user.stageTasks[0]?.stageId);
    for (const id of ['7', '9007199254740991', '9007199254740993', '7398765432109876543']) {
      expect(idsIn(bodyWith(id))).toEqual([id, id]);
    }
  });

  test('that was rounded is unreadable', () => {
    const body = JSON.stringify(ANSWER).replaceAll(`"${TASK.stage_id}"`, '7.398765432109877e18');
    expect(valueOf(body)).toMatchObject({ users: [], unreadable: { task: 2 } });
  });
});

describe("a user's tasks", () => {
  const other = { ...TASK, need_todo_count: 9 };
  const ordinals = (...tasks: unknown[]) =>
    tasksOf(...tasks).map(({ needTodoCount, ordinal }) => [needTodoCount, ordinal]);

  test('are each shown once, even when one is repeated word for word', () => {
    expect(ordinals(TASK, TASK)).toEqual([[3, undefined]]);
  });

  test('of one stage and group are numbered from the second one on', () => {
    expect(ordinals(TASK, other, TASK, { ...other, need_todo_count: 8 })).toEqual([
      [3, undefined],
      [9, 2],
      [8, 3],
    ]);
  });

  test('of one stage in two groups, or of two stages, have no number', () => {
    const tasks = [TASK, { ...TASK, task_option_id: 2 }, { ...TASK, stage_id: '7' }];
    expect(ordinals(...tasks).map(([, ordinal]) => ordinal)).toEqual(Array(3).fill(undefined));
  });
});
