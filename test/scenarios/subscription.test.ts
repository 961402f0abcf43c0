import { changeTasks } from '../support/change-tasks';
import { CHANGES, openEventStream, shownBy, type EventStream } from '../support/event-stream';
import { startGateway, type TestGateway } from '../support/gateway';
import { MovableClock } from '../support/movable-clock';
import { until } from '../support/until';

const CACHE = { CACHE_FRESH_SECONDS: '600', CACHE_STALE_SECONDS: '600' };
const READ = `query ($id: ID!, $semesterId: ID!) {
  user(id: $id) { stageTasks(semesterId: $semesterId) { id } }
}`;
let gateway: TestGateway;
const streams: EventStream[] = [];
beforeEach(async () => {
  gateway = await startGateway({ env: CACHE });
});
afterEach(async () => {
  for (const stream of streams.splice(0)) stream.close();
  await gateway.close();
});

async function open(userIds: readonly string[], headers: Record<string, string> = {}) {
  const variables = { semesterId: gateway.semesterId, userIds };
  const stream = await openEventStream(gateway.url, { query: CHANGES, variables }, headers);
  streams.push(stream);
  return stream;
}

/** The people of the emulator who take part in the cycle. */
function participants(count: number): string[] {
  const { emulator, semesterId } = gateway;
  return emulator.people
    .map(({ openId }) => openId)
    .filter((userId) => emulator.expectedTasks({ semesterId, userIdType: 'open_id', userId }))
    .slice(0, count);
}

