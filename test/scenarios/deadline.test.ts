import { SemesterTasksDocument } from '../generated/operations';
import { openIds } from '../support/expected';
import { startGateway, type TestGateway } from '../support/gateway';
import { until } from '../support/until';
import { untilAborted } from '../support/until-aborted';

let gateway: TestGateway;
afterEach(() => gateway.close());

const ask = (userIds: readonly string[]) =>
  gateway.query(SemesterTasksDocument, { semesterId: gateway.semesterId, userIds });

test('A request is answered at its deadline, and its call to Feishu is aborted', async () => {
  gateway = await startGateway({ env: { REQUEST_DEADLINE_MS: '1000' } });
  const { emulator } = gateway;
  emulator.script({ api: 'find_by_user_list', delayMs: 60_000 });
  const { errors } = await ask(openIds(emulator.people.slice(0, 1)));

  expect(errors.map((error) => error.extensions)).toEqual([
    { code: 'UPSTREAM_TIMEOUT', upstream: { code: null, httpStatus: null, logId: null } },
  ]);
  await untilAborted(emulator);
  expect(emulator.callsOf('find_by_user_list')).toHaveLength(1);
});

test('A request is answered at its deadline while its call waits for a free connection', async () => {
  gateway = await startGateway({ env: { REQUEST_DEADLINE_MS: '1000' } });
  const { emulator } = gateway;
  emulator.script({ api: 'find_by_user_list', times: 40, delayMs: 60_000 });
  const users = openIds(emulator.people.slice(0, 40));
  const startedAtMs = Date.now();
  const answers = await Promise.all(users.map((user) => ask([user])));

  expect(answers.map(({ errors }) => errors[0]?.extensions.code)).toEqual(
    users.map(() => 'UPSTREAM_TIMEOUT'),
  );
  // Far below the 8 s after which the transport closes a silent connection and frees it for the next call.
  expect(Date.now() - startedAtMs).toBeLessThan(6_000);
});

test('A slow call fails only its own users', async () => {
  gateway = await startGateway({ env: { REQUEST_DEADLINE_MS: '1000' } });
  const { emulator } = gateway;
  const ids = openIds(emulator.people.slice(0, 100));
  const slow = ids[0] ?? '';
  emulator.script({ when: (call) => call.userIds?.includes(slow) ?? false, delayMs: 60_000 });
  const { data, errors } = await ask(ids);

  expect(errors).toHaveLength(50);
  const answered = data?.semester?.userStageTasks.filter((tasks) => tasks !== null) ?? [];
  expect(answered.length).toBeGreaterThan(40);
});

test('A client that disconnects aborts the call that it was waiting for', async () => {
  gateway = await startGateway();
  const { emulator, semesterId } = gateway;
  emulator.script({ api: 'find_by_user_list', delayMs: 60_000 });
  const client = new AbortController();
  const request = fetch(`${gateway.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      query: `{ user(id: "${openIds(emulator.people)[0] ?? ''}") { stageTasks(semesterId: "${semesterId}") { id } } }`,
    }),
    signal: client.signal,
  });
  await until(() => emulator.callsOf('find_by_user_list').length === 1);
  client.abort();

  await expect(request).rejects.toThrow('abort');
  await untilAborted(emulator);
});

test('A request that waits for the tenant token ends at its deadline, and the fetch goes on for others', async () => {
  gateway = await startGateway({ env: { REQUEST_DEADLINE_MS: '1000' } });
  const { emulator } = gateway;
  const ids = openIds(emulator.people.slice(0, 1));
  emulator.script({ api: 'tenant_token', delayMs: 2_000 });
  const { errors } = await ask(ids);
  expect(errors.map((error) => error.extensions.code)).toEqual(['UPSTREAM_TIMEOUT']);

  await until(() => emulator.callsOf('tenant_token')[0]?.status === 200);
  expect((await ask(ids)).errors).toEqual([]);
  expect(emulator.callsOf('tenant_token')).toHaveLength(1);
});
