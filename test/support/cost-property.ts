import fc from 'fast-check';
import { getOperationAST, parse } from 'graphql';
import type { RecordedCall } from '../../src/emulator/call-log';
import { userOfReference } from '../../src/graphql/entities/user-key';
import { costOf } from '../../src/graphql/limits/cost';
import { buildGatewaySchema } from '../../src/graphql/schema';
import { openIds } from './expected';
import { startGateway, type TestGateway } from './gateway';

const schema = buildGatewaySchema();
const NAMING = { key: 'id', unprefixed: 'USER_ID' } as const;

function costCalls(text: string, strategy: 'auto' | 'pushdown'): number {
  const document = parse(text);
  const operation = getOperationAST(document);
  if (!operation) throw new Error('expected one operation');
  const rules = {
    schema,
    strategy,
    userOfReference: (one: Readonly<Record<string, unknown>>) => userOfReference(NAMING, one),
  };
  return costOf(rules, document, operation, {}, { fields: Infinity, bytes: Infinity }).calls;
}

/** Operations on some of 130 people with some filters, from both sides of the schema and nested. */
function operations(people: readonly string[], semesterIds: readonly string[]) {
  const filter = fc.constantFrom(
    '',
    ', filter: { options: [TODO] }',
    ', filter: { options: [DONE] }',
  );
  const semesterId = fc.constantFrom(...semesterIds);
  const ids = fc
    .tuple(fc.nat(people.length - 1), fc.integer({ min: 1, max: 60 }))
    .map(([from, count]) => JSON.stringify(people.slice(from, from + count)));
  const { user } = fc.letrec<{ user: string; tasks: string }>((tie) => ({
    user: fc.oneof(
      { maxDepth: 2 },
      fc.constant('{ id }'),
      fc
        .tuple(semesterId, filter, tie('tasks'))
        .map(([id, given, tasks]) => `{ stageTasks(semesterId: "${id}"${given}) ${tasks} }`),
    ),
    tasks: fc.oneof(
      { maxDepth: 2 },
      fc.constant('{ id }'),
      tie('user').map((user) => `{ user ${user} }`),
      fc
        .tuple(ids, filter)
        .map(
          ([userIds, given]) =>
            `{ semester { userStageTasks(userIds: ${userIds}${given}) { id } } }`,
        ),
      fc
        .tuple(ids, filter)
        .map(
          ([userIds, given]) => `{ semester { summary(userIds: ${userIds}${given}) { todo } } }`,
        ),
    ),
  }));
  const first = fc.integer({ min: 1, max: 120 });
  const everyone = fc
    .tuple(fc.constantFrom(...semesterIds), first, filter, user)
    .map(
      ([id, count, given, selection]) =>
        `semester(id: "${id}") { allUserStageTasks(first: ${count}${given}) { edges { node { user ${selection} } } nodes { id } } }`,
    );
  const field = fc
    .tuple(ids, user)
    .map(([listed, selection]) => `users(ids: ${listed}) ${selection}`);
  const cycles = fc
    .tuple(fc.constantFrom('semesters(year: 2026)', 'semesters', 'currentSemesters'), ids, filter)
    .map(
      ([list, userIds, given]) => `${list} { userStageTasks(userIds: ${userIds}${given}) { id } }`,
    );
  return fc
    .array(
      fc.oneof(
        { weight: 4, arbitrary: field },
        { weight: 1, arbitrary: cycles },
        { weight: 2, arbitrary: everyone },
      ),
      { minLength: 1, maxLength: 4 },
    )
    .map((fields) => `{ ${fields.map((one, i) => `f${i}: ${one}`).join(' ')} }`);
}

/**
 * Delays answers by cycle and by number of users, further apart than users of the same moment are gathered for a call,
 * so that the selections below different answers share no call.
 */
function answerApart({ emulator }: TestGateway): void {
  emulator.semesters.forEach(({ id }, i) => {
    const isOf = (rest: number) => (call: RecordedCall) =>
      call.semesterId === id && (call.userIds?.length ?? 0) % 2 === rest;
    for (const rest of [0, 1]) {
      const delayMs = 1 + (2 * i + rest) * 10;
      emulator.script({ when: isOf(rest), times: Infinity, delayMs });
    }
  });
}

/** Asks about each person in another cycle, and below that three times about all of them in one cycle. */
function fallingApart(people: readonly string[], semesterIds: readonly string[]): string {
  // An operation makes one call for the same user and filter.
  const filters = ['[DONE]', '[OVERDUE]', '[TODO, DONE]'];
  const below = filters.reduce(
    (inner, options) =>
      `user { stageTasks(semesterId: "${semesterIds[0] ?? ''}", filter: { options: ${options} }) { ${inner} } }`,
    'id',
  );
  const fields = semesterIds.map(
    (id, i) =>
      `f${i}: user(id: "${people[i] ?? ''}") { stageTasks(semesterId: "${id}") { ${below} } }`,
  );
  return `{ ${fields.join(' ')} }`;
}

/** Checks with this many random operations that none makes more calls than its cost says. */
export async function checkCallsWithinCost(strategy: 'auto' | 'pushdown', numRuns: number) {
  const gateway = await startGateway({
    env: { FILTER_STRATEGY: strategy, MAX_CALLS_PER_OPERATION: '200' },
  });
  try {
    const people = openIds(gateway.emulator.people.slice(0, 130));
    const semesterIds = gateway.emulator.semesters.slice(-3).map(({ id }) => id);
    answerApart(gateway);
    let tooLarge = 0;
    await fc.assert(
      fc.asyncProperty(operations(people, semesterIds), async (text) => {
        gateway.emulator.clearCalls();
        const { codes } = await gateway.query(text, {});
        // A few nest so deeply that their answer would have too many fields.
        const isTooLarge = codes[0] === 'OPERATION_TOO_EXPENSIVE';
        if (isTooLarge) tooLarge += 1;
        expect(codes).toEqual(isTooLarge ? ['OPERATION_TOO_EXPENSIVE'] : []);
        const { emulator } = gateway;
        const pages = emulator.callsOf('find_by_page').length;
        const calls = emulator.callsOf('find_by_user_list').length + pages;
        expect(calls).toBeLessThanOrEqual(isTooLarge ? 0 : costCalls(text, strategy));
      }),
      { numRuns, examples: [[fallingApart(people, semesterIds)]] },
    );
    expect(tooLarge).toBeLessThanOrEqual(numRuns / 10);
  } finally {
    await gateway.close();
  }
}
