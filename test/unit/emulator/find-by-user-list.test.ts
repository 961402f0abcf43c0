import { type Emulator, startEmulator } from '../../../src/emulator/emulator';
import {
  absentees,
  at,
  openIds,
  participants,
  rawClient,
  type RawClient,
  type RawTask,
  runningSemester,
} from './raw-client';

/** Dates move with the day, so that these tests fix one. */
const NOW_MS = Date.parse('2026-11-23T09:00:00Z');

describe('find_by_user_list', () => {
  let emulator: Emulator;
  let client: RawClient;

  beforeAll(async () => {
    emulator = await startEmulator({ quotaCalls: 1000, now: () => NOW_MS });
    client = rawClient(emulator);
  });

  afterAll(() => emulator.close());

  test('answers 50 users with their cycle and all their tasks', async () => {
    const ids = openIds(participants(emulator), 50);
    const { status, body } = await client.findByUserList({ user_id_lists: ids });
    expect({ status, code: body.code }).toEqual({ status: 200, code: 0 });
    expect(body.data.base).toEqual({
      semester_id: runningSemester(emulator).id,
      semester_name: { 'zh-CN': '2026 年下半年绩效评估', 'en-US': '2026 H2 Performance Review' },
      start_time: '1782835200000',
      end_time: '1801411199000',
    });
    expect(body.data.items.map(({ user_id }) => user_id).sort()).toEqual([...ids].sort());
    expect(body.data.items.every((item) => item.stage_task_info_lists.length > 0)).toBe(true);
  });

  test('answers what expectedTasks returns, with and without filters', async () => {
    const { openId } = at(participants(emulator), 3);
    const semesterId = runningSemester(emulator).id;
    const filter = { task_option_lists: [2], after_time: '1794585598999' };
    const plain = await client.findByUserList({ user_id_lists: [openId] });
    const narrowed = await client.findByUserList({ user_id_lists: [openId], ...filter });
    const query = { semesterId, userIdType: 'open_id', userId: openId } as const;
    expect(plain.body.data.items).toEqual([emulator.expectedTasks(query)]);
    expect(narrowed.body.data.items).toEqual([
      emulator.expectedTasks({ ...query, taskOptions: [2], afterTime: '1794585598999' }),
    ]);
    expect(narrowed.body.data.items).not.toEqual(plain.body.data.items);
  });

  test('gives the same tasks under each of the four ID types', async () => {
    const person = at(participants(emulator), 10);
    const { openId, unionId, userId, peopleAdminId } = person;
    const answers = await Promise.all([
      client.findByUserList({ user_id_lists: [openId] }, { idType: 'open_id' }),
      client.findByUserList({ user_id_lists: [unionId] }, { idType: 'union_id' }),
      client.findByUserList({ user_id_lists: [userId] }, { idType: 'user_id' }),
      client.findByUserList({ user_id_lists: [peopleAdminId] }, { idType: 'people_admin_id' }),
    ]);
    const items = answers.map(({ body }) => at(body.data.items, 0));
    expect(items.map(({ user_id }) => user_id)).toEqual([openId, unionId, userId, peopleAdminId]);
    const tasks = items.map(({ stage_task_info_lists }) => JSON.stringify(stage_task_info_lists));
    expect(new Set(tasks).size).toBe(1);
  });

  test('reads IDs as open IDs when no type is named', async () => {
    const { userId } = at(emulator.people, 0);
    const { body } = await client.findByUserList({ user_id_lists: [userId] });
    expect(body.code).toBe(1580102);
  });

  test('returns items in another order than the call’s', async () => {
    const ids = openIds(participants(emulator), 20);
    const { body } = await client.findByUserList({ user_id_lists: ids });
    const answered = body.data.items.map(({ user_id }) => user_id);
    expect(answered).not.toEqual(ids);
    expect([...answered].sort()).toEqual([...ids].sort());
  });

  test('swaps even two users', async () => {
    const ids = openIds(participants(emulator), 11);
    for (const [index, first] of ids.slice(0, 10).entries()) {
      const pair = [first, at(ids, index + 1)];
      const { body } = await client.findByUserList({ user_id_lists: pair });
      expect(body.data.items.map(({ user_id }) => user_id)).toEqual([...pair].reverse());
    }
  });

  test('answers a user once that is named twice', async () => {
    const [id = ''] = openIds(participants(emulator), 1);
    const { body } = await client.findByUserList({ user_id_lists: [id, id] });
    expect(body.data.items).toHaveLength(1);
  });

  test('leaves out unknown users and people outside the cycle', async () => {
    const [known = ''] = openIds(participants(emulator), 1);
    const [absent = ''] = openIds(absentees(emulator), 1);
    const { body } = await client.findByUserList({
      user_id_lists: ['ou_unknown', known, absent],
    });
    expect(body.data.items.map(({ user_id }) => user_id)).toEqual([known]);
  });

  test('counts the listed tasks under all three options', async () => {
    const ids = openIds(participants(emulator), 50);
    const { body } = await client.findByUserList({ user_id_lists: ids });
    for (const { stage_num_lists, stage_task_info_lists } of body.data.items) {
      const listed = (option: number) =>
        stage_task_info_lists.filter((task) => task.task_option_id === option).length;
      expect(stage_num_lists).toEqual(
        [1, 2, 3].map((option) => ({ task_option_id: option, stage_num: listed(option) })),
      );
    }
  });

  test('narrows to the task options of the call', async () => {
    const ids = openIds(participants(emulator), 50);
    const tasksFor = async (options: number[]): Promise<RawTask[]> => {
      const { body } = await client.findByUserList({
        user_id_lists: ids,
        task_option_lists: options,
      });
      return body.data.items.flatMap(({ stage_task_info_lists }) => stage_task_info_lists);
    };
    const [all, todoOrOverdue] = [await tasksFor([]), await tasksFor([1, 3])];
    expect(new Set(all.map((task) => task.task_option_id))).toEqual(new Set([1, 2, 3]));
    expect(new Set(todoOrOverdue.map((task) => task.task_option_id))).toEqual(new Set([1, 3]));
  });

  test('excludes a deadline that equals a bound', async () => {
    const { openId } = at(participants(emulator), 0);
    const deadlineMs = at(runningSemester(emulator).stages, 0).deadlineMs;
    const deadlinesBetween = async (afterMs: number, beforeMs: number) => {
      const bounds = { after_time: String(afterMs), before_time: String(beforeMs) };
      const { body } = await client.findByUserList({ user_id_lists: [openId], ...bounds });
      return at(body.data.items, 0).stage_task_info_lists.map(({ deadline }) => deadline);
    };
    expect(await deadlinesBetween(deadlineMs - 1, deadlineMs + 1)).toEqual([String(deadlineMs)]);
    expect(await deadlinesBetween(deadlineMs, deadlineMs + 1)).toEqual([]);
    expect(await deadlinesBetween(deadlineMs - 1, deadlineMs)).toEqual([]);
  });

  test('refuses 51 users', async () => {
    const ids = openIds(emulator.people, 51);
    const { status, body } = await client.findByUserList({ user_id_lists: ids });
    expect({ status, code: body.code, msg: body.msg }).toEqual({
      status: 400,
      code: 1580102,
      msg: 'param is invalid',
    });
  });

  const known = { user_id_lists: ['ou_known'] };
  test.each([
    ['an empty list of users', 'user_id_lists', { user_id_lists: [] }],
    ['no list of users', 'user_id_lists', {}],
    ['a user ID that is a number', 'user_id_lists', { user_id_lists: [7] }],
    ['a blank user ID', 'user_id_lists', { user_id_lists: ['ou_known', ' '] }],
    ['a user ID of another type', 'user_id_lists', { user_id_lists: ['on_known'] }],
    ['a user ID of 65 characters', 'user_id_lists', { user_id_lists: ['ou_'.padEnd(65, '0')] }],
    ['an unknown semester', 'semester_id', { ...known, semester_id: '7000000000000000000' }],
    ['a semester ID that is a number', 'semester_id', { ...known, semester_id: 7 }],
    ['task option 4', 'task_option_lists', { ...known, task_option_lists: [4] }],
    ['a task option in a string', 'task_option_lists', { ...known, task_option_lists: ['1'] }],
    ['four task options', 'task_option_lists', { ...known, task_option_lists: [1, 2, 3, 1] }],
    ['a time that is a number', 'after_time', { ...known, after_time: 1717142243000 }],
    ['a time that is not digits', 'before_time', { ...known, before_time: '2026-01-01' }],
  ])('refuses %s and names the field', async (_what, field, body) => {
    const answer = await client.findByUserList(body);
    expect({ status: answer.status, code: answer.body.code }).toEqual({
      status: 400,
      code: 1580102,
    });
    expect(answer.body.error.field_violations.map((violation) => violation.field)).toEqual([field]);
  });

  test.each(['user_id', 'people_admin_id'])('refuses a blank ID of type %s', async (idType) => {
    const { body } = await client.findByUserList({ user_id_lists: [' '] }, { idType });
    expect(body.code).toBe(1580102);
  });

  test('refuses a user_id_type that does not exist', async () => {
    const { body } = await client.findByUserList(known, { idType: 'email' });
    expect(body.code).toBe(1580102);
  });

  test('lets a user token ask for its own user under any ID type, and for no other user', async () => {
    const [self, colleague] = [at(participants(emulator), 0), at(participants(emulator), 1)];
    const token = emulator.issueUserToken(self);
    const ask = (ids: string[], idType: string) =>
      client.findByUserList({ user_id_lists: ids }, { token, idType });
    expect((await ask([self.openId], 'open_id')).body.data.items).toHaveLength(1);
    expect((await ask([self.unionId], 'union_id')).body.data.items).toHaveLength(1);
    const { status, body } = await ask([self.openId, colleague.openId], 'open_id');
    expect({ status, code: body.code }).toEqual({ status: 400, code: 1580102 });
  });

  test('records what each call asked for and how it was answered', async () => {
    emulator.clearCalls();
    const { openId } = at(participants(emulator), 0);
    const filter = { task_option_lists: [1], after_time: '1', before_time: '2' };
    await client.findByUserList(
      { user_id_lists: [openId], ...filter },
      { token: await client.tenantToken(), idType: 'open_id' },
    );
    expect(emulator.calls.map(({ api }) => api)).toEqual(['tenant_token', 'find_by_user_list']);
    expect(emulator.callsOf('find_by_user_list')).toEqual([
      {
        api: 'find_by_user_list',
        at: expect.any(Number) as number,
        tokenKind: 'tenant',
        tenantKey: emulator.tenantKey,
        semesterId: runningSemester(emulator).id,
        userIdType: 'open_id',
        userIds: [openId],
        taskOptions: [1],
        afterTime: '1',
        beforeTime: '2',
        status: 200,
        code: 0,
      },
    ]);
  });
});
