import { SemesterTasksDocument } from '../generated/operations';
import { expectOwnTasks, openIds } from '../support/expected';
import { startGateway, type TestGateway } from '../support/gateway';

let gateway: TestGateway;

beforeEach(async () => {
  gateway = await startGateway();
});
afterEach(() => gateway.close());

const peopleIds = (count: number) => openIds(gateway.emulator.people.slice(0, count));

async function ask(userIds: readonly string[]) {
  const { semesterId } = gateway;
  const answer = await gateway.query(SemesterTasksDocument, { semesterId, userIds });
  return { ...answer, tasks: answer.data?.semester?.userStageTasks ?? [] };
}

const listCalls = () => gateway.emulator.callsOf('find_by_user_list');

test('If one of three calls fails, its 50 users are errors at their places, and the other 100 are answered', async () => {
  const ids = peopleIds(150);
  const victim = ids[60] ?? '';
  gateway.emulator.script({
    when: (call) => call.userIds?.includes(victim) ?? false,
    answer: { status: 400, code: 4242 },
  });
  const { tasks, errors } = await ask(ids);

  const failed = new Set(listCalls().find((call) => call.status === 400)?.userIds);
  expect(failed.size).toBe(50);
  expect(listCalls()).toHaveLength(3);
  expect(errors).toHaveLength(50);
  const answered = ids.flatMap((id, i) => (failed.has(id) ? [] : [{ id, tasks: tasks[i] }]));
  expect(answered).toHaveLength(100);
  expectOwnTasks(
    gateway,
    answered.map(({ id }) => id),
    answered.map((user) => user.tasks),
  );
  expect(errors.map((error) => error.path?.at(-1)).sort()).toEqual(
    ids.flatMap((id, i) => (failed.has(id) ? [i] : [])).sort(),
  );
  for (const error of errors) {
    expect(error.path?.slice(0, -1)).toEqual(['semester', 'userStageTasks']);
    expect(error.extensions).toEqual({
      code: 'UPSTREAM_REJECTED',
      upstream: { code: 4242, httpStatus: 400, logId: expect.stringMatching(/\S+/) },
    });
  }
});

describe('A temporary failure is retried', () => {
  test.each([
    ['an internal error of Feishu', { answer: { status: 500, code: 1580101 } }],
    ['a broken proxy in between', { answer: { status: 502, rawBody: '<html>Bad Gateway</html>' } }],
    ['a connection reset', { connection: 'reset' }],
    ['an answer that is cut off', { connection: 'cut-body' }],
  ] as const)('%s', async (_name, fault) => {
    const ids = peopleIds(3);
    gateway.emulator.script({ api: 'find_by_user_list', ...fault });
    const { tasks, errors } = await ask(ids);

    expect(errors).toEqual([]);
    expectOwnTasks(gateway, ids, tasks);
    expect(listCalls()).toHaveLength(2);
  });
});

test('A lasting fault is reported after three attempts', async () => {
  gateway.emulator.script({
    times: 3,
    answer: { status: 500, code: 1580101 },
    api: 'find_by_user_list',
  });
  const { tasks, errors } = await ask(peopleIds(1));

  expect(listCalls()).toHaveLength(3);
  expect(tasks).toEqual([null]);
  expect(errors[0]?.extensions).toMatchObject({
    code: 'UPSTREAM_UNAVAILABLE',
    upstream: { code: 1580101, httpStatus: 500 },
  });
});

