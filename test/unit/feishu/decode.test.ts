import fc from 'fast-check';
import { GatewayError } from '../../../src/domain/errors';
import { StageTaskStatus, TaskOption, type UserStageTasks } from '../../../src/domain/stage-task';
import type { Semester } from '../../../src/domain/semester';
import { classify, type Outcome } from '../../../src/feishu/classify';
import { CODE_ROWS, OWN_ROWS, rowOfHttpStatus } from '../../../src/feishu/error-table';
import { fromBase, fromListItem } from '../../../src/feishu/semester.mapping';
import { readItems } from '../../../src/feishu/stage-task.answer';
import { toRequestBody, toUserStageTasks } from '../../../src/feishu/stage-task.mapping';
import { countUnreadable, type UnreadableParts } from '../../../src/feishu/unreadable';
import { semestersDataWire } from '../../../src/feishu/wire/semester.wire';
import { findByUserListDataWire } from '../../../src/feishu/wire/stage-task.wire';

const SEMESTER_ID = '7412345678901234567';

/** The shape of the documentation's example, with people and stages of our own. */
const TASK = {
  stage_id: '7398765432109876543',
  name: { 'zh-CN': '自评', 'en-US': 'Self review' },
  deadline: '1795363199000',
  need_todo_count: 3,
  finished_count: 1,
  jump_url: 'https://performance.example.com/review/7412345678901234567',
  stage_task_status: 'need_todo',
  task_option_id: 1,
};
const ITEM = {
  user_id: 'ou_anna',
  stage_num_lists: [
    { task_option_id: 1, stage_num: 1 },
    { task_option_id: 2, stage_num: 0 },
  ],
  stage_task_info_lists: [TASK],
};
const NEIGHBOUR = { ...ITEM, user_id: 'ou_bela' };
const BASE = {
  semester_id: SEMESTER_ID,
  semester_name: { 'zh-CN': '2026 下半年', 'en-US': '2026 H2' },
  start_time: '1782835200000',
  end_time: '1798732799000',
};
const ANSWER = { code: 0, msg: '', data: { base: BASE, items: [ITEM, NEIGHBOUR] } };

interface Decoded {
  readonly semester: Semester | null;
  /** Those whose item can be read. */
  readonly users: readonly UserStageTasks[];
  readonly unreadable: UnreadableParts;
}

/** From the bytes of an answer to the domain. */
function read(body: string, status = 200): Outcome<Decoded> {
  const reply = { status, body, header: () => undefined };
  const decoded = classify(reply, ({ data }) => findByUserListDataWire.safeParse(data ?? {}));
  if (!decoded.ok) return decoded;
  const { base, items } = decoded.value;
  const { parts: unreadable, note } = countUnreadable();
  const users = items.flatMap((item) =>
    item?.user_id ? (toUserStageTasks(item.user_id, item, note) ?? []) : [],
  );
  return { ...decoded, value: { semester: fromBase(SEMESTER_ID, base), users, unreadable } };
}

function valueOf(body: string): Decoded {
  const outcome = read(body);
  if (!outcome.ok) throw new Error(`read as ${outcome.failure.row.kind}`);
  return outcome.value;
}

const answerWith = (data: unknown) => valueOf(JSON.stringify({ ...ANSWER, data }));
const usersOf = (items: unknown) => answerWith({ base: BASE, items }).users;
const tasksOf = (...tasks: unknown[]) =>
  usersOf([{ ...ITEM, stage_task_info_lists: tasks }]).flatMap((user) => user.stageTasks);
/** The one task of an answer in which these fields of it are different. */
const taskWith = (fields: object) => tasksOf({ ...TASK, ...fields })[0];
const countsOf = (counts: unknown) =>
  usersOf([{ ...ITEM, stage_num_lists: counts }]).flatMap((user) => user.counts);
/** What cannot be read of an answer with this one item; its user is then no user that can be read. */
function unreadableIn(item: unknown): UnreadableParts {
  const { users, unreadable } = answerWith({ items: [item] });
  expect(users).toEqual([]);
  return unreadable;
}

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

  test('may hold fields that nobody has heard of', () => {
    expect(taskWith({ colour: 'red', nested: { a: [1] } })).toEqual(taskWith({}));
  });

  test.each([
    ['nothing', {}],
    ['no people', { items: [] }],
    ['null for the people', { base: null, items: null }],
  ])('may hold %s', (_, data) => {
    expect(answerWith(data)).toEqual({ semester: null, users: [], unreadable: {} });
  });

  test.each([
    ['a text for the people', { items: 'none' }],
    ['an object for the people', { items: { ou_anna: {} } }],
    ['a text for everything', 'none'],
    ['a list for everything', [ITEM]],
  ])('is not read as "nobody is known" when it holds %s', (_, data) => {
    expect(findByUserListDataWire.safeParse(data).success).toBe(false);
  });
});

