import { changeTasks } from '../support/change-tasks';
import { bearer, everyWayIn, SERVICE_TOKEN } from '../support/clients';
import { CHANGES, openEventStream, shownBy, type EventStream } from '../support/event-stream';
import { startGateway, type TestGateway } from '../support/gateway';
import { startIssuer, type TestIssuer } from '../support/issuer';
import { until } from '../support/until';

let issuer: TestIssuer;
let gateway: TestGateway;
const streams: EventStream[] = [];
beforeAll(async () => {
  issuer = await startIssuer();
  const env = { ...everyWayIn(issuer), CACHE_FRESH_SECONDS: '600', STREAM_LIMIT_SELF: '300' };
  gateway = await startGateway({ env });
});
afterAll(async () => {
  for (const stream of streams) stream.close();
  await gateway.close();
  await issuer.close();
});

async function openMany(
  count: number,
  userIds: readonly string[],
  headers: Record<string, string>,
): Promise<EventStream[]> {
  const variables = { semesterId: gateway.semesterId, userIds };
  const opened: EventStream[] = [];
  for (let i = 0; i < count; i += 1) {
    opened.push(await openEventStream(gateway.url, { query: CHANGES, variables }, headers));
  }
  streams.push(...opened);
  return opened;
}

test('Of 1,000 streams on one replica, each shows a change that it may show, once', async () => {
  const one = gateway.person(0).openId;
  const other = gateway.person(1).openId;
  const own = async (sub: string) => bearer(await issuer.sign({ sub }));
  const ofOne = await openMany(300, [one], await own(one));
  const ofOther = await openMany(300, [other], await own(other));
  const ofBoth = await openMany(400, [one, other], bearer(SERVICE_TOKEN));
  await until(() => ofBoth.every(({ events }) => events.length === 2));
  await until(() => [...ofOne, ...ofOther].every(({ events }) => events.length === 1));
  gateway.emulator.clearCalls();

  await changeTasks(gateway, one, 77, bearer(SERVICE_TOKEN));
  await until(() => ofBoth.every(({ events }) => events.length > 2));
  await changeTasks(gateway, other, 78, bearer(SERVICE_TOKEN));
  await until(() => streams.every(({ events }) => events.length > 1));
  await until(() => ofBoth.every(({ events }) => events.length > 3));

  const shown = (some: readonly EventStream[], first: number) =>
    new Set(some.map(({ events }) => JSON.stringify(events.slice(first).map(shownBy))));
  expect(shown(ofOne, 1)).toEqual(new Set([JSON.stringify([[one, 77]])]));
  expect(shown(ofOther, 1)).toEqual(new Set([JSON.stringify([[other, 78]])]));
  expect(shown(ofBoth, 2)).toEqual(
    new Set([
      JSON.stringify([
        [one, 77],
        [other, 78],
      ]),
    ]),
  );
  // Those of the two operations that found the changes.
  expect(gateway.emulator.callsOf('find_by_user_list')).toHaveLength(2);
  expect(await gateway.metric('gateway_streams')).toBe(1_000);
}, 120_000);
