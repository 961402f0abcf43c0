import { maxHeaderSize } from 'node:http';
import { createBothWays } from '../support/both-ways';
import { bearer, everyWayIn, ROUTER_SECRET } from '../support/clients';
import { openIds } from '../support/expected';
import { startGateway, type TestGateway } from '../support/gateway';
import { startIssuer, type Claims, type TestIssuer } from '../support/issuer';
import { lastReason } from '../support/jwt-gateways';
import { exchange } from '../support/raw-http';

const MAX_REPORTS = 200;

let issuer: TestIssuer;
let gateway: TestGateway;
beforeAll(async () => {
  issuer = await startIssuer();
});
afterEach(() => gateway.close());
afterAll(() => issuer.close());

async function start(quotaCalls = 100_000, env: Record<string, string> = {}) {
  gateway = await startGateway({
    env: { ...everyWayIn(issuer), ...env },
    emulator: { quotaCalls, quotaWindowSeconds: 60 },
  });
}

const people = (from: number, count: number) =>
  openIds(gateway.emulator.people.slice(from, from + count));
const byToken = async (claims: Claims) =>
  bearer(await issuer.sign({ sub: gateway.person(0).openId, ...claims }));
const byRouter = (reports: string) => ({
  'x-router-secret': ROUTER_SECRET,
  'x-user-id': gateway.person(0).openId,
  'x-user-reports': reports,
});
const calls = () => gateway.emulator.callsOf('find_by_user_list').length;

describe('The largest list', () => {
  test.each([
    ['a JWT', (ids: string[]) => byToken({ reports: ids })],
    ['the header of a router', (ids: string[]) => byRouter(ids.join(' '))],
  ])('fits into %s: 200 open IDs are read in five calls with the manager', async (_, sign) => {
    await start();
    const everyone = people(0, MAX_REPORTS + 1);
    const { status, codes } = await gateway.readTasks(everyone, await sign(everyone.slice(1)));
    const asked = gateway.emulator.callsOf('find_by_user_list').flatMap((call) => call.userIds);

    expect([status, codes]).toEqual([200, []]);
    expect(asked.toSorted()).toEqual(everyone.toSorted());
    expect(calls()).toBe(5);
  });

  test('is refused with one entry more, in the audit with its reason and without an ID', async () => {
    await start();
    const reports = people(1, MAX_REPORTS + 1);
    for (const [headers, authenticator] of [
      [await byToken({ reports }), 'jwt'],
      [byRouter(reports.join(' ')), 'router'],
    ] as const) {
      const { status, codes } = await gateway.readTasks(people(0, 1), headers);
      expect([status, codes]).toEqual([401, ['UNAUTHENTICATED']]);
      expect(gateway.logs().at(-1)).toMatchObject({
        msg: 'credentials rejected',
        authenticator,
        reason: 'too-many-reports',
      });
    }
    expect(calls()).toBe(0);
    expect(await gateway.metric('gateway_refusals_total{kind="authentication"}')).toBe(2);
  });

  test('may make headers too large, which is 431 and never a shorter list', async () => {
    await start();
    const BODY = '{"query":"{ viewer { id } }"}';
    const send = (reports: string) =>
      exchange(
        gateway.url,
        [
          ...['POST /graphql HTTP/1.1', 'Host: a', 'Content-Type: application/json'],
          ...Object.entries(byRouter(reports)).map(([name, value]) => `${name}: ${value}`),
          `Content-Length: ${BODY.length}`,
        ],
        BODY,
      );
    const longIds = (length: number) =>
      Array.from({ length: MAX_REPORTS }, (_, i) => `${i}`.padStart(length, 'x')).join(' ');

    expect(maxHeaderSize).toBe(16_384);
    expect((await send(longIds(64))).status).toBe(200);
    expect(longIds(64)).toHaveLength(12_999);
    const typed = longIds(64).replaceAll(/(?<= |^)/g, 'PEOPLE_ADMIN_ID:');
    expect((await send(typed)).status).toBe(431);
  });
});

