import { startGateway, type TestGateway } from '../support/gateway';
import { itemOf, scriptItems } from '../support/scripted-answer';

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startGateway();
});
afterAll(() => gateway.close());

const DAY_MS = 86_400_000;

/** A task as Feishu sends it. `due` is its deadline in days from now. */
function task(stage_id: string, due: number | null, task_option_id = 1) {
  return {
    stage_id,
    task_option_id,
    stage_task_status: 'need_todo',
    ...(due !== null && { deadline: String(Date.now() + due * DAY_MS) }),
  };
}

/** Reads a selection of one person's tasks, which Feishu answers with this item. */
async function read(selection: string, item: object, filter = '') {
  const { openId } = gateway.person(0);
  scriptItems(gateway, [{ ...itemOf(gateway, openId), ...item }]);
  const tasks = `stageTasks(semesterId: "${gateway.semesterId}"${filter}) { ${selection} }`;
  const { data, errors } = await gateway.query<{ user: { stageTasks: unknown } }, object>(
    `{ user(id: "${openId}") { ${tasks} } }`,
    {},
  );
  expect(errors).toEqual([]);
  return data?.user.stageTasks;
}

const COUNTS = 'todo: count(option: TODO) overdue: count(option: OVERDUE)';

test('A client reads the number of tasks in one group, as Feishu counts it', async () => {
  const item = {
    stage_num_lists: [{ task_option_id: 1, stage_num: 99 }],
    stage_task_info_lists: [task('1', 1), task('2', 1, 3)],
  };
  // Feishu does not count the third group, but lists a task of it.
  expect(await read(COUNTS, item)).toEqual({ todo: 99, overdue: 1 });
  expect(await read(COUNTS, item, ', filter: { options: [TODO] }')).toEqual({
    todo: 1,
    overdue: 0,
  });
});

test('A client reads which tasks are overdue now, and the next deadline', async () => {
  const soon = task('4', 2);
  const item = {
    stage_task_info_lists: [
      task('1', -1),
      task('2', -1, 2),
      task('3', 3),
      soon,
      task('5', 1, 2),
      task('6', null),
      task('7', 4, 3),
    ],
  };
  const selection = 'nextDeadline stageTasks { stageId isOverdue }';
  const nextDeadline = new Date(Number(soon.deadline)).toISOString();
  expect(await read(selection, item)).toEqual({
    nextDeadline,
    stageTasks: [true, false, false, false, false, null, true].map((isOverdue, i) => ({
      stageId: String(i + 1),
      isOverdue,
    })),
  });
  // Of the tasks that the filter selects.
  expect(await read('nextDeadline', item, ', filter: { options: [DONE] }')).toEqual({
    nextDeadline: null,
  });
});

test('A client reads the tasks by deadline, those without one last', async () => {
  const item = { stage_task_info_lists: [task('1', null), task('2', 2), task('3', 1)] };
  expect(await read('stageTasks(orderBy: DEADLINE) { stageId }', item)).toEqual({
    stageTasks: [{ stageId: '3' }, { stageId: '2' }, { stageId: '1' }],
  });
  expect(await read('stageTasks { stageId }', item)).toEqual({
    stageTasks: [{ stageId: '1' }, { stageId: '2' }, { stageId: '3' }],
  });
});
