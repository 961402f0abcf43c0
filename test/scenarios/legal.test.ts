import { legalCorpus, legalSample } from '../support/corpus/legal-corpus';
import { expectAnswered, sendLegal, startLegalGateway } from '../support/corpus/legal-gateway';
import type { LegalWorld } from '../support/corpus/legal-operation';
import type { TestGateway } from '../support/gateway';

let gateway: TestGateway;
let world: LegalWorld;
beforeAll(async () => {
  ({ gateway, world } = await startLegalGateway());
});
afterAll(() => gateway.close());

async function answerTo(name: string) {
  const legal = legalCorpus(world).find((one) => one.name === name);
  if (!legal) throw new Error(`expected an operation "${name}", got none`);
  return (await sendLegal(gateway, legal)).answer;
}

// The long tests send all of them.
test('The gateway answers the largest legal operation of each kind with at most 4 MB and 20 calls', async () => {
  for (const legal of legalSample(world)) await expectAnswered(gateway, legal);
  expect(gateway.logText()).not.toContain('resolver failed');
}, 60_000);

test('Denied users of an answer are null, and permitted ones are answered', async () => {
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

test('A denial has the location and path of its field; an operation logs one line for all its denials', async () => {
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

test('An answer of more than 4 MB is replaced by one error', async () => {
  const userId = gateway.person(0).openId;
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
