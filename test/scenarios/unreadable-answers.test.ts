import type { UserStageTasksWire } from '../../src/feishu/wire/stage-task.wire';
import { UsersTasksDocument } from '../generated/operations';
import { startGateway, type TestGateway } from '../support/gateway';
import { participantsOf } from '../support/participants';
import { itemOf, scriptBody, scriptItems } from '../support/scripted-answer';

let gateway: TestGateway;
/** Two people with tasks; the answer about the second one is always readable. */
let anna: string;
let bela: string;
/** Lines that other tests have logged. */
let linesBefore: number;
beforeAll(async () => {
  gateway = await startGateway();
  [anna = '', bela = ''] = participantsOf(gateway).map(({ openId }) => openId);
});
afterAll(() => gateway.close());
beforeEach(() => (linesBefore = gateway.logs().length));

const BIG_ID = '7398765432109876543';

async function askBoth(at = gateway) {
  const { semesterId } = at;
  const ids = [anna, bela];
  const { data, errors } = await at.query(UsersTasksDocument, { semesterId, ids });
  return {
    errors,
    answers: data?.users.map(({ stageTasks }) => stageTasks) ?? [],
    codes: errors.map(({ path, extensions }) => [path?.[1], extensions.code]),
  };
}

/** Anna's item with these tasks instead of her own. */
function annaWith(...tasks: unknown[]): UserStageTasksWire {
  const item = itemOf(gateway, anna);
  return { ...item, stage_task_info_lists: tasks as UserStageTasksWire['stage_task_info_lists'] };
}
const taskOfAnna = () => itemOf(gateway, anna).stage_task_info_lists[0] ?? {};
const partsLogged = () =>
  gateway
    .logs()
    .slice(linesBefore)
    .filter(({ msg }) => msg === 'answer decoded in part')
    .map(({ unreadable }) => unreadable);

async function expectOnlyAnnaFails(message: string) {
  const { errors, codes, answers } = await askBoth();
  expect(codes).toEqual([[0, 'UPSTREAM_MALFORMED']]);
  expect(errors[0]?.message).toBe(message);
  expect(answers[1]?.user.id).toBe(bela);
}

test('The gateway shows IDs that Feishu sends as numbers of 19 digits digit by digit', async () => {
  const numeric = annaWith({ ...taskOfAnna(), stage_id: BIG_ID });
  const items = JSON.stringify([numeric, itemOf(gateway, bela)]);
  const body = `{"code":0,"msg":"","data":{"items":${items.replaceAll(`"${BIG_ID}"`, BIG_ID)}}}`;
  expect(body).toContain(`:${BIG_ID}`);
  scriptBody(gateway.emulator, body);
  const { errors, answers } = await askBoth();

  expect(errors).toEqual([]);
  expect(answers[0]?.stageTasks.map(({ stageId }) => stageId)).toEqual([BIG_ID]);
});

test('The gateway answers about a user whose ID Feishu sends as a number of 19 digits', async () => {
  const body = `{"code":0,"data":{"items":[{"user_id":${BIG_ID},"stage_task_info_lists":[]}]}}`;
  scriptBody(gateway.emulator, body);
  const { semesterId } = gateway;
  const { data, errors } = await gateway.query(UsersTasksDocument, {
    semesterId,
    ids: [BIG_ID],
    idType: 'PEOPLE_ADMIN_ID',
  });

  expect(errors).toEqual([]);
  expect(data?.users[0]?.stageTasks?.user.id).toBe(BIG_ID);
});

test('A second item that repeats a user is ignored', async () => {
  scriptItems(gateway, [itemOf(gateway, anna), itemOf(gateway, bela), itemOf(gateway, anna)]);
  const { errors, answers } = await askBoth();

  expect(errors).toEqual([]);
  expect(answers[0]?.stageTasks).toHaveLength(itemOf(gateway, anna).stage_task_info_lists.length);
  expect(partsLogged()).toEqual([]);
});

test('A second item that contradicts the first makes this user an error, and is logged', async () => {
  scriptItems(gateway, [itemOf(gateway, anna), itemOf(gateway, bela), annaWith(taskOfAnna())]);

  await expectOnlyAnnaFails("Feishu's answer contradicts itself about this user.");
  expect(partsLogged()).toEqual([{ repeated_item: 1 }]);
});

test('A task option of 0 beside a good one does not hide it', async () => {
  scriptItems(gateway, [
    annaWith({ ...taskOfAnna(), task_option_id: 0, task_option: 2 }),
    itemOf(gateway, bela),
  ]);
  const { answers } = await askBoth();
  expect(answers[0]?.stageTasks.map(({ option }) => option)).toEqual(['DONE']);
});

