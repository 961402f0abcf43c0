import { setTimeout as delay } from 'node:timers/promises';
import type { Fault } from '../../src/emulator/faults';
import { bearer, everyWayIn, SERVICE_TOKEN } from '../support/clients';
import { startGateway, type TestGateway } from '../support/gateway';
import { startIssuer, type TestIssuer } from '../support/issuer';
import { until } from '../support/until';

let issuer: TestIssuer;
let gateway: TestGateway;
beforeAll(async () => {
  issuer = await startIssuer();
});
afterEach(() => gateway.close());
afterAll(() => issuer.close());

/** Feishu does not list its cycles, so that a made-up one costs a call. */
const HIDDEN_CYCLES: Fault = {
  api: 'semesters',
  answer: { status: 400, code: 99991672 },
  times: Infinity,
};

async function start(...faults: Fault[]) {
  gateway = await startGateway({
    env: everyWayIn(issuer),
    emulator: {
      quotaCalls: 20,
      semesterQuotaCalls: 10,
      quotaWindowSeconds: 60,
      unknownUsers: 'refused',
    },
    faults,
  });
}

const listCalls = () => gateway.emulator.callsOf('find_by_user_list');

function person(nth: number) {
  const found = gateway.emulator.people[nth];
  if (!found) throw new Error(`no person ${nth}`);
  return found;
}

/** A person with an open ID, by a JWT. */
const byLogin = async (nth: number) => bearer(await issuer.sign({ sub: person(nth).openId }));
/** A person with all IDs, by a Feishu token. */
const byFeishu = (nth: number) => bearer(gateway.emulator.issueUserToken(person(nth)));

async function ask(headers: Record<string, string>, query: string) {
  const answer = await gateway.query<object, object>(query, {}, headers);
  return { ...answer, codes: answer.errors.map(({ extensions }) => extensions.code) };
}

/** Ten cycles that Feishu does not have; `from` makes them different. */
const madeUp = (from: number, count = 10) =>
  `{ viewer { ${Array.from({ length: count }, (_, i) => `a${i}: stageTasks(semesterId: "${from + i}") { id }`).join(' ')} } }`;
const ownTasks = () => `{ viewer { stageTasks(semesterId: "${gateway.semesterId}") { id } } }`;

test('Made-up cycles of two people make no call, and a third person is answered at once', async () => {
  await start();
  const answers = await Promise.all([
    ask(await byLogin(0), madeUp(1_000)),
    ask(await byLogin(1), madeUp(2_000)),
  ]);
  for (const { codes } of answers) expect(new Set(codes)).toEqual(new Set(['UPSTREAM_REJECTED']));
  expect(answers[0].errors[0]?.message).toBe('Feishu lists no review cycle with the ID 1000.');
  expect(listCalls()).toEqual([]);
  expect(gateway.emulator.callsOf('semesters').length).toBeLessThanOrEqual(1);

  const askedAtMs = Date.now();
  expect((await ask(await byLogin(2), ownTasks())).codes).toEqual([]);
  expect(Date.now() - askedAtMs).toBeLessThan(4_000);
});

test('The first request for a listed cycle makes no second call for the list', async () => {
  await start();
  expect((await ask(await byLogin(0), ownTasks())).codes).toEqual([]);
  expect(listCalls()).toHaveLength(1);
  expect(gateway.emulator.callsOf('semesters')).toEqual([]);
});

test.each([
  ['has an item that cannot be read', [{ id: '7' }, { id: {} }]],
  ['is empty', []],
])('A list of cycles that %s does not prove that a cycle does not exist', async (_, items) => {
  await start({ api: 'semesters', answer: { status: 200, data: { items } }, times: Infinity });
  expect((await ask(await byLogin(0), ownTasks())).codes).toEqual([]);
});

test('If Feishu does not list its cycles, one person spends at most half of the quota, and all people together leave a quarter', async () => {
  await start(HIDDEN_CYCLES);
  expect((await ask(await byLogin(0), madeUp(1_000, 11))).codes).toEqual([
    'OPERATION_TOO_EXPENSIVE',
  ]);
  await ask(await byLogin(0), madeUp(1_000));
  expect((await ask(await byLogin(0), madeUp(2_000, 1))).codes).toEqual(['RATE_LIMITED']);
  expect(listCalls()).toHaveLength(10);

  const { status, errors, codes } = await ask(await byLogin(1), madeUp(3_000));
  expect(status).toBe(200);
  expect(codes.filter((code) => code === 'RATE_LIMITED').length).toBeGreaterThanOrEqual(5);
  for (const { extensions } of errors.filter((one) => one.extensions.code === 'RATE_LIMITED')) {
    expect(extensions.retryAfterMs).toBeGreaterThanOrEqual(1_000);
  }
  expect(listCalls().length).toBeLessThanOrEqual(15);

  const service = await ask(
    bearer(SERVICE_TOKEN),
    `{ user(id: "${person(3).openId}") { stageTasks(semesterId: "${gateway.semesterId}") { id } } }`,
  );
  expect(service.codes).toEqual([]);
}, 60_000);

