import fc from 'fast-check';
import {
  MixedTasksDocument,
  SemesterTasksDocument,
  UsersTasksDocument,
  type WholeStageTasksFragment,
} from '../generated/operations';
import { expectOwnTasks, openIds } from '../support/expected';
import { startGateway, type TestGateway } from '../support/gateway';

let gateway: TestGateway;

beforeAll(async () => {
  gateway = await startGateway();
});
afterAll(() => gateway.close());
beforeEach(() => {
  gateway.emulator.clearCalls();
});

const peopleIds = (count: number, from = 0) =>
  openIds(gateway.emulator.people.slice(from, from + count));

/** Dates move with the day: the deadline of a stage of the running cycle, as an argument. */
const deadlineOf = (stage: number) =>
  new Date(gateway.emulator.semesters.at(-1)?.stages[stage]?.deadlineMs ?? NaN).toISOString();

function askedFor() {
  return gateway.emulator.callsOf('find_by_user_list').map((call) => call.userIds ?? []);
}

/** `n` calls, each user in exactly one of them, none of them with more than 50. */
function expectCalls(n: number, userIds: readonly string[]): void {
  const asked = askedFor();
  expect(asked).toHaveLength(n);
  expect(Math.max(...asked.map((ids) => ids.length))).toBeLessThanOrEqual(50);
  expect(asked.flat().sort()).toEqual([...userIds].sort());
}

describe('200 users in one operation make four upstream calls, and each gets its own tasks', () => {
  test('with 200 aliases', async () => {
    const ids = peopleIds(200);
    const fields = ids.map(
      (id, i) =>
        `u${i}: user(id: "${id}") { stageTasks(semesterId: "${gateway.semesterId}") { user { id }
          stageTasks { stageId name { zhCN } deadline needTodoCount jumpUrl } } }`,
    );
    const { data, errors } = await gateway.query<
      Record<string, { stageTasks: WholeStageTasksFragment | null }>,
      object
    >(`{ ${fields.join('\n')} }`, {});

    expect(errors).toEqual([]);
    expectCalls(4, ids);
    expectOwnTasks(
      gateway,
      ids,
      ids.map((_, i) => data?.[`u${i}`]?.stageTasks),
    );
  });

  test('with users(ids)', async () => {
    const ids = peopleIds(200, 200);
    const { semesterId } = gateway;
    const { data, errors } = await gateway.query(UsersTasksDocument, { semesterId, ids });

    expect(errors).toEqual([]);
    expectCalls(4, ids);
    expectOwnTasks(
      gateway,
      ids,
      (data?.users ?? []).map((user) => user.stageTasks),
    );
  });

  test('with semester.userStageTasks', async () => {
    const userIds = peopleIds(200, 400);
    const { semesterId } = gateway;
    const { data, errors } = await gateway.query(SemesterTasksDocument, { semesterId, userIds });

    expect(errors).toEqual([]);
    expectCalls(4, userIds);
    expectOwnTasks(gateway, userIds, data?.semester?.userStageTasks ?? []);
  });

  test('with all of these at once, and some users twice', async () => {
    const [one = '', another = '', ...rest] = peopleIds(200, 600);
    const [some, others] = [rest.slice(0, 120), rest.slice(120)];
    const { semesterId } = gateway;
    const { data, errors } = await gateway.query(MixedTasksDocument, {
      semesterId,
      one,
      another,
      some,
      others: [...others, one],
    });

    expect(errors).toEqual([]);
    expectCalls(4, [one, another, ...rest]);
    expectOwnTasks(
      gateway,
      [one, another, ...some, ...others, one],
      [
        data?.one.stageTasks,
        data?.another.stageTasks,
        ...(data?.users ?? []).map((user) => user.stageTasks),
        ...(data?.semester?.userStageTasks ?? []),
      ],
    );
    expect(data?.semester?.name?.zhCN).toBeTruthy();
    expect(gateway.emulator.callsOf('semesters')).toEqual([]);
  });
});

test('The emulator of these tests shuffles its answers and leaves users out', async () => {
  const userIds = peopleIds(200);
  const { semesterId } = gateway;
  const { data } = await gateway.query(SemesterTasksDocument, { semesterId, userIds });
  const answers = data?.semester?.userStageTasks ?? [];
  const missing = answers.filter((answer) => answer === null).length;

  expect(missing).toBeGreaterThan(0);
  expect(missing).toBeLessThan(40);
});

test('A user who is listed twice is answered twice and sent once', async () => {
  const [a = '', b = ''] = peopleIds(2);
  const userIds = [a, b, a, a, b];
  const { semesterId } = gateway;
  const { data } = await gateway.query(SemesterTasksDocument, { semesterId, userIds });

  expectCalls(1, [a, b]);
  expectOwnTasks(gateway, userIds, data?.semester?.userStageTasks ?? []);
});

test('A user whom Feishu does not know is null, and the other users are answered', async () => {
  const [a = '', b = ''] = peopleIds(2);
  const userIds = [a, `ou_${'0'.repeat(32)}`, b];
  const { semesterId } = gateway;
  const { data, errors } = await gateway.query(SemesterTasksDocument, { semesterId, userIds });

  expect(errors).toEqual([]);
  expect(data?.semester?.userStageTasks[1]).toBeNull();
  expectOwnTasks(gateway, userIds, data?.semester?.userStageTasks ?? []);
});