test('A task that Feishu repeats is shown once; two tasks of one stage are both shown, each with its ID', async () => {
  const task = { ...taskOfAnna(), need_todo_count: 1 };
  const other = { ...task, need_todo_count: 2 };
  scriptItems(gateway, [annaWith(task, task, other, task, other), itemOf(gateway, bela)]);
  const { errors, answers } = await askBoth();
  const tasks = answers[0]?.stageTasks ?? [];

  expect(errors).toEqual([]);
  expect(tasks.map(({ needTodoCount }) => needTodoCount)).toEqual([1, 2]);
  expect(new Set(tasks.map(({ id }) => id)).size).toBe(2);
});

test.each([
  ['is not an object', 'task', () => annaWith(taskOfAnna(), 7)],
  ['does not name its stage', 'task', () => annaWith({ ...taskOfAnna(), stage_id: undefined })],
  ['names the stage ""', 'task', () => annaWith({ ...taskOfAnna(), stage_id: '' })],
  ['is not in a list', 'list', () => ({ ...itemOf(gateway, anna), stage_task_info_lists: {} })],
  [
    'has a count without a number',
    'count',
    () => ({ ...itemOf(gateway, anna), stage_num_lists: [{ task_option_id: 1 }] }),
  ],
  [
    'has a count that is null',
    'count',
    () => ({ ...itemOf(gateway, anna), stage_num_lists: [null] }),
  ],
  [
    'has counts that are not in a list',
    'list',
    () => ({ ...itemOf(gateway, anna), stage_num_lists: 'none' }),
  ],
])(
  'If a task %s, its user is an error rather than a shorter list, and no other user is',
  async (_, kind, item) => {
    const metric = () => gateway.metric(`gateway_upstream_unreadable_total{kind="${kind}"}`);
    const before = (await metric()) ?? 0;
    scriptItems(gateway, [item(), itemOf(gateway, bela)]);

    await expectOnlyAnnaFails("Feishu's answer about this user could not be read.");
    expect(partsLogged()).toEqual([{ [kind]: 1 }]);
    expect(await metric()).toBe(before + 1);
  },
);

test('The cache keeps the readable users of an answer, and the gateway asks again for the others', async () => {
  const caching = await startGateway({
    env: { CACHE_FRESH_SECONDS: '600', CACHE_STALE_SECONDS: '600' },
  });
  scriptItems(caching, [annaWith(7), itemOf(gateway, bela)]);
  await askBoth(caching);
  const { errors } = await askBoth(caching);
  const calls = caching.emulator.callsOf('find_by_user_list');
  await caching.close();

  expect(errors).toEqual([]);
  expect(calls.map(({ userIds }) => userIds?.length)).toEqual([2, 1]);
  expect(calls[1]?.userIds).toEqual([anna]);
});

test('An answer with many unreadable parts is one log line, without any ID', async () => {
  scriptItems(gateway, [annaWith(1, 2, { ...taskOfAnna(), jump_url: 'javascript:alert(1)' }), 7]);
  await askBoth();

  expect(partsLogged()).toEqual([{ task: 2, jump_url: 1, item_without_user: 1 }]);
  expect(gateway.logText()).not.toContain(anna);
});

test.each([
  ['https://performance.example.com/x', true],
  ['http://performance.example.com/x', true],
  ['lark://applink.feishu.cn/client/web_url/open', true],
  ['feishu://applink.feishu.cn/client/web_url/open', true],
  ['HTTPS://performance.example.com', true],
  ['javascript:alert(1)', false],
  [' javascript:alert(1)', false],
  ['java\nscript:alert(1)', false],
  ['data:text/html,x', false],
  ['file:///etc/passwd', false],
  ['//performance.example.com', false],
  ['/perf/review', false],
  ['text', false],
])('The link %j is shown: %s', async (jump_url, isShown) => {
  scriptItems(gateway, [annaWith({ ...taskOfAnna(), jump_url }), itemOf(gateway, bela)]);
  const { errors, answers } = await askBoth();

  expect(errors).toEqual([]);
  expect(answers[0]?.stageTasks.map(({ jumpUrl }) => jumpUrl)).toEqual([isShown ? jump_url : null]);
  expect(partsLogged()).toEqual(isShown ? [] : [{ jump_url: 1 }]);
});

test('New values, and optional values of a wrong type, are read as unknown and not logged', async () => {
  scriptItems(gateway, [
    annaWith({ ...taskOfAnna(), stage_task_status: 'new', task_option_id: 9, deadline: {}, x: 1 }),
    { ...itemOf(gateway, bela), stage_num_lists: undefined },
  ]);
  const { errors, answers } = await askBoth();

  expect(errors).toEqual([]);
  expect(answers[0]?.stageTasks).toMatchObject([
    { status: 'UNKNOWN', option: 'UNKNOWN', deadline: null },
  ]);
  expect(answers[1]?.counts).toEqual([]);
  expect(partsLogged()).toEqual([]);
});
