import { SemesterTasksDocument, UsersTasksDocument } from '../generated/operations';
import { expectOwnTasks, openIds } from '../support/expected';
import { startGateway, type TestGateway } from '../support/gateway';
import { MovableClock } from '../support/movable-clock';
import { until } from '../support/until';

const HOUR_MS = 3_600_000;

let gateway: TestGateway;
afterEach(() => gateway.close());

const ask = (userIds: readonly string[]) =>
  gateway.query(SemesterTasksDocument, { semesterId: gateway.semesterId, userIds });
const listCalls = () => gateway.emulator.callsOf('find_by_user_list');
const people = (count: number, from = 0) =>
  openIds(gateway.emulator.people.slice(from, from + count));

/** The emulator's deadlines move with the day. */
const inDays = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString();

/** Sends one request for each user at once. */
async function expectEachAnswered(userIds: readonly string[]): Promise<void> {
  const answers = await Promise.all(userIds.map((userId) => ask([userId])));

  expect(answers.flatMap((answer) => answer.errors)).toEqual([]);
  expectOwnTasks(
    gateway,
    userIds,
    answers.map((answer) => answer.data?.semester?.userStageTasks[0]),
  );
}

interface Closing {
  readonly closedUntil: string | null;
  readonly closedReason: string | null;
}

/** Feishu's refusal of a call above the quota. */
const refusal = (status: number, resetSeconds: string) => ({
  api: 'find_by_user_list' as const,
  answer: { status, code: 99991400, headers: { 'x-ogw-ratelimit-reset': resetSeconds } },
});

describe('A call above the quota waits as long as Feishu says, and is then answered', () => {
  test.each([429, 400] as const)('with HTTP status %s', async (status) => {
    gateway = await startGateway();
    gateway.emulator.script(refusal(status, '0.5'));
    const userIds = people(3);
    const { data, errors } = await ask(userIds);

    expect(errors).toEqual([]);
    expectOwnTasks(gateway, userIds, data?.semester?.userStageTasks ?? []);
    const [refused, answered, ...more] = listCalls();
    expect([refused?.status, answered?.status, more]).toEqual([status, 200, []]);
    expect((answered?.at ?? 0) - (refused?.at ?? 0)).toBeGreaterThanOrEqual(500);
  });
});

test('While Feishu limits the rate, requests with a shorter deadline fail at once', async () => {
  gateway = await startGateway();
  gateway.emulator.script(refusal(429, '40'));
  const first = await ask(people(1));
  const second = await ask(people(1, 1));

  for (const { errors } of [first, second]) {
    expect(errors.map((error) => error.extensions.code)).toEqual(['UPSTREAM_RATE_LIMITED']);
    expect(errors[0]?.extensions.retryAfterMs).toBeGreaterThan(30_000);
  }
  expect(listCalls()).toHaveLength(1);
});

test('When the monthly quota is used up, one call an hour tests whether it was raised', async () => {
  const clock = new MovableClock();
  gateway = await startGateway({ clock });
  const answer = { status: 429, code: 99991403 };
  for (let i = 0; i < 2; i += 1) gateway.emulator.script({ api: 'find_by_user_list', answer });
  const told = async (index: number) => {
    const [error] = (await ask(people(1, index))).errors;
    return [error?.extensions.code, Math.ceil((error?.extensions.retryAfterMs ?? 0) / HOUR_MS)];
  };
  const closing = async () => {
    const query = '{ upstreamQuota { closedUntil closedReason } }';
    const { data } = await gateway.query<{ upstreamQuota: Closing }, object>(query, {});
    const { closedUntil, closedReason } = data?.upstreamQuota ?? {};
    const hours = (Date.parse(closedUntil ?? '') - clock.unixMs()) / HOUR_MS;
    return [closedReason, Math.ceil(hours * 60)];
  };

  for (let i = 0; i < 3; i += 1) expect(await told(i)).toEqual(['UPSTREAM_QUOTA_EXHAUSTED', 1]);
  expect(listCalls()).toHaveLength(1);
  expect(await closing()).toEqual(['QUOTA_EXHAUSTED', 60]);
  clock.advance(HOUR_MS);
  for (let i = 0; i < 3; i += 1) expect(await told(i)).toEqual(['UPSTREAM_QUOTA_EXHAUSTED', 1]);
  expect(listCalls()).toHaveLength(2);
  clock.advance(HOUR_MS);
  await expectEachAnswered(people(60));
  expect(await closing()).toEqual([null, NaN]);
});