test('A stream shows what is known, then what other operations find changed, and calls Feishu once', async () => {
  const [one = '', other = ''] = participants(2);
  const stream = await open([one, other]);
  await stream.received(2);
  await changeTasks(gateway, other, 41);
  await changeTasks(gateway, other, 41);
  await changeTasks(gateway, one, 42);
  await stream.received(4);

  expect(stream.status).toBe(200);
  expect(stream.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
  expect(stream.events.map(shownBy).slice(2)).toEqual([
    [other, 41],
    [one, 42],
  ]);
  expect(stream.events[3]?.data).toMatchObject({
    data: {
      userStageTasksChanged: {
        semester: { id: gateway.semesterId, name: { text: expect.any(String) } },
      },
    },
  });
  // The stream asked for both, and each of the other operations for one.
  expect(
    gateway.emulator.callsOf('find_by_user_list').map(({ userIds }) => userIds?.length),
  ).toEqual([2, 1, 1, 1]);
});

test('A client that reconnects with Last-Event-ID gets what has changed since, and nothing twice', async () => {
  const [one = '', other = ''] = participants(2);
  const stream = await open([one, other]);
  await stream.received(2);
  await changeTasks(gateway, one, 7);
  const lastEventId = (await stream.received(3))[2]?.id ?? '';
  stream.close();
  await until(async () => (await gateway.metric('gateway_streams')) === 0);
  await changeTasks(gateway, other, 8);

  const again = await open([one, other], { 'last-event-id': lastEventId });
  await again.received(1);
  await changeTasks(gateway, one, 9);
  await again.received(2);
  const current = await open([one, other]);

  expect(again.events.map(shownBy)).toEqual([
    [other, 8],
    [one, 9],
  ]);
  expect((await current.received(2)).map(shownBy)).toEqual([
    [one, 9],
    [other, 8],
  ]);
});

test.each([
  ['than its fresh time', '60', true],
  ['than nothing, because no answer counts as fresh', '0', true],
  ['but within its fresh time', '600', false],
])('A first answer that is old, %s, is marked as stale or not', async (_, fresh, stale) => {
  const clock = new MovableClock();
  const own = await startGateway({ clock, env: { ...CACHE, CACHE_FRESH_SECONDS: fresh } });
  const [one = ''] = participants(1);
  const { semesterId } = own;
  await own.query(READ, { id: one, semesterId });
  clock.advance(120_000);
  const query = CHANGES.replace('id user', 'stale id user');
  const stream = await openEventStream(own.url, {
    query,
    variables: { semesterId, userIds: [one] },
  });
  const [first] = await stream.received(1);
  await changeTasks(own, one, 5);
  const [, second] = await stream.received(2);
  stream.close();
  await own.close();

  expect(first?.data).toMatchObject({ data: { userStageTasksChanged: { stale } } });
  expect(second?.data).toMatchObject({ data: { userStageTasksChanged: { stale: false } } });
});

test('The ID of each event covers no later event, so that a client that lost one gets it again', async () => {
  const [one = '', other = ''] = participants(2);
  const stream = await open([one, other]);
  const [first, second] = await stream.received(2);
  stream.close();
  const again = await open([one, other], { 'last-event-id': first?.id ?? '' });

  expect((await again.received(1)).map(shownBy)).toEqual([second && shownBy(second)]);
});

test('A user of whom Feishu has no data any more has no tasks', async () => {
  const [one = ''] = participants(1);
  const stream = await open([one]);
  await stream.received(1);
  await changeTasks(gateway, one, null);
  await stream.received(2);

  expect(stream.events.map(shownBy)[1]).toEqual([one, null]);
});

test('A user who cannot be loaded at the start is an error of one event, and the stream goes on', async () => {
  const [one = ''] = participants(1);
  gateway.emulator.script({ api: 'find_by_user_list', answer: { status: 403, code: 99991672 } });
  const stream = await open([one]);
  await stream.received(1);
  await changeTasks(gateway, one, 3);
  await stream.received(2);

  expect(stream.events.map(shownBy)).toEqual([['UPSTREAM_PERMISSION_DENIED'], [one, 3]]);
});

test.each([
  ['a query', '{ upstreamQuota { callsLeft } }', 'BAD_USER_INPUT'],
  ['a syntax error', 'subscription {', 'GRAPHQL_PARSE_FAILED'],
  ['an unknown field', 'subscription { x }', 'GRAPHQL_VALIDATION_FAILED'],
  [
    'two fields',
    'subscription { a: userStageTasksChanged(semesterId: "1", userIds: ["ou_a"]) { id } b: userStageTasksChanged(semesterId: "1", userIds: ["ou_a"]) { id } }',
    'GRAPHQL_VALIDATION_FAILED',
  ],
  [
    'no user',
    'subscription { userStageTasksChanged(semesterId: "1", userIds: []) { id } }',
    'BAD_USER_INPUT',
  ],
  [
    'an invalid ID',
    'subscription { userStageTasksChanged(semesterId: "1", userIds: ["x"]) { id } }',
    'BAD_USER_INPUT',
  ],
  [
    'an invalid cycle',
    'subscription { userStageTasksChanged(semesterId: "x", userIds: ["ou_a"]) { id } }',
    'BAD_USER_INPUT',
  ],
  [
    '51 users',
    `subscription { userStageTasksChanged(semesterId: "1", userIds: ${JSON.stringify(Array.from({ length: 51 }, (_, i) => `ou_${i}`))}) { id } }`,
    'OPERATION_TOO_EXPENSIVE',
  ],
  [
    'a field that loads tasks',
    'subscription { userStageTasksChanged(semesterId: "1", userIds: ["ou_a"]) { user { stageTasks(semesterId: "2") { id } } } }',
    'OPERATION_TOO_EXPENSIVE',
  ],
])('%s is refused with a status and without a call', async (_, query, code) => {
  const stream = await openEventStream(gateway.url, { query });
  await stream.ended;
  const { errors } = JSON.parse(stream.text()) as { errors: { extensions: { code: string } }[] };

  expect(stream.status).toBe(400);
  expect(errors.map(({ extensions }) => extensions.code)).toEqual([code]);
  expect(gateway.emulator.calls).toEqual([]);
  expect(await gateway.metric('gateway_streams')).toBe(0);
});

test('/graphql refuses a subscription, also one that is known, and names the path of streams', async () => {
  const variables = { semesterId: '1', userIds: ['ou_a'] };
  for (let time = 0; time < 2; time += 1) {
    const { status, errors } = await gateway.query(CHANGES, variables);
    expect(status).toBe(400);
    expect(errors).toEqual([
      {
        message: expect.stringContaining('/graphql/stream'),
        extensions: { code: 'BAD_USER_INPUT' },
      },
    ]);
  }
});

test('A document without an operation of the requested name is refused at both paths', async () => {
  for (const path of ['/graphql', '/graphql/stream']) {
    const response = await fetch(gateway.url + path, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query: CHANGES, operationName: 'Other' }),
    });
    expect([path, response.status]).toEqual([path, 400]);
    expect(await response.json()).toMatchObject({
      errors: [{ extensions: { code: 'OPERATION_RESOLUTION_FAILURE' } }],
    });
  }
});

test('Other methods are not allowed', async () => {
  const response = await fetch(`${gateway.url}/graphql/stream`);
  expect(response.status).toBe(405);
  expect(response.headers.get('allow')).toBe('POST');
});

test('A stop ends streams without saying that they are complete, so that clients reconnect', async () => {
  const [one = ''] = participants(1);
  const closing = await startGateway({ env: CACHE });
  const variables = { semesterId: closing.semesterId, userIds: [one] };
  const stream = await openEventStream(closing.url, { query: CHANGES, variables });
  await stream.received(1);
  await closing.close();
  await stream.ended;

  expect(stream.events.map(({ event }) => event)).toEqual(['next']);
  expect(closing.logs()).toContainEqual(
    expect.objectContaining({ msg: 'stream ended', reason: 'drained' }),
  );
});
