import { bearer, SERVICE_TOKEN, sha256 } from '../support/clients';
import { startGateway, type TestGateway } from '../support/gateway';
import {
  connectMcp,
  PROTOCOL_VERSIONS,
  READY_OPERATIONS,
  startMcpGateway,
  type McpClient,
} from '../support/mcp';

let gateway: TestGateway;
let self: Record<string, string>;
beforeAll(async () => {
  gateway = await startMcpGateway({
    env: {
      AUTH_ANONYMOUS: '',
      AUTH_FEISHU_USERS: 'on',
      AUTH_SERVICE_TOKENS: `reports:${sha256(SERVICE_TOKEN)}`,
    },
  });
  self = bearer(gateway.emulator.issueUserToken(gateway.person(0)));
});
afterAll(() => gateway.close());

const service = bearer(SERVICE_TOKEN);
const taskCalls = () => gateway.emulator.callsOf('find_by_user_list');
const argumentsFor = (index: number) => ({
  semesterId: gateway.semesterId,
  userId: gateway.person(index).openId,
});
/** The arguments that the ready operations have, about these two people. */
const argumentsOfAll = (index: number, other: number): Readonly<Record<string, unknown>> => ({
  ...argumentsFor(index),
  userIds: [gateway.person(index).openId, gateway.person(other).openId],
  from: '2000-01-01T00:00:00Z',
  until: '2100-01-01T00:00:00Z',
});
const pick = (all: Readonly<Record<string, unknown>>, names: readonly string[]) =>
  Object.fromEntries(names.map((name) => [name, all[name]]));

