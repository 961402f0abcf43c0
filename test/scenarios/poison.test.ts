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

test('A cycle that Feishu does not know is blamed itself, after few calls, and no user with it', async () => {
  await start();
  const users = participants(50);
  const wrong = await gateway.query(UsersTasksDocument, { semesterId: '1', ids: users });

  expect(wrong.errors).toHaveLength(50);
  expect(listCalls().length).toBeLessThanOrEqual(5);
  gateway.emulator.clearCalls();
  const answers = await askEach(users);
  expect(answers.flatMap((answer) => answer.errors)).toEqual([]);
});
