import fc from 'fast-check';
import { StageTaskStatus, TaskOption, type UserStageTasks } from '../../../src/domain/stage-task';
import { CODE_ROWS, OWN_ROWS, rowOfHttpStatus } from '../../../src/feishu/error-table';
import { ANSWER, readAnswer } from '../../support/feishu-answer';

const STATUSES = [200, 302, 400, 401, 404, 429, 500, 503];
const ROWS = [...CODE_ROWS.values(), ...Object.values(OWN_ROWS), ...STATUSES.map(rowOfHttpStatus)];
const INT32 = 2 ** 31;

function expectInt(value: number | null): void {
  if (value === null) return;
  expect(Number.isInteger(value) && value >= -INT32 && value < INT32).toBe(true);
}

/** All that the schema promises of a user's tasks. */
function expectServable(user: UserStageTasks): void {
  expect(user.userId).not.toBe('');
  for (const { option, count } of user.counts) {
    expect(Object.keys(TaskOption)).toContain(option);
    expectInt(count);
  }
  for (const task of user.stageTasks) {
    expect(task.stageId).not.toBe('');
    expect(Object.keys(TaskOption)).toContain(task.option);
    expect(Object.keys(StageTaskStatus)).toContain(task.status);
    expect(task.deadline?.getTime()).not.toBeNaN();
    expectInt(task.needTodoCount);
    expectInt(task.finishedCount);
  }
}

function expectAnswerOrFailure(body: string, status: number): void {
  const outcome = readAnswer(body, status);
  if (outcome.ok) outcome.value.users.forEach(expectServable);
  else expect(ROWS).toContainEqual(outcome.failure.row);
}

/** The value with one place replaced; each number of the path chooses among the keys of its level. */
function replaceIn(
  value: unknown,
  [step, ...path]: readonly number[],
  replacement: unknown,
): unknown {
  if (typeof value !== 'object' || value === null || step === undefined) return replacement;
  const keys = Object.keys(value);
  const chosen = keys[step % keys.length];
  const copy = Object.entries(value).map(([key, part]: [string, unknown]) => [
    key,
    key === chosen ? replaceIn(part, path, replacement) : part,
  ]);
  const replaced = Object.fromEntries(copy) as Record<string, unknown>;
  return Array.isArray(value) ? Object.values(replaced) : replaced;
}

describe('the gateway reads an answer or a known failure', () => {
  const status = fc.constantFrom(...STATUSES);

  test('from any text', () => {
    fc.assert(fc.property(fc.string(), status, expectAnswerOrFailure));
  });

  test('from any JSON', () => {
    fc.assert(fc.property(fc.json(), status, expectAnswerOrFailure));
  });

  test('from any data in an envelope', () => {
    const code = fc.constantFrom<unknown>(0, 0, 0, 1580102, 99991400, 424242, -1, '0', null, 0.5);
    const wrapped = fc
      .record({ code, data: fc.jsonValue(), error: fc.jsonValue() })
      .map((envelope) => JSON.stringify(envelope));
    fc.assert(fc.property(wrapped, status, expectAnswerOrFailure));
  });

  test('from a genuine answer with up to four parts replaced', () => {
    const part = fc.oneof(
      fc.jsonValue({ maxDepth: 2 }),
      fc.constantFrom('', '0', -0, 1e300, [], {}),
    );
    const change = fc.tuple(fc.array(fc.nat(50), { minLength: 1, maxLength: 6 }), part);
    const changed = fc
      .array(change, { minLength: 1, maxLength: 4 })
      .map((changes) =>
        changes.reduce<unknown>((answer, [path, by]) => replaceIn(answer, path, by), ANSWER),
      );
    fc.assert(
      fc.property(changed, status, (answer, httpStatus) => {
        expectAnswerOrFailure(JSON.stringify(answer), httpStatus);
      }),
      { numRuns: 1_000 },
    );
  });

  test('from a genuine answer that is cut short', () => {
    const whole = JSON.stringify(ANSWER);
    fc.assert(
      fc.property(fc.nat(whole.length - 1), (length) => {
        const outcome = readAnswer(whole.slice(0, length));
        expect(!outcome.ok && outcome.failure.row).toBe(OWN_ROWS.malformed);
      }),
    );
  });
});