test('A claim that the issuer keeps outside the token is refused, rather than read as no list', async () => {
  await start();
  const headers = await byToken({
    _claim_names: { reports: 'src1' },
    _claim_sources: { src1: { endpoint: 'https://login.example.com/reports' } },
  });
  expect((await gateway.readTasks(people(0, 1), headers)).status).toBe(401);
  expect(lastReason(gateway)).toBe('unusable-reports');

  const other = await byToken({ _claim_names: { groups: 'src1' } });
  expect((await gateway.readTasks(people(0, 1), other)).codes).toEqual([]);
});

test('A user who is no report is denied with a reason of its own', async () => {
  await start();
  const [own = '', report = '', other = ''] = people(0, 3);
  const { errors } = await gateway.readTasks([own, report, other], byRouter(report));

  expect(errors.map(({ message, path }) => [message, path?.join('.')])).toEqual([
    [
      'This principal may read its own tasks and those of the users that its credentials list; ' +
        'they do not list this user.',
      'users.2.stageTasks',
    ],
  ]);
  const denials = gateway.logs().filter(({ msg }) => msg === 'access denied');
  expect(denials).toMatchObject([{ reason: 'not-listed', denied: 1 }]);
});

test('Reports change neither the viewer nor the name in the log', async () => {
  await start();
  const { openId } = gateway.person(0);
  const names: unknown[] = [];
  for (const reports of ['', ...people(1, 1)]) {
    const { data } = await gateway.query<{ viewer: object }, object>(
      '{ viewer { id idType } }',
      {},
      byRouter(reports),
    );
    expect(data?.viewer).toEqual({ id: openId, idType: 'OPEN_ID' });
    await gateway.readTasks(people(2, 1), byRouter(reports));
    names.push(gateway.logs().findLast(({ msg }) => msg === 'access denied')?.['principal']);
  }
  expect(names[0]).toEqual(names[1]);
});

test('A manager spends the share of one person, and two lists are no second share', async () => {
  await start(20);
  const read = (from: number, count: number) =>
    gateway.readTasks(people(from, count), byRouter(people(from, count).join(' ')));
  expect((await read(1, 200)).codes).toEqual([]);
  expect((await read(201, 200)).codes).toEqual([]);
  expect(calls()).toBe(8);

  const { status, codes } = await read(401, 150);
  expect([status, codes]).toEqual([429, ['RATE_LIMITED']]);
  expect(calls()).toBe(8);
});

test('Responses vary by the header, only where it is configured', async () => {
  const vary = async () => {
    const { headers } = await gateway.query('{ __typename }', {}, byRouter(''));
    return headers.get('vary')?.toLowerCase().split(/, */);
  };
  await start();
  expect(await vary()).toContain('x-user-reports');
  await gateway.close();
  await start(undefined, { AUTH_ROUTER_REPORTS_HEADER: '' });
  expect(await vary()).not.toContain('x-user-reports');
  // The router of before passes on what its client sends.
  const [report = ''] = people(1, 1);
  expect((await gateway.readTasks([report], byRouter(report))).codes).toEqual(['FORBIDDEN']);
});

test('Answers of the fast path are those of the list of this request', async () => {
  await start(undefined, { CACHE_FRESH_SECONDS: '600', CACHE_STALE_SECONDS: '600' });
  const ways = createBothWays(gateway);
  const [own = '', report = '', other = ''] = people(0, 3);
  const query = `{ users(ids: ${JSON.stringify([own, report, other])}) { stageTasks(semesterId: "${gateway.semesterId}") { user { id } } } }`;
  const read = async (reports: string) => {
    const before = ways.answeredFast();
    const { text } = await ways.expectSame({
      body: JSON.stringify({ query }),
      headers: byRouter(reports),
    });
    expect(ways.answeredFast()).toBe(before + 1);
    return [own, report, other].filter((id) => text.includes(id));
  };

  expect(await read(`${report} ${other}`)).toEqual([own, report, other]);
  expect(await read(report)).toEqual([own, report]);
  expect(await read('')).toEqual([own]);
  ways.restore();
});