test('An empty list of users is answered with an empty list, without a call', async () => {
  const { semesterId } = gateway;
  const { data } = await gateway.query(SemesterTasksDocument, { semesterId, userIds: [] });

  expect(data?.semester?.userStageTasks).toEqual([]);
  expect(askedFor()).toEqual([]);
});

test('Loads of different cycles or ID types never share a call', async () => {
  const [person] = gateway.emulator.people;
  const [first, second] = gateway.emulator.semesters.slice(-3);
  if (!person || !first || !second) throw new Error('the emulator has people and cycles');
  const { data, errors } = await gateway.query<Record<string, { stageTasks: unknown }>, object>(
    `{
      a: user(id: "${person.openId}") { stageTasks(semesterId: "${first.id}") { semester { id } } }
      b: user(id: "${person.openId}") { stageTasks(semesterId: "${second.id}") { semester { id } } }
      c: user(id: "${person.unionId}", idType: UNION_ID) { stageTasks(semesterId: "${first.id}") { user { idType } } }
    }`,
    {},
  );

  expect(errors).toEqual([]);
  expect(data?.['a']?.stageTasks).toEqual({ semester: { id: first.id } });
  expect(data?.['b']?.stageTasks).toEqual({ semester: { id: second.id } });
  expect(data?.['c']?.stageTasks).toEqual({ user: { idType: 'UNION_ID' } });
  const calls = gateway.emulator.callsOf('find_by_user_list');
  expect(calls.map((call) => [call.semesterId, call.userIdType, call.taskOptions]).sort()).toEqual(
    [
      [first.id, 'open_id', undefined],
      [second.id, 'open_id', undefined],
      [first.id, 'union_id', undefined],
    ].sort(),
  );
});

let filtering: TestGateway | undefined;
afterEach(async () => {
  await filtering?.close();
  filtering = undefined;
});

test.each(['auto', 'pushdown'])(
  'With the strategy %s a filter selects the tasks that it names',
  async (strategy) => {
    filtering = await startGateway({ env: { FILTER_STRATEGY: strategy } });
    const userIds = peopleIds(50);
    const filter = {
      options: ['DONE', 'TODO'] as const,
      deadlineAfter: deadlineOf(0),
      deadlineBefore: deadlineOf(5),
    };
    const { semesterId, emulator } = filtering;
    const { data } = await filtering.query(SemesterTasksDocument, { semesterId, userIds, filter });

    const sent = {
      taskOptions: [1, 2],
      afterTime: String(Date.parse(filter.deadlineAfter)),
      beforeTime: String(Date.parse(filter.deadlineBefore)),
    };
    const [call, ...others] = emulator.callsOf('find_by_user_list');
    expect(others).toEqual([]);
    if (strategy === 'pushdown') expect(call).toMatchObject(sent);
    else for (const parameter of Object.keys(sent)) expect(call).not.toHaveProperty(parameter);
    const expected = userIds.map((userId) =>
      emulator
        .expectedTasks({
          semesterId,
          userIdType: 'open_id',
          userId,
          taskOptions: [1, 2],
          afterTime: String(Date.parse(filter.deadlineAfter)),
          beforeTime: String(Date.parse(filter.deadlineBefore)),
        })
        ?.stage_task_info_lists.map((task) => task.stage_id),
    );
    const got = data?.semester?.userStageTasks.map((answer) =>
      answer?.stageTasks.map((task) => task.stageId),
    );
    expect(got).toEqual(expected);
    expect(got?.flat().length).toBeGreaterThan(0);
  },
);

test('Each of the four kinds of ID finds the same person', async () => {
  const person = gateway.emulator.people[7];
  if (!person) throw new Error('the emulator has people');
  const { semesterId } = gateway;
  const ids = [
    [person.openId, 'OPEN_ID'],
    [person.unionId, 'UNION_ID'],
    [person.userId, 'USER_ID'],
    [person.peopleAdminId, 'PEOPLE_ADMIN_ID'],
  ] as const;
  const answers = await Promise.all(
    ids.map(([id, userIdType]) =>
      gateway.query(SemesterTasksDocument, { semesterId, userIds: [id], userIdType }),
    ),
  );
  const stages = answers.map(({ data }) =>
    data?.semester?.userStageTasks[0]?.stageTasks.map((task) => task.stageId),
  );

  expect(stages[0]?.length).toBeGreaterThan(0);
  expect(stages).toEqual([stages[0], stages[0], stages[0], stages[0]]);
});

test('Any number of users makes the fewest calls of at most 50 users', async () => {
  const { semesterId } = gateway;
  const everyone = openIds(gateway.emulator.people);
  await fc.assert(
    fc.asyncProperty(fc.array(fc.nat(everyone.length - 1), { maxLength: 400 }), async (picked) => {
      gateway.emulator.clearCalls();
      const userIds = picked.map((index) => everyone[index] ?? '');
      const { data } = await gateway.query(SemesterTasksDocument, { semesterId, userIds });

      const distinct = [...new Set(userIds)];
      const asked = askedFor();
      expect(asked).toHaveLength(Math.ceil(distinct.length / 50));
      expect(asked.every((ids) => ids.length <= 50)).toBe(true);
      expect(asked.flat().sort()).toEqual(distinct.sort());
      expectOwnTasks(gateway, userIds, data?.semester?.userStageTasks ?? []);
    }),
    { numRuns: 25 },
  );
});
