import { UsersTasksDocument, UserTasksDocument } from '../generated/operations';
import { expectOwnTasks, openIds } from '../support/expected';
import { startGateway, type TestGateway } from '../support/gateway';
import { participantsOf } from '../support/participants';

let gateway: TestGateway;
afterEach(() => gateway.close());

const POISON = `ou_${'f'.repeat(32)}`;
const listCalls = () => gateway.emulator.callsOf('find_by_user_list');

/** Feishu refuses a whole call because of one ID that it does not know. */
async function start() {
  gateway = await startGateway({ emulator: { unknownUsers: 'refused' } });
}

const participants = (count: number) => openIds(participantsOf(gateway)).slice(0, count);

async function askEach(userIds: readonly string[]) {
  const { semesterId } = gateway;
  const answers = await Promise.all(
    userIds.map((id) => gateway.query(UsersTasksDocument, { semesterId, ids: [id] })),
  );
  return answers.map(({ data, errors }) => ({ tasks: data?.users[0]?.stageTasks, errors }));
}

test('One poison ID fails alone, and 49 users of other clients are answered', async () => {
  await start();
  const good = participants(49);
  const answers = await askEach([...good, POISON]);

  expect(answers.slice(0, 49).flatMap((answer) => answer.errors)).toEqual([]);
  expectOwnTasks(
    gateway,
    good,
    answers.slice(0, 49).map((answer) => answer.tasks),
  );
  expect(answers[49]?.errors.map((error) => error.extensions.code)).toEqual(['UPSTREAM_REJECTED']);
});

/** Feishu gives this answer to every call with the poison ID. */
function scriptRefusal(body: object, status = 400) {
  const rawBody = JSON.stringify({ msg: 'refused', ...body });
  gateway.emulator.script({
    api: 'find_by_user_list',
    when: ({ userIds }) => userIds?.includes(POISON) ?? false,
    answer: { status, rawBody },
    times: Infinity,
  });
}

/** A page of 49 good users and the poison ID, and at the same time another client that asks for one user. */
async function askPageAndUser(good: readonly string[], neighbour: string) {
  const { semesterId } = gateway;
  const ids = good.toSpliced(17, 0, POISON);
  const [page, single] = await Promise.all([
    gateway.query(UsersTasksDocument, { semesterId, ids }),
    gateway.query(UserTasksDocument, { semesterId, id: neighbour }),
  ]);
  const tasks = page.data?.users.map(({ stageTasks }) => stageTasks) ?? [];
  return { page, single, tasksOfGood: tasks.toSpliced(17, 1) };
}

describe.each([
  [1580102, 'refused parameters'],
  [99992351, 'no valid open ID'],
  [99992352, 'no valid union ID'],
  [99992353, 'no valid user ID'],
  [99992354, 'no valid ID of another kind'],
  [99992361, 'an open ID of another app'],
  [99992364, 'a user ID of another tenant'],
  [99992402, 'a field that is not valid'],
])('When Feishu answers %i (%s) because of one of 50 users', (code) => {
  test('49 and a user of another client are answered in at most 13 calls, and later requests for the poison ID make no call', async () => {
    await start();
    scriptRefusal({ code });
    const good = participants(49);
    const neighbour = good[3] ?? '';
    const { page, single, tasksOfGood } = await askPageAndUser(good, neighbour);

    expect(page.errors.map(({ path, extensions }) => [path?.[1], extensions.code])).toEqual([
      [17, 'UPSTREAM_REJECTED'],
    ]);
    expectOwnTasks(gateway, good, tasksOfGood);
    expect(single.errors).toEqual([]);
    expectOwnTasks(gateway, [neighbour], [single.data?.user.stageTasks]);
    expect(listCalls().length).toBeLessThanOrEqual(13);

    gateway.emulator.clearCalls();
    const [again] = await askEach([POISON]);
    expect(again?.errors.map(({ extensions }) => extensions)).toMatchObject([
      { code: 'UPSTREAM_REJECTED', upstream: { code } },
    ]);
    expect(listCalls()).toEqual([]);
  });
});

test.each([
  ['as the value of a field', { error: { field_violations: [{ field: 'f', value: POISON }] } }],
  ['in a list of values', { error: { field_violations: [{ value: `["${POISON}"]` }] } }],
  ['in a description', { error: { field_violations: [{ description: `id:${POISON}.` }] } }],
  ['in its message', { msg: `invalid user ids: [${POISON}]` }],
])('A poison ID among 50 that Feishu names %s costs three calls', async (_, said) => {
  await start();
  scriptRefusal({ code: 99992402, ...said });
  const good = participants(49);
  const { page, tasksOfGood } = await askPageAndUser(good, good[0] ?? '');

  expect(page.errors.map(({ path }) => path?.[1])).toEqual([17]);
  expectOwnTasks(gateway, good, tasksOfGood);
  expect(listCalls()).toHaveLength(3);
  expect(listCalls().map(({ userIds }) => userIds?.length)).toEqual([50, 1, 49]);
});