describe('A permanent failure is not retried', () => {
  test.each([
    ['refused parameters', { answer: { status: 400, code: 1580102 } }, 'UPSTREAM_REJECTED'],
    ['an unknown code', { answer: { status: 400, code: 4242 } }, 'UPSTREAM_REJECTED'],
    [
      'a scope that the app lacks',
      { answer: { status: 400, code: 99991672 } },
      'UPSTREAM_PERMISSION_DENIED',
    ],
    [
      'a monthly quota that is used up',
      { answer: { status: 429, code: 99991403 } },
      'UPSTREAM_QUOTA_EXHAUSTED',
    ],
    [
      'malformed JSON',
      { answer: { status: 200, rawBody: '{"code":0,"data":' } },
      'UPSTREAM_MALFORMED',
    ],
    ['an answer without an end', { oversizedBodyBytes: 9 * 1024 * 1024 }, 'UPSTREAM_MALFORMED'],
  ] as const)('%s', async (_name, fault, code) => {
    gateway.emulator.script({ api: 'find_by_user_list', ...fault });
    const { tasks, errors } = await ask(peopleIds(1));

    expect(tasks).toEqual([null]);
    expect(errors.map((error) => error.extensions.code)).toEqual([code]);
    expect(listCalls()).toHaveLength(1);
  });
});

test('A failure under HTTP 200 is a failure', async () => {
  gateway.emulator.script({ api: 'find_by_user_list', answer: { status: 200, code: 1580102 } });
  const { errors } = await ask(peopleIds(1));

  expect(errors[0]?.extensions).toMatchObject({
    code: 'UPSTREAM_REJECTED',
    upstream: { code: 1580102, httpStatus: 200 },
  });
});

test('Only the code, the status and the log ID of a failure reach a client', async () => {
  gateway.emulator.script({
    api: 'find_by_user_list',
    answer: { status: 400, code: 4242, msg: 'token t-very-secret of ou_other is odd' },
  });
  const { errors } = await ask(peopleIds(1));

  expect(JSON.stringify(errors)).not.toContain('secret');
  expect(Object.keys(errors[0]?.extensions ?? {}).sort()).toEqual(['code', 'upstream']);
  expect(gateway.logText()).not.toContain('very-secret');
});

test('The log names the field and the permission that Feishu reports, and no value', async () => {
  const [userId = ''] = peopleIds(1);
  const secret = 'a-value-of-a-user';
  const error = {
    field_violations: [
      { field: 'user_id_lists[0]', value: userId, description: `${userId} is not in the tenant` },
      {
        field: 'semester_id',
        value: secret,
        description: `got "${secret}" for 7235911950407352321`,
      },
      { field: 'x', value: '', description: `ou_1234 of another call; ${'long '.repeat(1_000)}` },
      ...Array.from({ length: 100 }, () => ({ field: 'y' })),
    ],
    permission_violations: [{ type: 'action_privilege_required', subject: 'performance:x:read' }],
  };
  const rawBody = JSON.stringify({ code: 4242, msg: `${userId} is odd`, error });
  gateway.emulator.script({ api: 'find_by_user_list', answer: { status: 400, rawBody } });
  await ask([userId]);

  const line = gateway.logs().find(({ msg }) => msg === 'feishu call failed');
  expect(line).toMatchObject({
    missingScopes: ['performance:x:read'],
    permissionViolations: [{ type: 'action_privilege_required', subject: 'performance:x:read' }],
  });
  const violations = line?.['fieldViolations'] as { description?: string }[];
  expect(violations).toHaveLength(10);
  expect(violations.slice(0, 2)).toEqual([
    {
      field: 'user_id_lists[0]',
      value: `${userId.length} characters`,
      description: '… is not in the tenant',
    },
    { field: 'semester_id', value: `${secret.length} characters`, description: 'got "…" for …' },
  ]);
  expect(violations[2]?.description).toMatch(/^… of another call; /);
  expect(violations[2]?.description).toHaveLength(200);
  for (const text of [userId, secret, 'ou_1234', '7235911950407352321', 'is odd']) {
    expect(gateway.logText()).not.toContain(text);
  }
});

test('An unreachable upstream has an error code of its own, and the gateway stays up', async () => {
  await gateway.emulator.close();
  const { tasks, errors } = await ask(peopleIds(2));

  expect(tasks).toEqual([null, null]);
  expect(errors.map((error) => error.extensions.code)).toEqual([
    'UPSTREAM_UNAVAILABLE',
    'UPSTREAM_UNAVAILABLE',
  ]);
  expect((await fetch(`${gateway.url}/readyz`)).status).toBe(200);
});
