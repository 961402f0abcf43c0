import { changeTasks } from '../support/change-tasks';
import { CHANGES } from '../support/event-stream';
import { startGateway, type TestGateway } from '../support/gateway';
import { startStubRouter, type StubRouter } from '../support/stub-router';
import { until } from '../support/until';

let router: StubRouter;
let other: StubRouter;
let gateway: TestGateway;
beforeEach(async () => {
  router = await startStubRouter();
  other = await startStubRouter();
  gateway = await startGateway({
    env: {
      SUBSCRIPTION_CALLBACK_URLS: `${router.url}/callback`,
      CACHE_FRESH_SECONDS: '600',
      STREAM_LIMIT: '2',
    },
  });
});
afterEach(async () => {
  await gateway.close();
  await router.close();
  await other.close();
});

async function subscribe(
  subscription: object,
  query = CHANGES,
  userIds = [gateway.person(0).openId],
) {
  const response = await fetch(`${gateway.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'application/json;callbackSpec=1.0' },
    body: JSON.stringify({
      query,
      variables: { semesterId: gateway.semesterId, userIds },
      extensions: { subscription },
    }),
  });
  const body = (await response.json()) as {
    data?: unknown;
    errors?: readonly { message: string; extensions: { code: string } }[];
  };
  return {
    status: response.status,
    data: body.data,
    codes: body.errors?.map(({ extensions }) => extensions.code),
  };
}

const request = (id: string, heartbeatIntervalMs = 0) => ({
  callbackUrl: `${router.url}/callback/${id}`,
  subscriptionId: id,
  verifier: `verifier-${id}`,
  heartbeatIntervalMs,
});
const streams = () => gateway.metric('gateway_streams');

test('A router gets a check, then each change', async () => {
  const { openId } = gateway.person(0);
  const answer = await subscribe(request('s1'));
  await until(() => router.of('next').length === 1);
  await changeTasks(gateway, openId, 33);
  await until(() => router.of('next').length === 2);

  expect(answer).toEqual({ status: 200, data: null, codes: undefined });
  expect(router.messages[0]).toEqual({
    kind: 'subscription',
    action: 'check',
    id: 's1',
    verifier: 'verifier-s1',
    path: '/callback/s1',
    protocol: 'callback/1.0',
  });
  expect(router.of('next')[1]).toMatchObject({
    id: 's1',
    verifier: 'verifier-s1',
    payload: {
      data: {
        userStageTasksChanged: {
          user: { id: openId },
          stageTasks: [{ finishedCount: 33 }, {}, {}],
        },
      },
    },
  });
  expect(await streams()).toBe(1);
});

test('A router is told the end when the gateway stops', async () => {
  const closing = await startGateway({
    env: { SUBSCRIPTION_CALLBACK_URLS: `${router.url}/callback` },
  });
  await fetch(`${closing.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      query: CHANGES,
      variables: { semesterId: closing.semesterId, userIds: [closing.person(0).openId] },
      extensions: { subscription: request('s9') },
    }),
  });
  await until(() => router.of('next').length === 1);
  await closing.close();

  // Without an error, the router's client would take the stream for finished, and not subscribe again.
  expect(router.of('complete')).toMatchObject([
    {
      id: 's9',
      verifier: 'verifier-s9',
      errors: [{ extensions: { code: 'RATE_LIMITED', retryAfterMs: 3_000 } }],
    },
  ]);
});

test('Heartbeats are checks, and a router that answers 404 ends the stream', async () => {
  await subscribe(request('s1', 1_000));
  await until(() => router.of('check').length >= 2);
  router.answerWith(404);
  await until(async () => (await streams()) === 0);

  expect(router.of('check').at(-1)).toMatchObject({ id: 's1', protocol: 'callback/1.0' });
  expect(router.of('complete')).toEqual([]);
  router.answerWith(204);
  // Its URL may be used again.
  expect(await subscribe(request('s1'))).toMatchObject({ status: 200, data: null });
});