test('The gateway keeps the quota before Feishu refuses a call, and fails users above it at once', async () => {
  gateway = await startGateway({ emulator: { quotaCalls: 3, quotaWindowSeconds: 60 } });
  const answers = await Promise.all(Array.from({ length: 5 }, (_, i) => ask(people(50, 50 * i))));

  expect(listCalls().map((call) => call.status)).toEqual([200, 200, 200]);
  const refused = answers.flatMap((answer) => answer.errors);
  expect(refused).toHaveLength(100);
  expect(new Set(refused.map((error) => error.extensions.code))).toEqual(
    new Set(['UPSTREAM_RATE_LIMITED']),
  );
  expect(Math.min(...refused.map((error) => error.extensions.retryAfterMs ?? 0))).toBeGreaterThan(
    15_000,
  );
});

test('40 users at intervals of 50 ms are all answered, and Feishu refuses no call', async () => {
  gateway = await startGateway({ emulator: { quotaCalls: 20, quotaWindowSeconds: 10 } });
  const userIds = people(40);
  const answers = [];
  for (const userId of userIds) {
    answers.push(ask([userId]));
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  const settled = await Promise.all(answers);

  expect(settled.flatMap((answer) => answer.errors)).toEqual([]);
  expectOwnTasks(
    gateway,
    userIds,
    settled.map((answer) => answer.data?.semester?.userStageTasks[0]),
  );
  expect(listCalls().filter((call) => call.status !== 200)).toEqual([]);
  expect(listCalls().length).toBeLessThanOrEqual(20);
}, 30_000);

test('60 clients with one user each are all answered, and Feishu refuses no call', async () => {
  gateway = await startGateway({ emulator: { quotaCalls: 20, quotaWindowSeconds: 60 } });
  const userIds = people(60);
  await expectEachAnswered(userIds);
  expect(new Set(listCalls().map((call) => call.status))).toEqual(new Set([200]));
});

test('500 clients at once with one user each share ten or eleven calls', async () => {
  gateway = await startGateway({ emulator: { quotaCalls: 20, quotaWindowSeconds: 60 } });
  const userIds = people(500);
  await expectEachAnswered(userIds);
  expect(listCalls().length).toBeGreaterThanOrEqual(10);
  expect(listCalls().length).toBeLessThanOrEqual(11);
}, 30_000);

test('500 clients at once with the same user share one call', async () => {
  gateway = await startGateway({ emulator: { quotaCalls: 20, quotaWindowSeconds: 60 } });
  const [userId = ''] = people(1);
  // Longer than the gateway takes to receive all 500 requests.
  gateway.emulator.script({ api: 'find_by_user_list', delayMs: 3_000 });
  const answers = await Promise.all(Array.from({ length: 500 }, () => ask([userId])));

  expect(answers.flatMap((answer) => answer.errors)).toEqual([]);
  expect(listCalls()).toHaveLength(1);
}, 30_000);

test('Four filters for the same 50 users make one call, or four with the strategy pushdown', async () => {
  const filters = [
    '{ options: [TODO] }',
    '{ options: [DONE] }',
    `{ deadlineAfter: "${inDays(-3)}" }`,
    `{ options: [TODO, DONE], deadlineBefore: "${inDays(17)}" }`,
  ];
  const spent: number[] = [];
  const views: unknown[] = [];
  for (const FILTER_STRATEGY of ['auto', 'pushdown']) {
    gateway = await startGateway({ env: { FILTER_STRATEGY } });
    const ids = JSON.stringify(people(50));
    const fields = filters.map(
      (filter, i) =>
        `f${i}: userStageTasks(userIds: ${ids}, filter: ${filter}) { counts { option count } stageTasks { stageId option } }`,
    );
    const { data } = await gateway.query<object, object>(
      `{ semester(id: "${gateway.semesterId}") { ${fields.join(' ')} } }`,
      {},
    );
    spent.push(listCalls().length);
    views.push(data);
    if (FILTER_STRATEGY === 'auto') await gateway.close();
  }

  expect(spent).toEqual([1, 4]);
  expect(views[0]).toEqual(views[1]);
});

test('A client that disconnects does not abort a call that others share', async () => {
  gateway = await startGateway();
  const { emulator, semesterId } = gateway;
  emulator.script({ api: 'find_by_user_list', delayMs: 500 });
  const [mine = '', theirs = ''] = people(2);
  const leaver = new AbortController();
  const left = fetch(`${gateway.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      query: `{ user(id: "${mine}") { stageTasks(semesterId: "${semesterId}") { id } } }`,
    }),
    signal: leaver.signal,
  });
  const stayed = gateway.query(UsersTasksDocument, { semesterId, ids: [theirs] });
  await until(() => listCalls().length === 1);
  leaver.abort();
  await expect(left).rejects.toThrow('abort');

  const { errors } = await stayed;
  expect(errors).toEqual([]);
  expect(listCalls()[0]?.aborted).toBeUndefined();
});
