import {
  LocalizedNamesDocument,
  SemesterAloneDocument,
  SemesterWithTasksDocument,
} from '../generated/operations';
import { openIds } from '../support/expected';
import { startGateway, type TestGateway } from '../support/gateway';

let gateway: TestGateway;
beforeEach(async () => {
  gateway = await startGateway();
});
afterEach(() => gateway.close());

function runningCycle() {
  const cycle = gateway.emulator.semesters.at(-1);
  if (!cycle) throw new Error('the emulator has cycles');
  return {
    id: cycle.id,
    name: { zhCN: cycle.name['zh-CN'], enUS: cycle.name['en-US'] },
    startTime: new Date(cycle.startTimeMs).toISOString(),
    endTime: new Date(cycle.endTimeMs).toISOString(),
  };
}

const apisCalled = () =>
  gateway.emulator.calls.map((call) => call.api).filter((api) => api !== 'tenant_token');

test('The call for tasks also fetches the name and dates of their cycle', async () => {
  const cycle = runningCycle();
  const userIds = openIds(gateway.emulator.people.slice(0, 60));
  const { data, errors } = await gateway.query(SemesterWithTasksDocument, {
    id: cycle.id,
    userIds,
  });

  expect(errors).toEqual([]);
  expect(data?.semester).toMatchObject({
    name: cycle.name,
    startTime: cycle.startTime,
    endTime: cycle.endTime,
  });
  expect(data?.semester?.userStageTasks.find((tasks) => tasks !== null)).toEqual({
    semester: { name: { zhCN: cycle.name.zhCN } },
  });
  expect(apisCalled()).toEqual(['find_by_user_list', 'find_by_user_list']);
});

test('A cycle without tasks is read from the list of cycles, in one call', async () => {
  const cycle = runningCycle();
  const { data } = await gateway.query(SemesterAloneDocument, { id: cycle.id });

  expect(data?.semester).toEqual(cycle);
  expect(apisCalled()).toEqual(['semesters']);
});

test('Several cycles without tasks share one call', async () => {
  const [a, b, c] = gateway.emulator.semesters;
  const { data } = await gateway.query(
    `{ a: semester(id: "${a?.id ?? ''}") { name { zhCN } startTime }
       b: semester(id: "${b?.id ?? ''}") { name { zhCN } }
       c: semester(id: "${c?.id ?? ''}") { name { zhCN } } }`,
    {},
  );

  expect(data).toMatchObject({
    a: { name: { zhCN: a?.name['zh-CN'] } },
    b: { name: { zhCN: b?.name['zh-CN'] } },
    c: { name: { zhCN: c?.name['zh-CN'] } },
  });
  expect(apisCalled()).toEqual(['semesters']);
});

test('A cycle that Feishu does not know has neither name nor dates', async () => {
  const { data, errors } = await gateway.query(SemesterAloneDocument, { id: '1' });

  expect(errors).toEqual([]);
  expect(data?.semester).toEqual({ id: '1', name: null, startTime: null, endTime: null });
});

test('The ID of a cycle or a user makes no upstream call', async () => {
  const [user = ''] = openIds(gateway.emulator.people);
  const { errors } = await gateway.query(
    `{ semester(id: "${gateway.semesterId}") { id } user(id: "${user}") { id idType } }`,
    {},
  );

  expect(errors).toEqual([]);
  expect(gateway.emulator.calls).toEqual([]);
});

test('If the call for tasks fails, the name and dates come from the list of cycles', async () => {
  const cycle = runningCycle();
  gateway.emulator.script({ api: 'find_by_user_list', answer: { status: 400, code: 1580102 } });
  const { data, errors } = await gateway.query(SemesterWithTasksDocument, {
    id: cycle.id,
    userIds: openIds(gateway.emulator.people.slice(0, 1)),
  });

  expect(data?.semester?.name).toEqual(cycle.name);
  expect(errors.map((error) => error.path)).toEqual([['semester', 'userStageTasks', 0]]);
});

test('If the list of cycles fails, the fields that need it are errors', async () => {
  gateway.emulator.script({ api: 'semesters', answer: { status: 400, code: 99991672 } });
  const { data, errors } = await gateway.query(SemesterAloneDocument, { id: gateway.semesterId });

  expect(data?.semester).toMatchObject({ id: gateway.semesterId, name: null });
  expect(errors.map((error) => error.extensions.code)).toEqual([
    'UPSTREAM_PERMISSION_DENIED',
    'UPSTREAM_PERMISSION_DENIED',
    'UPSTREAM_PERMISSION_DENIED',
  ]);
});

test.each([
  [undefined, 'zhCN'],
  ['en-GB,en;q=0.9', 'enUS'],
  ['fr, zh-TW;q=0.5', 'zhCN'],
  ['de', 'zhCN'],
] as const)(
  'With Accept-Language %s a text is in %s, unless its field names a locale',
  async (accept, language) => {
    const { name } = runningCycle();
    const { data } = await gateway.query(
      LocalizedNamesDocument,
      { id: gateway.semesterId },
      accept ? { 'accept-language': accept } : {},
    );

    expect(data?.semester?.name).toEqual({
      text: name[language],
      chinese: name.zhCN,
      english: name.enUS,
    });
  },
);