describe("a task's group", () => {
  test.each([
    ['task_option_id, as the tables say', { task_option_id: 2 }, 'DONE'],
    ['task_option, as the example says', { task_option: 2 }, 'DONE'],
    ['both alike', { task_option_id: 3, task_option: 3 }, 'OVERDUE'],
    [
      'both, where the name that the SDK types counts',
      { task_option_id: 3, task_option: 1 },
      'OVERDUE',
    ],
    [
      'task_option, where task_option_id is not readable',
      { task_option_id: {}, task_option: 1 },
      'TODO',
    ],
    ['digits in a string', { task_option_id: '1' }, 'TODO'],
    ['a number that is new', { task_option_id: 4 }, 'UNKNOWN'],
    ['task_option, where task_option_id is zero', { task_option_id: 0, task_option: 2 }, 'DONE'],
    ['task_option, where task_option_id is new', { task_option_id: 4, task_option: 3 }, 'OVERDUE'],
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

describe('a task of which Feishu says little', () => {
  test('is shown with what is known', () => {
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
  ])('has no deadline where that is %j', (deadline) => {
    expect(taskWith({ deadline })?.deadline).toBeNull();
  });

  it.each<[unknown, string]>([
    ['1', '1970-01-01T00:00:00.001Z'],
    ['1795363199000', '2026-11-22T15:59:59.000Z'],
    [1_795_363_199_000, '2026-11-22T15:59:59.000Z'],
    ['8640000000000000', '+275760-09-13T00:00:00.000Z'],
  ])('has a deadline where that is %j', (deadline, iso) => {
    expect(taskWith({ deadline })?.deadline?.toISOString()).toBe(iso);
  });
});

describe('a number', () => {
  it.each<[unknown, number | null]>([
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
  ])('that arrives as %j is answered as %j', (wire, expected) => {
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

  test('that comes as a number arrives digit for digit too', () => {
    const bodyWith = (id: string) => JSON.stringify(ANSWER).replaceAll(`"${TASK.stage_id}"`, id);
    const idsIn = (body: string) => valueOf(body).users.map((user) => user.stageTasks[0]?.stageId);
    for (const id of ['7', '9007199254740991', '9007199254740993', '7398765432109876543']) {
      expect(idsIn(bodyWith(id))).toEqual([id, id]);
    }
  });

  test('that comes rounded already is not taken for one', () => {
    const body = JSON.stringify(ANSWER).replaceAll(`"${TASK.stage_id}"`, '7.398765432109877e18');
    expect(valueOf(body)).toMatchObject({ users: [], unreadable: { task: 2 } });
  });
});

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

const TRACE = { code: 0, httpStatus: 200, logId: 'log-1' };

/** What an answer says of the users that were asked for, with errors by their codes. */
function answersTo(
  userIds: readonly string[],
  items: unknown,
  idType: 'OPEN_ID' | 'USER_ID' = 'OPEN_ID',
) {
  const unreadable = countUnreadable();
  const received = findByUserListDataWire.parse({ items }).items;
  const { users, isComplete } = readItems({ userIds, idType }, received, TRACE, unreadable.note);
  const said = [...users].map(([userId, answer]) => [
    userId,
    answer instanceof GatewayError ? answer.code : (answer?.userId ?? null),
  ]);
  return { said, isComplete, unreadable: unreadable.parts };
}

describe('what an answer says of the users that were asked for', () => {
  const NAMELESS = { ...ITEM, user_id: undefined };
  const asked = ['ou_anna', 'ou_bela'];

  test('is null for a user only where it is complete and leaves this user out', () => {
    expect(answersTo(asked, [ITEM])).toEqual({
      said: [
        ['ou_anna', 'ou_anna'],
        ['ou_bela', null],
      ],
      isComplete: true,
      unreadable: {},
    });
  });

  test.each([
    ['does not say whose it is', NAMELESS, { item_without_user: 1 }],
    ['is none', 7, { item_without_user: 1 }],
    ['is of a user not asked for', { ...ITEM, user_id: 'ou_cora' }, { item_of_another_user: 1 }],
  ])('is an error for users that are left out where an item %s', (_, item, unreadable) => {
    expect(answersTo(asked, [item, ITEM])).toEqual({
      said: [
        ['ou_anna', 'ou_anna'],
        ['ou_bela', 'UPSTREAM_MALFORMED'],
      ],
      isComplete: false,
      unreadable,
    });
  });

  test('is a lack of permission where no item at all has a user ID, of type USER_ID', () => {
    const lacks = 'UPSTREAM_PERMISSION_DENIED';
    const said = (items: unknown, idType: 'OPEN_ID' | 'USER_ID') =>
      answersTo(['anna'], items, idType).said[0]?.[1];
    expect(said([NAMELESS, NAMELESS], 'USER_ID')).toBe(lacks);
    expect(said([NAMELESS, { ...ITEM, user_id: 'bela' }], 'USER_ID')).toBe('UPSTREAM_MALFORMED');
    expect(said([NAMELESS], 'OPEN_ID')).toBe('UPSTREAM_MALFORMED');
  });

  test('is one answer where two items say the same, in whatever order of fields', () => {
    const again = Object.fromEntries(Object.entries(ITEM).reverse());
    const { said, isComplete, unreadable } = answersTo(['ou_anna'], [ITEM, again]);
    expect({ said, isComplete, unreadable }).toEqual({
      said: [['ou_anna', 'ou_anna']],
      isComplete: true,
      unreadable: {},
    });
  });

  test.each([
    ['says less', { ...ITEM, stage_task_info_lists: [] }, { repeated_item: 1 }],
    ['cannot be read', { ...ITEM, stage_num_lists: 7 }, { repeated_item: 1, list: 1 }],
  ])('is an error where a second item %s, whichever comes first', (_, other, unreadable) => {
    for (const items of [
      [ITEM, other],
      [other, ITEM],
    ]) {
      expect(answersTo(['ou_anna'], items)).toEqual({
        said: [['ou_anna', 'UPSTREAM_MALFORMED']],
        isComplete: true,
        unreadable,
      });
    }
  });

  test('is never another user’s, and never null unless each item has a user, whatever it holds', () => {
    const item = fc.record(
      {
        user_id: fc.constantFrom('ou_anna', 'ou_bela', 'ou_cora', '', 7, null),
        stage_task_info_lists: fc.constantFrom<unknown>([TASK], [], [7], 'none'),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(fc.array(fc.oneof(item, fc.jsonValue()), { maxLength: 6 }), (items) => {
        const { said, isComplete } = answersTo(asked, items);
        for (const [userId, answer] of said) {
          expect([userId, 'UPSTREAM_MALFORMED', null]).toContain(answer);
          if (!isComplete) expect(answer).not.toBeNull();
        }
      }),
    );
  });
});

describe("a user's tasks", () => {
  const other = { ...TASK, need_todo_count: 9 };
  const ordinals = (...tasks: unknown[]) =>
    tasksOf(...tasks).map(({ needTodoCount, ordinal }) => [needTodoCount, ordinal]);

  test('are each shown once, also where one is repeated word for word', () => {
    expect(ordinals(TASK, TASK)).toEqual([[3, undefined]]);
  });

  test('of one stage and group are told apart by a number, the first of them as ever', () => {
    expect(ordinals(TASK, other, TASK, { ...other, need_todo_count: 8 })).toEqual([
      [3, undefined],
      [9, 2],
      [8, 3],
    ]);
  });

  test('of one stage in two groups, or of two stages, need no number', () => {
    const tasks = [TASK, { ...TASK, task_option_id: 2 }, { ...TASK, stage_id: '7' }];
    expect(ordinals(...tasks).map(([, ordinal]) => ordinal)).toEqual(Array(3).fill(undefined));
  });
});

describe('the list of all review cycles', () => {
  const cyclesOf = (items: unknown) => semestersDataWire.parse({ items }).items.map(fromListItem);
  const CYCLE = { id: SEMESTER_ID, name: BASE.semester_name, start_time: '1782835200000' };

  test('is read, with an end left open where Feishu names none', () => {
    expect(cyclesOf([{ ...CYCLE, year: 2026, progress: 'enabled', end_time: '0' }])).toEqual([
      {
        id: SEMESTER_ID,
        name: { zhCN: '2026 下半年', enUS: '2026 H2' },
        startTime: new Date(1_782_835_200_000),
        endTime: null,
      },
    ]);
  });

  test('keeps the cycles beside what is none', () => {
    const cycles = cyclesOf([null, {}, { ...CYCLE, id: '' }, 'x', CYCLE]);
    expect(cycles.map((cycle) => cycle?.id)).toEqual([...Array(4), SEMESTER_ID]);
  });
});

describe('a question to Feishu', () => {
  test('goes out in its own terms, the bounds as text', () => {
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

  test('leaves out what does not restrict', () => {
    const query = { semesterId: '1', idType: 'USER_ID', userIds: ['a'], filter: {} } as const;
    expect(toRequestBody(query)).toStrictEqual({ semester_id: '1', user_id_lists: ['a'] });
  });
});

const STATUSES = [200, 302, 400, 401, 404, 429, 500, 503];
const ROWS = [...CODE_ROWS.values(), ...Object.values(OWN_ROWS), ...STATUSES.map(rowOfHttpStatus)];
const INT32 = 2 ** 31;

function expectInt(value: number | null): void {
  if (value === null) return;
  expect(Number.isInteger(value) && value >= -INT32 && value < INT32).toBe(true);
}

/** All that the schema promises of a person's tasks. */
function expectServable(user: UserStageTasks): void {
  expect(user.userId).not.toBe('');
  for (const { option, count } of user.counts) {
    expect(Object.keys(TaskOption)).toContain(option);
    expectInt(count);
  }
  for (const task of user.stageTasks) {
    expect(task.stageId).not.toBe('');
    expect(Object.keys(TaskOption)).toContain(task.option);
    expect(Object.keys(StageTaskStatus)).toContain(task.status);
    expect(task.deadline?.getTime()).not.toBeNaN();
    expectInt(task.needTodoCount);
    expectInt(task.finishedCount);
  }
}

function expectAnswerOrFailure(body: string, status: number): void {
  const outcome = read(body, status);
  if (outcome.ok) outcome.value.users.forEach(expectServable);
  else expect(ROWS).toContainEqual(outcome.failure.row);
}

/** The value, with one place in it replaced: the path's numbers choose among whatever is there. */
function replaceIn(
  value: unknown,
  [step, ...path]: readonly number[],
  replacement: unknown,
): unknown {
  if (typeof value !== 'object' || value === null || step === undefined) return replacement;
  const keys = Object.keys(value);
  const chosen = keys[step % keys.length];
  const copy = Object.entries(value).map(([key, part]: [string, unknown]) => [
    key,
    key === chosen ? replaceIn(part, path, replacement) : part,
  ]);
  const replaced = Object.fromEntries(copy) as Record<string, unknown>;
  return Array.isArray(value) ? Object.values(replaced) : replaced;
}

describe('whatever Feishu answers, the gateway makes an answer or a known failure of it', () => {
  const status = fc.constantFrom(...STATUSES);

  test('when it is any text', () => {
    fc.assert(fc.property(fc.string(), status, expectAnswerOrFailure));
  });

  test('when it is any JSON', () => {
    fc.assert(fc.property(fc.json(), status, expectAnswerOrFailure));
  });

  test('when it is any data in an envelope', () => {
    const code = fc.constantFrom<unknown>(0, 0, 0, 1580102, 99991400, 424242, -1, '0', null, 0.5);
    const wrapped = fc
      .record({ code, data: fc.jsonValue(), error: fc.jsonValue() })
      .map((envelope) => JSON.stringify(envelope));
    fc.assert(fc.property(wrapped, status, expectAnswerOrFailure));
  });

  test('when it is a genuine answer with up to four parts gone wrong', () => {
    const part = fc.oneof(
      fc.jsonValue({ maxDepth: 2 }),
      fc.constantFrom('', '0', -0, 1e300, [], {}),
    );
    const change = fc.tuple(fc.array(fc.nat(50), { minLength: 1, maxLength: 6 }), part);
    const changed = fc
      .array(change, { minLength: 1, maxLength: 4 })
      .map((changes) =>
        changes.reduce<unknown>((answer, [path, by]) => replaceIn(answer, path, by), ANSWER),
      );
    fc.assert(
      fc.property(changed, status, (answer, httpStatus) => {
        expectAnswerOrFailure(JSON.stringify(answer), httpStatus);
      }),
      { numRuns: 1_000 },
    );
  });

  test('when it is a genuine answer that breaks off', () => {
    const whole = JSON.stringify(ANSWER);
    fc.assert(
      fc.property(fc.nat(whole.length - 1), (length) => {
        const outcome = read(whole.slice(0, length));
        expect(!outcome.ok && outcome.failure.row).toBe(OWN_ROWS.malformed);
      }),
    );
  });
});
