import { changeTasks } from '../support/change-tasks';
import {
  bearer,
  everyClient,
  everyWayIn,
  mayReadPerson,
  SERVICE_TOKEN,
  type TestClient,
} from '../support/clients';
import { CHANGES, openEventStream, shownBy, type EventStream } from '../support/event-stream';
import { startGateway, type TestGateway } from '../support/gateway';
import { startIssuer, type TestIssuer } from '../support/issuer';
import { MovableClock } from '../support/movable-clock';
import { until } from '../support/until';

const CACHE = { CACHE_FRESH_SECONDS: '600', CACHE_STALE_SECONDS: '600' };
const clock = new MovableClock();
let issuer: TestIssuer;
let gateway: TestGateway;
let clients: TestClient[];
const streams: EventStream[] = [];
beforeAll(async () => {
  issuer = await startIssuer();
  gateway = await startGateway({
    clock,
    env: {
      ...everyWayIn(issuer),
      ...CACHE,
      STREAM_LIMIT_SELF: '2',
      AUTH_JWT_CLOCK_SKEW_SECONDS: '0',
    },
  });
  clients = await everyClient(gateway, issuer);
});
afterEach(async () => {
  for (const stream of streams.splice(0)) stream.close();
  await until(async () => (await gateway.metric('gateway_streams')) === 0);
});
afterAll(async () => {
  await gateway.close();
  await issuer.close();
});

async function open(userIds: readonly string[], headers: Record<string, string>) {
  const variables = { semesterId: gateway.semesterId, userIds };
  const stream = await openEventStream(gateway.url, { query: CHANGES, variables }, headers);
  streams.push(stream);
  return stream;
}

/** The tests move the clock. */
const inSeconds = (seconds: number) => Math.floor(clock.unixMs() / 1_000) + seconds;

const change = (index: number, count: number) =>
  changeTasks(gateway, gateway.person(index).openId, count, bearer(SERVICE_TOKEN));

async function refusalOf(stream: EventStream) {
  await stream.ended;
  const { errors } = JSON.parse(stream.text()) as { errors: { extensions: { code: string } }[] };
  return [stream.status, errors.map(({ extensions }) => extensions.code)];
}

test.each([
  ['their own tasks', 0],
  ['the tasks of another user', 1],
  ['the tasks of a third user', 2],
])('Each client gets changes of %s, or a refusal that makes no call', async (_, index) => {
  const { openId } = gateway.person(index);
  for (const client of clients) {
    gateway.emulator.clearCalls();
    const stream = await open([openId], client.headers);
    const isAllowed = mayReadPerson(client.grant, index);
    if (isAllowed) {
      expect([client.name, (await stream.received(1)).map(shownBy)]).toEqual([
        client.name,
        [[openId, expect.any(Number)]],
      ]);
      stream.close();
    } else {
      const due = client.grant === 'out' ? [401, ['UNAUTHENTICATED']] : [400, ['FORBIDDEN']];
      expect([client.name, await refusalOf(stream)]).toEqual([client.name, due]);
      expect(gateway.emulator.callsOf('find_by_user_list')).toEqual([]);
    }
  }
});

test('One user whom the principal may not read refuses the stream, and is audited', async () => {
  const headers = bearer(await issuer.sign({ sub: gateway.person(0).openId }));
  const stream = await open([gateway.person(0).openId, gateway.person(1).openId], headers);

  expect(await refusalOf(stream)).toEqual([400, ['FORBIDDEN']]);
  expect(gateway.logs()).toContainEqual(
    expect.objectContaining({ msg: 'access denied', reason: 'not-own', denied: 1 }),
  );
});

test('A person’s stream shows no change of another person', async () => {
  const own = gateway.person(0).openId;
  const stream = await open([own], bearer(await issuer.sign({ sub: own })));
  const all = await open([own, gateway.person(1).openId], bearer(SERVICE_TOKEN));
  await stream.received(1);
  await all.received(2);
  await change(1, 71);
  await change(0, 72);
  await all.received(4);
  await stream.received(2);

  expect(stream.events.map(shownBy)[1]).toEqual([own, 72]);
  expect(stream.text()).not.toContain(gateway.person(1).openId);
});

test('A token that has expired ends the stream before the next change, and says so', async () => {
  const { openId } = gateway.person(0);
  const stream = await open(
    [openId],
    bearer(await issuer.sign({ sub: openId, exp: inSeconds(60) })),
  );
  await stream.received(1);
  clock.advance(61_000);
  await change(0, 81);
  await stream.ended;

  expect(stream.events.map(shownBy).slice(1)).toEqual([['UNAUTHENTICATED'], 'complete']);
  expect(stream.text()).not.toContain('81');
  // With new credentials, the client gets the change that it has not seen.
  expect(stream.events[1]?.id).toBe(stream.events[0]?.id);
});

test('A token that expires ends the stream without a change too', async () => {
  const { openId } = gateway.person(0);
  const exp = inSeconds(2);
  const stream = await open([openId], bearer(await issuer.sign({ sub: openId, exp })));
  await stream.ended;

  expect(stream.events.map(shownBy).slice(1)).toEqual([['UNAUTHENTICATED'], 'complete']);
});

test('A token of Feishu is looked up again, and the stream ends once Feishu refuses it', async () => {
  const person = gateway.person(0);
  const { emulator } = gateway;
  const stream = await open([person.openId], bearer(emulator.issueUserToken(person)));
  await stream.received(1);
  emulator.clearCalls();
  clock.advance(301_000);
  await change(0, 91);
  await stream.received(2);
  emulator.script({ api: 'user_info', answer: { status: 401, code: 99991668 } });
  clock.advance(301_000);
  await change(0, 92);
  await stream.ended;

  expect(stream.events.map(shownBy).slice(1)).toEqual([
    [person.openId, 91],
    ['UNAUTHENTICATED'],
    'complete',
  ]);
  expect(emulator.callsOf('user_info')).toHaveLength(2);
});

test('A principal may have so many streams, and a closed one makes room', async () => {
  const { openId } = gateway.person(0);
  const headers = bearer(await issuer.sign({ sub: openId, exp: inSeconds(600) }));
  const first = await open([openId], headers);
  await open([openId], headers);
  const third = await open([openId], headers);
  const service = await open([openId], bearer(SERVICE_TOKEN));
  first.close();
  await until(async () => (await gateway.metric('gateway_streams')) === 2);
  const fourth = await open([openId], headers);

  expect(await refusalOf(third)).toEqual([429, ['RATE_LIMITED']]);
  expect(third.headers.get('retry-after')).toBe('1');
  expect([service.status, fourth.status]).toEqual([200, 200]);
  expect(gateway.logs()).toContainEqual(expect.objectContaining({ msg: 'stream limit reached' }));
});

test('The log names no user of a stream', () => {
  expect(gateway.logText()).toContain('stream ended');
  for (const index of [0, 1]) expect(gateway.logText()).not.toContain(gateway.person(index).openId);
});