test('A client does not learn which users Feishu named', async () => {
  await start();
  scriptRefusal({ code: 99992402, error: { field_violations: [{ value: POISON }] } });
  const [answer] = await askEach([POISON]);

  expect(Object.keys(answer?.errors[0]?.extensions ?? {}).sort()).toEqual(['code', 'upstream']);
  expect(JSON.stringify(answer?.errors)).not.toContain(POISON);
});

test('A client that sends the same poison ID forty times costs at most two calls', async () => {
  await start();
  const good = participants(49);
  await askEach(good);
  gateway.emulator.clearCalls();
  for (let i = 0; i < 40; i += 1) {
    const [bad] = await askEach([POISON]);
    expect(bad?.errors.map((error) => error.extensions.code)).toEqual(['UPSTREAM_REJECTED']);
  }

  expect(listCalls().length).toBeLessThanOrEqual(2);
});

test('A cycle that Feishu does not list costs one call for many requests and users', async () => {
  await start();
  const users = participants(50);
  const askWrongCycle = (ids: readonly string[]) =>
    gateway.query(UsersTasksDocument, { semesterId: '1', ids });
  const { errors: first } = await askWrongCycle(users);
  expect(first).toHaveLength(50);
  expect(new Set(first.map(({ message }) => message))).toEqual(
    new Set(['Feishu lists no review cycle with the ID 1.']),
  );
  for (let i = 0; i < 20; i += 1) {
    const { errors } = await askWrongCycle(participants(60).slice(i, i + 10));
    expect(new Set(errors.map((error) => error.extensions.code))).toEqual(
      new Set(['UPSTREAM_REJECTED']),
    );
    expect(errors[0]?.message).toBe('Feishu lists no review cycle with the ID 1.');
  }

  expect(listCalls()).toHaveLength(1);
  expect(gateway.emulator.callsOf('semesters')).toHaveLength(1);
  const answers = await askEach(users);
  expect(answers.flatMap((answer) => answer.errors)).toEqual([]);
});

test('A cycle that Feishu removed from its list costs few calls', async () => {
  await start();
  const users = participants(30);
  expect((await askEach(users.slice(0, 1)))[0]?.errors).toEqual([]);
  gateway.emulator.clearCalls();
  const { semesterId } = gateway;
  gateway.emulator.script({
    api: 'find_by_user_list',
    when: (call) => call.semesterId === semesterId,
    answer: { status: 400, code: 1580102 },
    times: Infinity,
  });
  const items = gateway.emulator.semesters.filter(({ id }) => id !== semesterId);
  gateway.emulator.script({
    api: 'semesters',
    answer: { status: 200, data: { items: items.map(({ id }) => ({ id })) } },
    times: Infinity,
  });
  for (const user of users) {
    const [answer] = await askEach([user]);
    expect(answer?.errors.map(({ extensions }) => extensions.code)).toEqual(['UPSTREAM_REJECTED']);
  }
  expect(listCalls().length).toBeLessThanOrEqual(4);
});

test('Without a list of cycles, the gateway recognises a wrong cycle after few calls', async () => {
  await start();
  gateway.emulator.script({
    api: 'semesters',
    answer: { status: 400, code: 99991672 },
    times: Infinity,
  });
  const users = participants(50);
  const wrong = await gateway.query(UsersTasksDocument, { semesterId: '1', ids: users });

  expect(wrong.errors).toHaveLength(50);
  expect(listCalls().length).toBeLessThanOrEqual(5);
  const answers = await askEach(users);
  expect(answers.flatMap((answer) => answer.errors)).toEqual([]);
});

test('Several poison IDs in the first requests for a cycle fail alone', async () => {
  await start();
  const bad = ['a', 'b', 'c'].map((letter) => `ou_${letter.repeat(32)}`);
  const good = participants(40);
  const answers = await askEach([...bad, ...good]);

  expect(answers.slice(0, 3).map(({ errors }) => errors[0]?.extensions.code)).toEqual(
    Array(3).fill('UPSTREAM_REJECTED'),
  );
  expect(answers.slice(3).flatMap((answer) => answer.errors)).toEqual([]);
});