describe.each(PROTOCOL_VERSIONS)('A client of MCP %s', (version) => {
  let mine: McpClient;
  let reports: McpClient;
  beforeAll(async () => {
    mine = await connectMcp(gateway.url, version, self);
    reports = await connectMcp(gateway.url, version, service);
  });
  beforeEach(() => {
    gateway.emulator.clearCalls();
  });
  afterAll(async () => {
    await mine.client.close();
    await reports.client.close();
  });

  test('negotiates that version', () => {
    expect(mine.client.getNegotiatedProtocolVersion()).toBe(version);
    expect(mine.client.getInstructions()).toContain('not known');
  });

  test('lists each persisted operation as a tool, with what its comment says', async () => {
    const { tools } = await mine.client.listTools();

    expect(tools.map(({ name }) => name)).toEqual([
      'CurrentCycles',
      'DueSoon',
      'Everyone',
      'MyToDoList',
      'TeamProgress',
      'TeamSummary',
      'ToDoList',
    ]);
    expect(tools.find(({ name }) => name === 'ToDoList')).toMatchObject({
      description: 'A person\'s open tasks in a review cycle, for a "my reviews" widget.',
      inputSchema: {
        type: 'object',
        properties: {
          semesterId: { type: 'string', description: 'The ID of the review cycle, digits only.' },
          userIdType: { default: 'OPEN_ID' },
        },
        required: ['semesterId', 'userId'],
        additionalProperties: false,
      },
      outputSchema: { type: 'object' },
      annotations: { readOnlyHint: true },
    });
  });

  // The SDK's client refuses a result that differs from the output schema which it has listed.
  test.each([
    ['CurrentCycles', []],
    ['DueSoon', ['semesterId', 'userIds', 'from', 'until']],
    ['Everyone', ['semesterId']],
    ['TeamProgress', ['semesterId', 'userIds']],
    ['TeamSummary', ['semesterId', 'userIds']],
    ['ToDoList', ['semesterId', 'userId']],
  ])('gets from %s what its output schema says', async (tool, names) => {
    await reports.client.listTools();
    const { isError, data } = await reports.call(tool, pick(argumentsOfAll(3, 4), names));

    expect([isError, typeof data]).toEqual([false, 'object']);
  });

  test('reads the tasks of the user that it acts for', async () => {
    const { isError, data, text } = await mine.call('MyToDoList', {
      semesterId: gateway.semesterId,
    });

    expect(isError).toBe(false);
    expect(data).toMatchObject({
      viewer: { id: gateway.person(0).openId, stageTasks: { stageTasks: expect.any(Array) } },
    });
    expect(JSON.parse(text)).toMatchObject({ data });
    expect(taskCalls()).toHaveLength(1);
  });

  test('is refused the tasks of another user, at no upstream call', async () => {
    const answer = await mine.call('ToDoList', argumentsFor(1));

    expect(answer).toMatchObject({
      isError: true,
      data: { user: { stageTasks: null } },
      errors: [{ path: ['user', 'stageTasks'], extensions: { code: 'FORBIDDEN' } }],
    });
    expect(JSON.parse(answer.text)).toMatchObject({ errors: answer.errors });
    expect(taskCalls()).toEqual([]);
  });

  test.each([
    ['DueSoon', ['semesterId', 'userIds', 'from', 'until']],
    ['Everyone', ['semesterId']],
    ['TeamProgress', ['semesterId', 'userIds']],
    ['TeamSummary', ['semesterId', 'userIds']],
    ['ToDoList', ['semesterId', 'userId']],
  ])('reads no other user through %s', async (tool, names) => {
    const { isError, data, errors } = await mine.call(tool, pick(argumentsOfAll(1, 2), names));

    expect([isError, new Set(errors.map(({ extensions }) => extensions.code))]).toEqual([
      true,
      new Set(['FORBIDDEN']),
    ]);
    expect(JSON.stringify(data)).not.toMatch(/"(stageTasks|counts|nodes|option)":[[{"]/);
    expect(taskCalls()).toEqual([]);
    expect(gateway.emulator.callsOf('find_by_page')).toEqual([]);
  });

  test('gets what could be loaded next to the errors', async () => {
    const { isError, data, errors } = await mine.call('DueSoon', {
      semesterId: gateway.semesterId,
      userIds: [gateway.person(0).openId, gateway.person(1).openId],
      from: '2000-01-01T00:00:00Z',
      until: '2100-01-01T00:00:00Z',
    });

    expect(isError).toBe(true);
    expect(data).toMatchObject({
      semester: { userStageTasks: [{ user: { id: gateway.person(0).openId } }, null] },
    });
    expect(errors).toMatchObject([
      { path: ['semester', 'userStageTasks', 1], extensions: { code: 'FORBIDDEN' } },
    ]);
  });

  test('that acts for a service may read all users', async () => {
    const { isError, data } = await reports.call('ToDoList', argumentsFor(1));

    expect(isError).toBe(false);
    expect(data).toMatchObject({ user: { id: gateway.person(1).openId } });
  });

  test.each([
    ['an argument that the tool does not have', { tasks: 'all' }, 'only semesterId, locale'],
    ['no argument where one is required', {}, '$semesterId'],
    ['a number for the ID of a cycle', { semesterId: 2 ** 62 }, 'semesterId'],
    ['a list for one value', { semesterId: ['7'] }, '$semesterId'],
    ['another value of an enum', { semesterId: '7', locale: 'DE' }, 'DE'],
  ])('is told about %s', async (_, args, message) => {
    const answer = await mine.call('MyToDoList', args);

    expect(answer).toMatchObject({
      isError: true,
      errors: [
        {
          message: expect.stringContaining(message),
          extensions: { code: 'BAD_USER_INPUT' },
        },
      ],
    });
    expect(answer.data ?? null).toBeNull();
    expect(gateway.emulator.calls).toEqual([]);
  });

  test('is told that a tool does not exist', async () => {
    await expect(mine.call('DeleteTasks', {})).rejects.toMatchObject({
      code: -32_602,
      message: expect.stringContaining('expected the name of one in tools/list, got "DeleteTasks"'),
    });
    expect(gateway.emulator.calls).toEqual([]);
  });

  test('is refused without credentials', async () => {
    await expect(connectMcp(gateway.url, version)).rejects.toThrow(/no credentials|HTTP 401/);
    expect(gateway.emulator.calls).toEqual([]);
  });
});

test('A call is logged and counted as the operation that it runs', async () => {
  const counter = 'gateway_operation_duration_seconds_count{outcome="ok"}';
  const before = (await gateway.metric(counter)) ?? 0;
  const { client, call } = await connectMcp(gateway.url, '2026-07-28', service);
  await call('TeamSummary', {
    semesterId: gateway.semesterId,
    userIds: [gateway.person(5).openId],
  });
  await client.close();

  expect(gateway.logs()).toContainEqual(
    expect.objectContaining({ msg: 'operation', operation: 'TeamSummary', usersAsked: 1 }),
  );
  expect(await gateway.metric(counter)).toBe(before + 1);
});

test('A gateway that does not serve assistants has no such page', async () => {
  const other = await startGateway({ env: { PERSISTED_OPERATIONS: READY_OPERATIONS } });
  const statuses = await Promise.all(
    ['GET', 'POST'].map((method) => fetch(`${other.url}/mcp`, { method })),
  );
  await other.close();

  expect(statuses.map(({ status }) => status)).toEqual([404, 404]);
});
