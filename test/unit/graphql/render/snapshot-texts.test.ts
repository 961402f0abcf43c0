import fc from 'fast-check';
import { parse } from 'graphql';
import { createRenderedWorld, LIFETIMES, type Asked } from '../../../support/rendered-world';

const SELECTION = '{ stale fetchedAt counts { count } stageTasks { stageId name { text } } }';
const TASKS = parse(`
  query($ids: [ID!]!, $filter: StageTaskFilter, $maxAge: Int) {
    semester(id: "1") {
      userStageTasks(userIds: $ids, filter: $filter, maxAgeSeconds: $maxAge) ${SELECTION}
    }
  }
`);

interface Tasks {
  readonly stale: boolean;
  readonly fetchedAt: string;
  readonly stageTasks: readonly { readonly stageId: string; readonly name: { text: string } }[];
}

function variables(ids: readonly string[], filter = {}, maxAge: number | null = null) {
  return { variableValues: { ids, filter, maxAge } };
}

const ONE = variables(['ou_1']);

function tasksOf({ data }: Asked): (Tasks | null)[] {
  return (data['semester'] as { userStageTasks: (Tasks | null)[] }).userStageTasks;
}

/** The stages shown, and whether they are stale. */
function shown(asked: Asked): unknown {
  expect(asked.isText).toBe(true);
  return tasksOf(asked).map(
    (tasks) => tasks && [tasks.stageTasks.map(({ stageId }) => stageId).join(), tasks.stale],
  );
}

const all = (version: number) => `TODO v${version},DONE v${version},OVERDUE v${version}`;

test('A remembered answer is the same text again', async () => {
  const { ask, wait, queries } = createRenderedWorld();
  const first = await ask(TASKS, ONE);
  await wait(1_000);
  const second = await ask(TASKS, ONE);

  expect(shown(second)).toEqual([[all(1), false]]);
  expect(second.text).toBe(first.text);
  expect(queries).toHaveLength(1);
});

test.each([
  [2 ** 18 - 1, 1],
  [2 ** 18, 0],
])('An operation that is expected to answer with %i bytes keeps %i text', async (bytes, kept) => {
  const { ask } = createRenderedWorld({ estimatedBytes: bytes });
  const { isText, textsKept } = await ask(TASKS, ONE);
  expect({ isText, textsKept }).toEqual({ isText: true, textsKept: kept });
});

test('A selection that is too large to stay compiled keeps no text, which no operation would read', async () => {
  const { ask } = createRenderedWorld();
  const aliases = Array.from({ length: 5_001 }, (_, i) => `f${i}: __typename`).join(' ');
  const document = parse(
    `{ semester(id: "1") { userStageTasks(userIds: ["ou_1"]) { ${aliases} } } }`,
  );
  const { isText, textsKept } = await ask(document);
  expect({ isText, textsKept }).toEqual({ isText: true, textsKept: 0 });
});

test('A stale snapshot says so, and the one that replaces it shows nothing old', async () => {
  const { ask, wait, feishu } = createRenderedWorld();
  await ask(TASKS, ONE);
  feishu.version = 2;
  expect(shown(await ask(TASKS, ONE))).toEqual([[all(1), false]]);
  await wait(LIFETIMES.freshMs + 1);

  expect(shown(await ask(TASKS, ONE))).toEqual([[all(1), true]]);
  await wait(1_000);
  expect(shown(await ask(TASKS, ONE))).toEqual([[all(2), false]]);
});

test('An operation that refuses old answers gets the new one, as do all after it', async () => {
  const { ask, wait, feishu } = createRenderedWorld();
  await ask(TASKS, ONE);
  feishu.version = 2;
  await wait(1_000);

  expect(shown(await ask(TASKS, variables(['ou_1'], {}, 0)))).toEqual([[all(2), false]]);
  expect(shown(await ask(TASKS, ONE))).toEqual([[all(2), false]]);
});

test.each(['auto', 'pushdown'] as const)(
  'Each filter shows its own tasks of one snapshot, under FILTER_STRATEGY=%s',
  async (strategy) => {
    const { ask } = createRenderedWorld({ strategy });
    for (let i = 0; i < 2; i += 1) {
      const filtered = (filter: object) => ask(TASKS, variables(['ou_1'], filter));
      expect(shown(await filtered({}))).toEqual([[all(1), false]]);
      expect(shown(await filtered({ options: ['DONE'] }))).toEqual([['DONE v1', false]]);
      expect(shown(await filtered({ options: ['TODO'] }))).toEqual([['TODO v1', false]]);
      const before = { deadlineBefore: new Date(1).toISOString() };
      expect(shown(await filtered(before))).toEqual([['TODO v1', false]]);
      const after = { deadlineAfter: new Date(1).toISOString() };
      expect(shown(await filtered(after))).toEqual([['OVERDUE v1', false]]);
    }
  },
);

test('A snapshot that was evicted leaves no text behind', async () => {
  const { ask, feishu } = createRenderedWorld({ maxUsers: 1 });
  await ask(TASKS, ONE);
  await ask(TASKS, variables(['ou_2']));
  feishu.version = 2;

  expect(shown(await ask(TASKS, ONE))).toEqual([[all(2), false]]);
});

