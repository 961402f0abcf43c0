import { ROUTER_SECRET } from '../support/clients';
import { openIds } from '../support/expected';
import { startGateway, type GraphQLAnswerError, type TestGateway } from '../support/gateway';
import { legalCorpus, requestOf, type Legal } from './legal-corpus';

const MAX_ANSWER_BYTES = 4 * 2 ** 20;
const MAX_CALLS = 20;

interface Answer {
  readonly data: Readonly<Record<string, unknown>> | null;
  readonly errors?: readonly GraphQLAnswerError[];
}

let gateway: TestGateway;
let corpus: readonly Legal[];
beforeAll(async () => {
  gateway = await startGateway({
    env: {
      AUTH_ROUTER_SECRET: ROUTER_SECRET,
      RATE_LIMIT_PER_MINUTE: '0',
      REQUEST_DEADLINE_MS: '60000',
    },
  });
  const userIds = openIds(gateway.emulator.people.slice(0, 1_000));
  corpus = legalCorpus({
    semesterIds: gateway.emulator.semesters.map(({ id }) => id).reverse(),
    userIds,
    asSelf: asSelf(),
  });
});
afterAll(() => gateway.close());

function asSelf() {
  return {
    'x-router-secret': ROUTER_SECRET,
    'x-user-id': gateway.emulator.people[0]?.openId ?? '',
  };
}

async function send(legal: Legal) {
  const { path, ...request } = requestOf(legal);
  const response = await fetch(`${gateway.url}${path}`, request);
  return { status: response.status, text: await response.text() };
}

function find(name: string): Legal {
  const legal = corpus.find((one) => one.name === name);
  if (!legal) throw new Error(`expected an operation "${name}", got none`);
  return legal;
}

async function answerTo(name: string): Promise<Answer> {
  return JSON.parse((await send(find(name))).text) as Answer;
}

test('The corpus has at least 40 operations, each with a name of its own', () => {
  const names = new Set(corpus.map(({ name }) => name));
  expect(names.size).toBe(corpus.length);
  expect(corpus.length).toBeGreaterThanOrEqual(40);
});

test('Each of the largest legal operations is answered, in at most 4 MB and 20 calls', async () => {
  for (const legal of corpus) {
    gateway.emulator.clearCalls();
    const { status, text } = await send(legal);
    const { errors = [] } = JSON.parse(text) as Answer;
    const codes = new Set(errors.map(({ extensions }) => extensions.code));
    const calls = gateway.emulator.callsOf('find_by_user_list').length;
    const { name, code } = legal;

    expect({ name, status, codes: [...codes] }).toEqual({
      name,
      status: 200,
      codes: code ? [code] : [],
    });
    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(MAX_ANSWER_BYTES);
    expect(calls).toBeLessThanOrEqual(MAX_CALLS);
    expect(gateway.logText()).not.toContain('resolver failed');
  }
}, 120_000);

test('Denied and permitted users of one answer do not touch each other', async () => {
  const { data, errors = [] } = await answerTo(
    '8 views of 500 people denied and one permitted 500 times',
  );
  const users = data?.['users'] as Readonly<Record<string, { id: string } | null>>[];

  expect(users).toHaveLength(1_000);
  const nulls = users.flatMap((user, i) =>
    Object.entries(user).flatMap(([view, tasks]) => (tasks ? [] : [['users', i, view]])),
  );
  expect(nulls).toHaveLength(500 * 8);
  expect(nulls.every(([, i]) => Number(i) % 2 === 1)).toBe(true);
  expect(errors.map(({ path }) => path)).toEqual(nulls);
});

test('A denial has the place of its field, and one line in the log for the whole operation', async () => {
  const before = gateway.logs().length;
  const { errors = [] } = await answerTo('8 denied views below 50,000 empty lines');
  const lines = gateway.logs().slice(before);

  expect(errors).toHaveLength(999 * 8);
  expect(errors[0]).toEqual({
    message: 'This principal may not read the tasks of this user.',
    locations: [{ line: 50_001, column: expect.any(Number) as number }],
    path: ['users', 1, expect.any(String)],
    extensions: { code: 'FORBIDDEN' },
  });
  expect(lines.filter(({ msg }) => msg === 'access denied')).toMatchObject([{ denied: 999 * 8 }]);
});

test('An answer that turns out larger than 4 MB is replaced by one error', async () => {
  const userId = gateway.emulator.people[0]?.openId ?? '';
  const name = { 'zh-CN': '审'.repeat(50_000) };
  const items = [{ user_id: userId, stage_task_info_lists: [{ stage_id: '1', name }] }];
  gateway.emulator.script({ answer: { status: 200, data: { items } }, api: 'find_by_user_list' });
  const answer = await gateway.query(
    'query($ids: [ID!]!, $s: ID!) { users(ids: $ids) { stageTasks(semesterId: $s) { stageTasks { name { zhCN } } } } }',
    { ids: Array.from({ length: 40 }, () => userId), s: gateway.semesterId },
  );

  expect(answer).toMatchObject({ status: 200, data: null });
  expect(answer.headers.get('cache-control')).toBe('no-store');
  expect(answer.errors).toEqual([
    {
      message: 'operation: expected an answer of at most 4 MB, got 5.7 MB',
      extensions: { code: 'OPERATION_TOO_EXPENSIVE' },
    },
  ]);
  expect(gateway.logs().at(-1)).toMatchObject({ errorCodes: ['OPERATION_TOO_EXPENSIVE'] });
});
