import { bearer, everyWayIn, ROUTER_SECRET, SERVICE_TOKEN } from '../support/clients';
import { startGateway, type TestGateway } from '../support/gateway';
import { startIssuer, type TestIssuer } from '../support/issuer';

let issuer: TestIssuer;
let gateway: TestGateway;
beforeAll(async () => {
  issuer = await startIssuer();
});
afterEach(() => gateway.close());
afterAll(() => issuer.close());

/** A person's own token reads no other person, so there are no managers. */
const NO_REPORTS = { AUTH_JWT_REPORTS_CLAIM: '', AUTH_ROUTER_REPORTS_HEADER: '' };

async function start(env: Record<string, string> = {}) {
  gateway = await startGateway({
    env: { ...everyWayIn(issuer), ...NO_REPORTS, UPSTREAM_IDENTITY: 'caller', ...env },
  });
}

const person = (index: number) => gateway.person(index);
const read = (ids: readonly string[], token: string) => gateway.readTasks(ids, bearer(token));

const calls = () => gateway.emulator.callsOf('find_by_user_list');

test('The gateway sends the token of each client, with one ID per call, and does not fetch that of the app', async () => {
  await start();
  const tokens = [0, 1, 2].map((i) => gateway.emulator.issueUserToken(person(i)));
  const answers = await Promise.all(
    tokens.map((token, i) => read([person(i).openId, person(i).openId], token)),
  );

  for (const [i, { data, errors }] of answers.entries()) {
    expect(errors).toEqual([]);
    const own = { stageTasks: { user: { id: person(i).openId } } };
    expect(data).toMatchObject({ users: [own, own] });
  }
  expect(calls().map(({ tokenKind, userIds }) => [tokenKind, userIds?.length])).toEqual([
    ['user', 1],
    ['user', 1],
    ['user', 1],
  ]);
  expect(new Set(calls().flatMap(({ userIds }) => userIds))).toEqual(
    new Set([0, 1, 2].map((i) => person(i).openId)),
  );
  expect(gateway.emulator.callsOf('tenant_token')).toEqual([]);
});

test('The gateway refuses the tasks of another user without a call to Feishu', async () => {
  await start();
  const token = gateway.emulator.issueUserToken(person(0));
  const { data, errors } = await read([person(1).openId, person(0).openId], token);

  expect(data?.users.map(({ stageTasks }) => stageTasks === null)).toEqual([true, false]);
  expect(errors.map(({ extensions }) => extensions.code)).toEqual(['FORBIDDEN']);
  expect(calls().map(({ userIds }) => userIds)).toEqual([[person(0).openId]]);
});

test('A request without a token of Feishu is refused, whatever its permissions are', async () => {
  await start({ AUTH_ANONYMOUS: 'all' });
  const openId = person(0).openId;
  for (const headers of [
    {},
    bearer(SERVICE_TOKEN),
    bearer(await issuer.sign({ sub: openId })),
    bearer(await issuer.sign({ sub: openId, scope: issuer.allScope })),
    { 'x-router-secret': ROUTER_SECRET, 'x-user-id': openId },
  ]) {
    const { errors } = await gateway.readTasks([openId], headers);
    expect(errors).toMatchObject([
      {
        message:
          'credentials: expected a Feishu user access token, got other credentials or none: this gateway asks ' +
          "Feishu with each principal's own token",
        path: ['users', 0, 'stageTasks'],
        extensions: { code: 'FORBIDDEN' },
      },
    ]);
  }
  expect(calls()).toEqual([]);
});

test('An answer that is cached for one token serves no other token, even of the same user', async () => {
  await start({ CACHE_FRESH_SECONDS: '600', CACHE_STALE_SECONDS: '600' });
  const first = gateway.emulator.issueUserToken(person(0));
  const second = gateway.emulator.issueUserToken(person(0));
  const stranger = gateway.emulator.issueUserToken(person(1));
  await read([person(0).openId], first);
  await read([person(0).openId], first);
  expect(calls()).toHaveLength(1);

  await read([person(0).openId], second);
  expect(calls()).toHaveLength(2);
  const { codes } = await read([person(0).openId], stranger);
  expect(codes).toEqual(['FORBIDDEN']);
  expect(calls()).toHaveLength(2);
});

test('A token that expires while it is cached makes the request unauthenticated', async () => {
  await start();
  const token = gateway.emulator.issueUserToken(person(0));
  await read([person(0).openId], token);
  gateway.emulator.script({
    api: 'find_by_user_list',
    answer: { status: 400, code: 99991677 },
  });
  const { codes } = await read([person(0).openId], token);
  expect(codes).toEqual(['UNAUTHENTICATED']);
});

test('A user who has not consented to the scope is forbidden, and the message names the missing consent', async () => {
  await start();
  const token = gateway.emulator.issueUserToken(person(0));
  await read([person(0).openId], token);
  gateway.emulator.script({ api: 'find_by_user_list', answer: { status: 400, code: 99991679 } });
  const { errors } = await read([person(0).openId], token);

  expect(errors).toMatchObject([
    {
      message: 'The user has not granted this app the permission to read the data.',
      extensions: { code: 'FORBIDDEN', upstream: { code: 99991679 } },
    },
  ]);
});

test('In the name of the app the same refusal is a missing permission, which no user can grant', async () => {
  await start({ UPSTREAM_IDENTITY: 'app' });
  const token = gateway.emulator.issueUserToken(person(0));
  gateway.emulator.script({ api: 'find_by_user_list', answer: { status: 400, code: 99991679 } });
  const { codes } = await read([person(0).openId], token);

  expect(codes).toEqual(['UPSTREAM_PERMISSION_DENIED']);
});

test('In the name of the app, the requests of many users share few calls', async () => {
  await start({ UPSTREAM_IDENTITY: 'app' });
  const tokens = Array.from({ length: 30 }, (_, i) => gateway.emulator.issueUserToken(person(i)));
  // The gateway knows the tokens already, as it does for users at work.
  await Promise.all(tokens.map((token) => gateway.query('{ viewer { id } }', {}, bearer(token))));
  gateway.emulator.script({ api: 'tenant_token', delayMs: 300 });
  const answers = await Promise.all(tokens.map((token, i) => read([person(i).openId], token)));

  expect(answers.flatMap(({ errors }) => errors)).toEqual([]);
  expect(calls().length).toBeLessThan(15);
  expect(new Set(calls().map(({ tokenKind }) => tokenKind))).toEqual(new Set(['tenant']));
});