test('Each request reads its own language', async () => {
  const { ask } = createRenderedWorld();
  const nameIn = async (locale: 'ZH_CN' | 'EN_US') => {
    const [tasks] = tasksOf(await ask(TASKS, { ...ONE, locale }));
    return tasks?.stageTasks[0]?.name.text;
  };
  expect([await nameIn('ZH_CN'), await nameIn('EN_US'), await nameIn('ZH_CN')]).toEqual([
    '第 1 版',
    'version 1',
    '第 1 版',
  ]);
});

test('When the wall clock is set, a kept text says the new time', async () => {
  const { ask, clock } = createRenderedWorld();
  const [before] = tasksOf(await ask(TASKS, ONE));
  clock.stepWall(3_600_000);
  const [after] = tasksOf(await ask(TASKS, ONE));
  const ms = (tasks: Tasks | null | undefined) => Date.parse(tasks?.fetchedAt ?? '');
  expect(ms(after) - ms(before)).toBe(3_600_000);
});

test('A kept text is answered until a deadline passes, and again after the wall clock is set back', async () => {
  const { ask, wait, clock, feishu } = createRenderedWorld();
  feishu.dueMs = clock.unixMs() + 10_000;
  const query =
    'userStageTasks(userIds: ["ou_1"]) { nextDeadline stageTasks { option isOverdue } }';
  const document = parse(`{ semester(id: "1") { ${query} } }`);
  const askAgain = async () => {
    const { text, textsKept } = await ask(document);
    const isOverdue = /"option":"TODO","isOverdue":(true|false)/.exec(text)?.[1];
    return { isOverdue, hasNext: !text.includes('"nextDeadline":null'), textsKept };
  };

  expect(await askAgain()).toEqual({ isOverdue: 'false', hasNext: true, textsKept: 1 });
  await wait(5_000);
  expect(await askAgain()).toEqual({ isOverdue: 'false', hasNext: true, textsKept: 0 });
  await wait(5_000);
  expect(await askAgain()).toEqual({ isOverdue: 'true', hasNext: false, textsKept: 1 });
  expect(await askAgain()).toEqual({ isOverdue: 'true', hasNext: false, textsKept: 0 });
  clock.stepWall(-8_000);
  expect(await askAgain()).toEqual({ isOverdue: 'false', hasNext: true, textsKept: 0 });
});

test('Users with equal tasks each have texts of their own', async () => {
  const { ask } = createRenderedWorld();
  const document = parse(`query($ids: [ID!]!) {
    users(ids: $ids) { stageTasks(semesterId: "1") { id user { id } stageTasks { id } } }
  }`);
  const ids = ['ou_1', 'ou_2', 'ou_1'];
  const { data } = await ask(document, { variableValues: { ids } });
  const users = data['users'] as { stageTasks: { id: string; user: { id: string } } }[];
  expect(users.map(({ stageTasks }) => stageTasks.user.id)).toEqual(ids);
  expect(new Set(users.map(({ stageTasks }) => stageTasks.id)).size).toBe(2);
});

test('A value that cannot be rendered is an error as of graphql-js, and nothing is loaded twice', async () => {
  const { ask, feishu, queries } = createRenderedWorld();
  feishu.count = 2 ** 40;
  feishu.failing = 'ou_3';
  const { text, isText } = await ask(TASKS, variables(['ou_1', 'ou_2', 'ou_3']));

  expect(isText).toBe(false);
  expect(JSON.parse(text)).toMatchObject({
    data: { semester: { userStageTasks: [null, null, null] } },
    errors: [
      { path: ['semester', 'userStageTasks', 2], extensions: { code: 'UPSTREAM_MALFORMED' } },
      { path: ['semester', 'userStageTasks', 0, 'counts', 0, 'count'] },
      { path: ['semester', 'userStageTasks', 1, 'counts', 0, 'count'] },
    ],
  });
  expect(queries.map(({ userIds }) => userIds)).toEqual([['ou_1', 'ou_2', 'ou_3']]);
});

const step = fc.record({
  waitMs: fc.constantFrom(0, 1, 30_000, LIFETIMES.freshMs, LIFETIMES.staleMs),
  isNewVersion: fc.boolean(),
  ids: fc.uniqueArray(fc.constantFrom('ou_1', 'ou_2', 'ou_3'), { minLength: 1 }),
  filter: fc.constantFrom({}, { options: ['DONE'] }, { options: ['TODO', 'DONE'] }),
  maxAge: fc.constantFrom(null, null, 0, 30),
  locale: fc.constantFrom('ZH_CN' as const, 'EN_US' as const),
});

test('Whatever the schedule, each answer is the one of graphql-js for what the operation loads', async () => {
  let texts = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.array(step, { minLength: 2, maxLength: 12 }),
      fc.constantFrom('auto' as const, 'pushdown' as const),
      fc.constantFrom(1, 2, 100),
      async (steps, strategy, maxUsers) => {
        const { ask, wait, feishu } = createRenderedWorld({ strategy, maxUsers });
        for (const { waitMs, isNewVersion, ids, filter, maxAge, locale } of steps) {
          if (isNewVersion) feishu.version += 1;
          await wait(waitMs);
          const asked = await ask(TASKS, { ...variables(ids, filter, maxAge), locale });
          if (asked.isText) texts += 1;
        }
      },
    ),
    { numRuns: 50 },
  );
  expect(texts).toBeGreaterThan(100);
});
