import { setTimeout as delay } from 'node:timers/promises';
import { changeTasks, scriptChange } from '../support/change-tasks';
import { describeWithRedis } from '../support/describe-with-redis';
import { openEventStream } from '../support/event-stream';
import { EVENT_ENV, eventRequest, reviewEvent } from '../support/feishu-events';
import { startGateway, type TestGateway } from '../support/gateway';
import { participantsOf } from '../support/participants';
import { startRedis, type TestRedis } from '../support/redis';
import { until } from '../support/until';

const ENV = { ...EVENT_ENV, CACHE_FRESH_SECONDS: '600', CACHE_STALE_SECONDS: '600' };
/** Longer than replicas wait before they refresh an answer, and check it again. */
const SETTLED_MS = 3_000;

const READ = `query ($semesterId: ID!, $id: ID!) {
  user(id: $id) { stageTasks(semesterId: $semesterId) { fetchedAt stale stageTasks { id } } }
}`;
const READ_EVERYONE = `query ($semesterId: ID!) {
  semester(id: $semesterId) {
    allUserStageTasks(first: 50) { edges { node { user { id } fetchedAt stale } } }
  }
}`;

const STREAM = `subscription ($semesterId: ID!, $userIds: [ID!]!) {
  userStageTasksChanged(semesterId: $semesterId, userIds: $userIds) { stale stageTasks { finishedCount } }
}`;

interface Everyone {
  readonly semester: {
    readonly allUserStageTasks: {
      readonly edges: readonly {
        readonly node: Shown & { readonly user: { readonly id: string } };
      }[];
    };
  };
}

interface Shown {
  readonly fetchedAt: string;
  readonly stale: boolean;
}

async function read(gateway: TestGateway, id: string, semesterId: string) {
  const { data, errors, headers } = await gateway.query<{ user: { stageTasks: Shown } }, object>(
    READ,
    { id, semesterId },
  );
  expect(errors).toEqual([]);
  if (!data) throw new Error('expected data');
  return { ...data.user.stageTasks, cacheControl: headers.get('cache-control') };
}

async function report(gateway: TestGateway, semesterId: string, openId: string): Promise<void> {
  const event = reviewEvent({
    id: `event about ${openId} ${Date.now()}`,
    semesterId,
    users: [{ open_id: openId }],
  });
  const { headers, body } = eventRequest(event, Date.now());
  const before = await handled(gateway);
  const url = `${gateway.url}/webhooks/feishu`;
  const { status } = await fetch(url, { method: 'POST', headers, body: new Uint8Array(body) });
  expect(status).toBe(200);
  await until(async () => (await handled(gateway)) === before + 1);
}

const handled = async (gateway: TestGateway) =>
  (await gateway.metric('gateway_webhook_requests_total{outcome="handled"}')) ?? 0;

/** The users of each call. */
const callsOf = ({ emulator }: TestGateway) => emulator.callsOf('find_by_user_list');

