import { UsersTasksDocument } from '../generated/operations';
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

test('One bad ID among 49 good ones of other callers is an error of its own, and the 49 are answered', async () => {
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

test('The same bad caller a hundred times costs the others next to nothing', async () => {
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
  expect((await askWrongCycle(users)).errors).toHaveLength(50);
  for (let i = 0; i < 20; i += 1) {
    const { errors } = await askWrongCycle(participants(60).slice(i, i + 10));
    expect(new Set(errors.map((error) => error.extensions.code))).toEqual(
      new Set(['UPSTREAM_REJECTED']),
    );
  }

  expect(listCalls()).toHaveLength(1);
  expect(gateway.emulator.callsOf('semesters')).toHaveLength(1);
  const answers = await askEach(users);
  expect(answers.flatMap((answer) => answer.errors)).toEqual([]);
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

test('Several bad IDs in a cycle that nobody has asked about yet fail nobody else', async () => {
  await start();
  const bad = ['a', 'b', 'c'].map((letter) => `ou_${letter.repeat(32)}`);
  const good = participants(40);
  const answers = await askEach([...bad, ...good]);

  expect(answers.slice(0, 3).map(({ errors }) => errors[0]?.extensions.code)).toEqual(
    Array(3).fill('UPSTREAM_REJECTED'),
  );
  expect(answers.slice(3).flatMap((answer) => answer.errors)).toEqual([]);
});