test('A router that refuses the check gets an error, and no stream stays open', async () => {
  router.answerWith(404);
  const refused = await subscribe(request('s1'));
  router.answerWith(400);
  const failed = await subscribe(request('s2'));

  const due = { status: 400, data: null, codes: ['BAD_USER_INPUT'] };
  expect([refused, failed]).toEqual([due, due]);
  await until(async () => (await streams()) === 0);
  expect(router.of('next')).toEqual([]);
});

test.each([
  ['another server', () => `${other.url}/callback/s1`],
  ['another path', () => `${router.url}/admin/s1`],
  ['a path with the same beginning', () => `${router.url}/callback-admin/s1`],
  ['a path that leads up', () => `${router.url}/callback/../admin`],
  ['an encoded path that leads up', () => `${router.url}/callback/%2e%2e/admin`],
  ['an encoded slash', () => `${router.url}/callback/..%2fadmin`],
  ['more segments', () => `${router.url}/callback/s1/admin`],
  ['a query', () => `${router.url}/callback/s1?x=1`],
  ['the URL without an ID', () => `${router.url}/callback`],
  [
    'a user before another host',
    () => `${router.url}/callback@${new URL(other.url).host}/s1`.replace('/callback@', '@'),
  ],
  ['a backslash', () => `${router.url}\\@${new URL(other.url).host}/callback/s1`],
  ['a file', () => 'file:///etc/passwd'],
  ['the metadata of a cloud', () => 'http://169.254.169.254/callback/s1'],
  ['no URL', () => 'callback/s1'],
])('The gateway calls no URL with %s', async (_, callbackUrl) => {
  const answer = await subscribe({ ...request('s1'), callbackUrl: callbackUrl() });

  expect(answer).toMatchObject({ status: 400, codes: ['BAD_USER_INPUT'] });
  expect([...router.messages, ...other.messages]).toEqual([]);
  expect(gateway.emulator.calls).toEqual([]);
});

test('The gateway follows no redirect of a router', async () => {
  router.answerWith(307, { location: `${other.url}/callback/s1` });
  await subscribe(request('s1'));

  expect(other.messages).toEqual([]);
  await until(async () => (await streams()) === 0);
});

test.each([
  ['a flood of heartbeats', { heartbeatIntervalMs: 1 }],
  ['no verifier', { verifier: undefined }],
  ['an ID that is no text', { subscriptionId: 7 }],
])('%s is refused', async (_, change) => {
  expect(await subscribe({ ...request('s1'), ...change })).toMatchObject({
    status: 400,
    codes: ['BAD_USER_INPUT'],
  });
  expect(router.messages).toEqual([]);
});

test('A refusal is the response, and the router is not called', async () => {
  const tooMany = Array.from({ length: 51 }, (_, i) => `ou_${i}`);
  const answers = [
    await subscribe(request('s1'), CHANGES, []),
    await subscribe(request('s2'), CHANGES, tooMany),
    await subscribe(request('s3'), 'query Tasks { upstreamQuota { callsLeft } }'),
  ];

  expect(answers).toMatchObject([
    { status: 400, codes: ['BAD_USER_INPUT'] },
    { status: 400, codes: ['OPERATION_TOO_EXPENSIVE'] },
    { status: 200, data: { upstreamQuota: { callsLeft: expect.any(Number) } } },
  ]);
  expect(router.messages).toEqual([]);
  expect(await streams()).toBe(0);
});

test('Streams for routers count among those of their principal, and a URL has one stream', async () => {
  await subscribe(request('s1'));
  const again = await subscribe(request('s1'));
  await subscribe(request('s2'));
  const third = await subscribe(request('s3'));

  expect(again).toMatchObject({ status: 400, codes: ['BAD_USER_INPUT'] });
  expect(third).toMatchObject({ status: 429, codes: ['RATE_LIMITED'] });
});

test('Without SUBSCRIPTION_CALLBACK_URLS, no router is called', async () => {
  const closed = await startGateway();
  const response = await fetch(`${closed.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      query: CHANGES,
      variables: { semesterId: '1', userIds: ['ou_a'] },
      extensions: { subscription: request('s1') },
    }),
  });
  expect(response.status).toBe(400);
  expect(router.messages).toEqual([]);
  await closed.close();
});