test('A person has one share for all their IDs', async () => {
  await start(HIDDEN_CYCLES);
  await ask(byFeishu(0), madeUp(1_000));
  expect((await ask(await byLogin(0), ownTasks())).codes).toEqual(['RATE_LIMITED']);
  const byUserId = await issuer.sign({ sub: person(0).userId });
  expect((await ask(bearer(byUserId), ownTasks())).codes).toEqual(['RATE_LIMITED']);
}, 60_000);

test('Failed calls are charged, with their retries', async () => {
  await start();
  gateway.emulator.script({ api: 'find_by_user_list', answer: { status: 500 }, times: Infinity });
  const cycles = gateway.emulator.semesters.slice(-3).map(({ id }) => id);
  const query = `{ viewer { ${cycles.map((id, i) => `a${i}: stageTasks(semesterId: "${id}") { id }`).join(' ')} } }`;
  await ask(await byLogin(0), query);
  const spent = listCalls().length;
  expect(spent).toBe(3 * cycles.length);

  const refused = await ask(await byLogin(0), query);
  expect([refused.status, refused.codes]).toEqual([429, ['RATE_LIMITED']]);
  expect(listCalls()).toHaveLength(spent);
}, 60_000);

test('A client that disconnects before its calls are sent spends nothing', async () => {
  await start(HIDDEN_CYCLES);
  const headers = await byLogin(0);
  // Feishu limits the rate for 8 s, so that calls wait.
  gateway.emulator.script({
    api: 'find_by_user_list',
    answer: { status: 429, code: 99991400, headers: { 'x-ogw-ratelimit-reset': '8' } },
  });
  const first = ask(await byLogin(1), ownTasks());
  await until(() => listCalls().length === 1);
  for (let i = 0; i < 3; i += 1) {
    const client = new AbortController();
    const sent = fetch(`${gateway.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify({ query: `query Left ${madeUp(1_000 + 10 * i)}` }),
      signal: client.signal,
    });
    await delay(100);
    client.abort();
    await expect(sent).rejects.toThrow();
    const ended = () => gateway.logs().filter(({ operation }) => operation === 'Left');
    await until(() => ended().length === i + 1);
    expect(ended()[i]).toMatchObject({
      errorCodes: expect.arrayContaining(['UPSTREAM_TIMEOUT']) as string[],
      upstreamCalls: 0,
    });
  }
  expect((await first).codes).toEqual([]);
  expect((await ask(headers, ownTasks())).codes).toEqual([]);
}, 60_000);

test.each(['POST', 'GET', 'POST _entities'])(
  'A share that is used up before any answer causes HTTP 429 for a %s, with the time to retry',
  async (way) => {
    await start(HIDDEN_CYCLES);
    const headers = await byLogin(0);
    await ask(headers, madeUp(1_000));
    const query = way.endsWith('_entities')
      ? `{ _entities(representations: [{ __typename: "User", id: "${person(0).openId}" }]) { ... on User { stageTasks(semesterId: "${gateway.semesterId}") { id } } } }`
      : ownTasks();
    const url = `${gateway.url}/graphql`;
    const response =
      way === 'GET'
        ? await fetch(`${url}?query=${encodeURIComponent(query)}`, {
            headers: { ...headers, 'apollo-require-preflight': 'true' },
          })
        : await fetch(url, {
            method: 'POST',
            headers: { ...headers, 'content-type': 'application/json' },
            body: JSON.stringify({ query }),
          });
    expect(response.status).toBe(429);
    const body = (await response.json()) as {
      errors: { extensions: { code: string; retryAfterMs: number; http?: object } }[];
    };
    const [error] = body.errors;
    expect(error?.extensions).toEqual({
      code: 'RATE_LIMITED',
      retryAfterMs: expect.any(Number) as number,
    });
    const seconds = Number(response.headers.get('retry-after'));
    expect(seconds).toBe(Math.ceil((error?.extensions.retryAfterMs ?? 0) / 1_000));
    expect(seconds).toBeGreaterThan(0);
    expect(body).not.toHaveProperty('data');
  },
  60_000,
);
