import { UsersTasksDocument, UserTasksDocument } from '../generated/operations';
import { expectOwnTasks } from '../support/expected';
import { startGateway, type TestGateway } from '../support/gateway';

let gateway: TestGateway;
afterEach(() => gateway.close());

const BAD = `ou_${'f'.repeat(32)}`;
const listCalls = () => gateway.emulator.callsOf('find_by_user_list');

/** An upstream that refuses a whole call for one ID that it does not know. */
async function start() {
  gateway = await startGateway({ emulator: { unknownUsers: 'refused' } });
}

/** People who take part in the running cycle. */
function participants(count: number): string[] {
  const { emulator, semesterId } = gateway;
  const takesPart = (userId: string) =>
    emulator.expectedTasks({ semesterId, userIdType: 'open_id', userId }) !== undefined;
  return emulator.people
    .map((person) => person.openId)
    .filter(takesPart)
    .slice(0, count);
}

async function askEach(userIds: readonly string[]) {
  const { semesterId } = gateway;
  const answers = await Promise.all(
    userIds.map((id) => gateway.query(UsersTasksDocument, { semesterId, ids: [id] })),
  );
  return answers.map(({ data, errors }) => ({ tasks: data?.users[0]?.stageTasks, errors }));
}

test('One poison ID among 49 good ones of other clients is an error of its own, and the 49 are answered', async () => {
  await start();
  const good = participants(49);
  const answers = await askEach([...good, BAD]);

  expect(answers.slice(0, 49).flatMap((answer) => answer.errors)).toEqual([]);
  expectOwnTasks(
    gateway,
    good,
    answers.slice(0, 49).map((answer) => answer.tasks),
  );
  expect(answers[49]?.errors.map((error) => error.extensions.code)).toEqual(['UPSTREAM_REJECTED']);
});

/** Feishu answers so, whichever users share the call, as long as the bad one is among them. */
function scriptRefusal(body: object, status = 400) {
  const rawBody = JSON.stringify({ msg: 'refused', ...body });
  gateway.emulator.script({
    api: 'find_by_user_list',
    when: ({ userIds }) => userIds?.includes(BAD) ?? false,
    answer: { status, rawBody },
    times: Infinity,
  });
}

/** A page of 49 good users and the bad one, and at the same moment a neighbour who asks for one user. */
async function askPageAndNeighbour(good: readonly string[], neighbour: string) {
  const { semesterId } = gateway;
  const ids = good.toSpliced(17, 0, BAD);
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
])('When Feishu answers %i (%s) for one of 50 users', (code) => {
  test('49 are answered in at most 13 calls, a neighbour too, and the bad one is refused without a call from then on', async () => {
    await start();
    scriptRefusal({ code });
    const good = participants(49);
    const neighbour = good[3] ?? '';
    const { page, single, tasksOfGood } = await askPageAndNeighbour(good, neighbour);

    expect(page.errors.map(({ path, extensions }) => [path?.[1], extensions.code])).toEqual([
      [17, 'UPSTREAM_REJECTED'],
    ]);
    expectOwnTasks(gateway, good, tasksOfGood);
    expect(single.errors).toEqual([]);
    expectOwnTasks(gateway, [neighbour], [single.data?.user.stageTasks]);
    expect(listCalls().length).toBeLessThanOrEqual(13);

    gateway.emulator.clearCalls();
    const [again] = await askEach([BAD]);
    expect(again?.errors.map(({ extensions }) => extensions)).toMatchObject([
      { code: 'UPSTREAM_REJECTED', upstream: { code } },
    ]);
    expect(listCalls()).toEqual([]);
  });
});

test.each([
  ['as the value of a field', { error: { field_violations: [{ field: 'f', value: BAD }] } }],
  ['in a list of values', { error: { field_violations: [{ value: `["${BAD}"]` }] } }],
  ['in a description', { error: { field_violations: [{ description: `id:${BAD}.` }] } }],
  ['in its message', { msg: `invalid user ids: [${BAD}]` }],
])('A poison ID among 50 that Feishu names %s costs three calls', async (_, said) => {
  await start();
  scriptRefusal({ code: 99992402, ...said });
  const good = participants(49);
  const { page, tasksOfGood } = await askPageAndNeighbour(good, good[0] ?? '');

  expect(page.errors.map(({ path }) => path?.[1])).toEqual([17]);
  expectOwnTasks(gateway, good, tasksOfGood);
  expect(listCalls()).toHaveLength(3);
  expect(listCalls().map(({ userIds }) => userIds?.length)).toEqual([50, 1, 49]);
});

test('Whom Feishu names is never told to a client', async () => {
  await start();
  scriptRefusal({ code: 99992402, error: { field_violations: [{ value: BAD }] } });
  const [answer] = await askEach([BAD]);

  expect(Object.keys(answer?.errors[0]?.extensions ?? {}).sort()).toEqual(['code', 'upstream']);
  expect(JSON.stringify(answer?.errors)).not.toContain(BAD);
});

test('The same bad client a hundred times costs the others next to nothing', async () => {
  await start();
  const good = participants(49);
  await askEach(good);
  gateway.emulator.clearCalls();
  for (let i = 0; i < 100; i += 1) {
    const [bad] = await askEach([BAD]);
    expect(bad?.errors.map((error) => error.extensions.code)).toEqual(['UPSTREAM_REJECTED']);
  }

  expect(listCalls().length).toBeLessThanOrEqual(2);
});

test('A cycle that Feishu does not list costs one call, however often and for whom it is asked about', async () => {
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

test('A cycle that was answered and that Feishu then lists no longer costs few calls', async () => {
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

test('Where Feishu does not say which cycles there are, a wrong one is blamed after few calls', async () => {
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

test('Several poison IDs in a cycle that nobody has asked about yet fail nobody else', async () => {
  await start();
  const bad = ['a', 'b', 'c'].map((letter) => `ou_${letter.repeat(32)}`);
  const good = participants(40);
  const answers = await askEach([...bad, ...good]);

  expect(answers.slice(0, 3).map(({ errors }) => errors[0]?.extensions.code)).toEqual(
    Array(3).fill('UPSTREAM_REJECTED'),
  );
  expect(answers.slice(3).flatMap((answer) => answer.errors)).toEqual([]);
});