describeWithRedis('An event that one replica receives', () => {
  let redis: TestRedis;
  let one: TestGateway;
  let other: TestGateway;
  let semesterId: string;
  let people: string[];
  beforeAll(async () => {
    redis = await startRedis();
    one = await startGateway({ env: { ...ENV, REDIS_URL: redis.url } });
    other = await startOther();
    ({ semesterId } = one);
    people = participantsOf(one).map(({ openId }) => openId);
  });
  const startOther = () =>
    startGateway({ env: { ...ENV, REDIS_URL: redis.url, FEISHU_BASE_URL: one.emulator.url } });
  afterAll(async () => {
    await other.close();
    await one.close();
    await redis.close();
  });

  /** Both replicas remember the user's answer. */
  async function remember(id: string): Promise<Shown> {
    const first = await read(one, id, semesterId);
    await read(other, id, semesterId);
    one.emulator.clearCalls();
    return first;
  }

  test('makes the answer stale on the other one, which shows the fresh one after one call of both', async () => {
    const [id = ''] = people;
    await remember(id);
    const reportedAtMs = Date.now();
    await report(one, semesterId, id);
    await until(async () => (await read(other, id, semesterId)).stale);
    const shown: Shown[] = [];
    await until(async () => {
      shown.push(await read(other, id, semesterId), await read(one, id, semesterId));
      return shown.slice(-2).every(({ stale }) => !stale);
    });
    // Never an old answer that looks fresh, and never a fresh one that looks old.
    for (const { fetchedAt, stale } of shown) {
      expect(stale).toBe(Date.parse(fetchedAt) < reportedAtMs);
    }
    await delay(SETTLED_MS);
    expect(callsOf(one)).toHaveLength(1);
  });

  test('lets no cache of a client keep the stale answer', async () => {
    const id = people[1] ?? '';
    await remember(id);
    expect((await read(one, id, semesterId)).cacheControl).toMatch(/max-age=\d\d/);
    await report(one, semesterId, id);
    const { stale, cacheControl } = await read(one, id, semesterId);
    expect([stale, cacheControl]).toEqual([true, 'no-store']);
  });

  test('costs no call if a half-empty one is sent anyway', async () => {
    const [, , id = '', another = ''] = people;
    const before = await remember(id);
    await report(other, semesterId, id);
    await read(one, another, semesterId);
    await until(async () => !(await read(other, id, semesterId)).stale);
    await delay(SETTLED_MS);
    expect(callsOf(one)).toHaveLength(1);
    const after = await read(one, id, semesterId);
    expect(after.stale).toBe(false);
    expect(after.fetchedAt).not.toBe(before.fetchedAt);
  });

  test('is shown by pages, of the user alone, at no call for a page', async () => {
    const page = async () => {
      const { data } = await one.query<Everyone, object>(READ_EVERYONE, { semesterId });
      return data?.semester.allUserStageTasks.edges.map(({ node }) => node) ?? [];
    };
    const id = (await page())[7]?.user.id ?? '';
    await report(one, semesterId, id);
    const staleIn = async () =>
      (await page()).filter(({ stale }) => stale).map(({ user }) => user.id);
    expect(await staleIn()).toEqual([id]);
    await until(async () => (await staleIn()).length === 0);
    expect(one.emulator.callsOf('find_by_page')).toHaveLength(1);
  });

  test('reaches a stream of the other one with what has changed, at one call of both', async () => {
    const id = people[5] ?? '';
    await remember(id);
    const variables = { semesterId, userIds: [id] };
    const stream = await openEventStream(other.url, { query: STREAM, variables });
    await stream.received(1);
    scriptChange(one, id, 77);
    await report(one, semesterId, id);
    const [, changed] = await stream.received(2);
    const stageTasks = expect.arrayContaining([{ finishedCount: 77 }]) as unknown;
    expect(changed?.data?.data?.userStageTasksChanged).toEqual({ stale: false, stageTasks });
    stream.close();
    expect(callsOf(one)).toHaveLength(1);
  });

  test('is known to a replica that starts later', async () => {
    const id = people[4] ?? '';
    await remember(id);
    one.emulator.script({ api: 'find_by_user_list', times: Infinity, connection: 'reset' });
    await report(one, semesterId, id);
    const third = await startOther();
    await until(async () => (await read(third, id, semesterId)).stale);
    await third.close();
  });
});

describe('An event that the only replica receives', () => {
  let gateway: TestGateway;
  afterEach(() => gateway.close());
  const people = () => participantsOf(gateway).map(({ openId }) => openId);

  test('makes the first answer of a stream stale too, and the stream shows the fresh one', async () => {
    gateway = await startGateway({ env: ENV });
    const [id = ''] = people();
    const { semesterId } = gateway;
    await read(gateway, id, semesterId);
    await report(gateway, semesterId, id);
    const variables = { semesterId, userIds: [id] };
    const stream = await openEventStream(gateway.url, { query: STREAM, variables });
    const [first] = await stream.received(1);
    expect(first?.data).toMatchObject({ data: { userStageTasksChanged: { stale: true } } });
    await until(async () => !(await read(gateway, id, semesterId)).stale);
    await changeTasks(gateway, id, 41);
    const [, second] = await stream.received(2);
    expect(second?.data).toMatchObject({ data: { userStageTasksChanged: { stale: false } } });
    stream.close();
  });

  test('costs no call without quota to spare', async () => {
    gateway = await startGateway({ env: ENV, emulator: { quotaCalls: 2, quotaWindowSeconds: 10 } });
    const [id = ''] = people();
    const { semesterId } = gateway;
    await read(gateway, id, semesterId);
    await report(gateway, semesterId, id);
    await delay(SETTLED_MS);
    expect(await read(gateway, id, semesterId)).toMatchObject({ stale: true });
    expect(callsOf(gateway)).toHaveLength(1);
  });
});
