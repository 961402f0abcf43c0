import fc from 'fast-check';
import { GatewayError } from '../../../src/domain/errors';
import {
  MAX_USERS_PER_LIST,
  requireFilter,
  requireSemesterId,
  requireUser,
  requireUsers,
} from '../../../src/domain/input-rules';
import type { TaskOption } from '../../../src/domain/stage-task';
import type { UserIdType } from '../../../src/domain/user';
import { anyCharacter } from '../../support/any-text';

function refusalOf(run: () => unknown): GatewayError {
  try {
    run();
  } catch (error) {
    if (error instanceof GatewayError) return error;
    throw error;
  }
  throw new Error('an input: expected a refusal, got none');
}

function messageOf(run: () => unknown): string {
  const refusal = refusalOf(run);
  expect(refusal.code).toBe('BAD_USER_INPUT');
  return refusal.message;
}

const ID_TYPES: UserIdType[] = ['OPEN_ID', 'UNION_ID', 'USER_ID', 'PEOPLE_ADMIN_ID'];
const VISIBLE = 'an ID of 1 to 64 visible characters without spaces';

describe('a user ID', () => {
  test.each([
    ['OPEN_ID', 'ou_84aad35d084aa403a838cf73ee18467'],
    ['UNION_ID', 'on_94a1ee5551019f18cd73d9f111898cf2'],
    ['USER_ID', 'bega29ca'],
    ['PEOPLE_ADMIN_ID', '6967639606963471902'],
    ['USER_ID', '张三@例子'],
    ['USER_ID', 'x'.repeat(64)],
  ] as const)('is accepted unchanged as %s: %s', (idType, id) => {
    expect(requireUser('id', id, idType)).toEqual({ id, idType });
  });

  test.each([
    ['empty', ''],
    ['only a space', ' '],
    ['with a space inside', 'ou_a b'],
    ['with a space in front', ' ou_a'],
    ['with a line break at the end', 'ou_a\n'],
    ['with a no-break space', 'ou_a\u00a0'],
    ['with a zero-width space', 'ou_a\u200b'],
    ['with a byte order mark', '\ufeffou_a'],
    ['with text turned right to left', 'ou_a\u202eb'],
    ['with a control character', 'ou_a\u0000'],
    ['with half of a character', 'ou_a\ud83d'],
  ])('is refused when it is %s', (_, id) => {
    expect(messageOf(() => requireUser('id', id, 'OPEN_ID'))).toBe(
      `id: expected ${VISIBLE}, got ${JSON.stringify(id)}`,
    );
  });

  test('is refused with its length instead of its text when it is too long', () => {
    const id = `ou_${'x'.repeat(100_000)}`;
    expect(messageOf(() => requireUser('id', id, 'OPEN_ID'))).toBe(
      `id: expected ${VISIBLE}, got 100003 characters`,
    );
    expect(messageOf(() => requireUser('id', 'x'.repeat(65), 'USER_ID'))).toContain(
      '65 characters',
    );
  });

  test.each([
    ['OPEN_ID', 'on_1', 'ou_'],
    ['OPEN_ID', 'bega29ca', 'ou_'],
    ['OPEN_ID', 'OU_1', 'ou_'],
    ['UNION_ID', 'ou_1', 'on_'],
    ['UNION_ID', 'x-on_1', 'on_'],
  ] as const)('is refused as %s when it is %s', (idType, id, prefix) => {
    expect(messageOf(() => requireUser('id', id, idType))).toBe(
      `id: expected an ID of type ${idType}, which starts with "${prefix}", got "${id}"`,
    );
  });

  test('cannot break the log line of its message', () => {
    const message = messageOf(() => requireUser('id', 'a\r\nb', 'USER_ID'));
    expect(message).not.toMatch(/[\r\n]/);
  });

  test('is either accepted unchanged or refused with a short message', () => {
    const text = fc.oneof(fc.string(), fc.string({ unit: anyCharacter, maxLength: 200 }));
    fc.assert(
      fc.property(text, fc.constantFrom(...ID_TYPES), (id, idType) => {
        try {
          expect(requireUser('id', id, idType)).toEqual({ id, idType });
        } catch (error) {
          if (!(error instanceof GatewayError)) throw error;
          expect(error.code).toBe('BAD_USER_INPUT');
          expect(error.message.length).toBeLessThan(600);
        }
      }),
    );
  });
});

describe('a list of user IDs', () => {
  test('keeps its order and its repeats', () => {
    const ids = ['ou_b', 'ou_a', 'ou_b', 'ou_c'];
    const users = requireUsers('userIds', ids, 'OPEN_ID');
    expect(users).toEqual(ids.map((id) => ({ id, idType: 'OPEN_ID' })));
  });

  test('may be empty', () => {
    expect(requireUsers('userIds', [], 'OPEN_ID')).toEqual([]);
  });

  test('is refused with the place of the wrong ID', () => {
    const refusal = refusalOf(() => requireUsers('userIds', ['ou_a', 'ou_b', ''], 'OPEN_ID'));
    expect(refusal.message).toBe(`userIds[2]: expected ${VISIBLE}, got ""`);
    expect(refusal.details.argument).toBe('userIds[2]');
  });

  test('holds at most 1,000 IDs', () => {
    const thousand = Array.from({ length: 1_000 }, (_, i) => `ou_${i}`);
    expect(MAX_USERS_PER_LIST).toBe(1_000);
    expect(requireUsers('userIds', thousand, 'OPEN_ID')).toHaveLength(1_000);
    expect(messageOf(() => requireUsers('userIds', [...thousand, 'ou_x'], 'OPEN_ID'))).toBe(
      'userIds: expected at most 1000 IDs, got 1001 IDs',
    );
  });
});

describe('the ID of a review cycle', () => {
  test.each(['7235911950407352321', '1', '18446744073709551615'])('may be %s', (id) => {
    expect(requireSemesterId('id', id)).toBe(id);
  });

  test.each([
    '',
    ' ',
    'abc',
    '12a',
    '-1',
    '1.5',
    '0x1f',
    '1e3',
    ' 12',
    '12\n',
    '１２',
    '1'.repeat(21),
  ])('is refused when it is %j', (id) => {
    expect(messageOf(() => requireSemesterId('semesterId', id))).toBe(
      `semesterId: expected the ID of a review cycle, 1 to 20 digits, got ${JSON.stringify(id)}`,
    );
  });

  test('is truncated in the message when it is too long', () => {
    const message = messageOf(() => requireSemesterId('id', 'x'.repeat(100_000)));
    expect(message).toBe(
      `id: expected the ID of a review cycle, 1 to 20 digits, got "${'x'.repeat(80)}…"`,
    );
  });
});

describe('a filter by task group', () => {
  const optionsOf = (options: TaskOption[]) => requireFilter('filter', { options }).options;

  test('is sorted, in whatever order it is written', () => {
    expect(optionsOf(['OVERDUE', 'TODO', 'DONE'])).toEqual(['TODO', 'DONE', 'OVERDUE']);
    expect(optionsOf(['OVERDUE', 'DONE'])).toEqual(['DONE', 'OVERDUE']);
    expect(optionsOf(['TODO'])).toEqual(['TODO']);
  });

  test.each<[string, TaskOption[], string]>([
    ['no group at all', [], '[]'],
    ['a group that only Feishu may answer with', ['UNKNOWN'], '[UNKNOWN]'],
    ['such a group among others', ['TODO', 'UNKNOWN'], '[TODO, UNKNOWN]'],
    ['the same group twice', ['TODO', 'TODO'], '[TODO, TODO]'],
    [
      'more groups than there are',
      ['TODO', 'DONE', 'OVERDUE', 'TODO'],
      '[TODO, DONE, OVERDUE, TODO]',
    ],
    ['a flood of groups', new Array<TaskOption>(5_000).fill('DONE'), '5000 options'],
  ])('is refused with %s', (_, options, got) => {
    const refusal = refusalOf(() => optionsOf(options));
    expect(refusal.message).toBe(
      `filter.options: expected 1 to 3 different ones of TODO, DONE, OVERDUE, got ${got}`,
    );
    expect(refusal).toMatchObject({
      code: 'BAD_USER_INPUT',
      details: { argument: 'filter.options' },
    });
  });
});

describe('a filter by deadline', () => {
  const at = (iso: string) => new Date(iso);

  test('keeps both bounds exact to the millisecond', () => {
    const deadlineAfter = at('2026-11-01T00:00:00.001Z');
    const deadlineBefore = at('2026-11-01T00:00:00.002Z');
    expect(requireFilter('filter', { deadlineAfter, deadlineBefore })).toEqual({
      deadlineAfterMs: deadlineAfter.getTime(),
      deadlineBeforeMs: deadlineBefore.getTime(),
    });
  });

  test('may start at the first instant of 1970', () => {
    const filter = requireFilter('filter', { deadlineAfter: new Date(0) });
    expect(filter).toEqual({ deadlineAfterMs: 0 });
  });

  test.each([
    ['equal', '2026-11-02T00:00:00.000Z'],
    ['the wrong way round', '2026-11-03T00:00:00.000Z'],
  ])('is refused when its bounds are %s', (_, after) => {
    const filter = { deadlineAfter: at(after), deadlineBefore: at('2026-11-02T00:00:00Z') };
    expect(messageOf(() => requireFilter('filter', filter))).toBe(
      `filter.deadlineAfter: expected a time before deadlineBefore (2026-11-02T00:00:00.000Z), got ${after}`,
    );
  });

  test.each(['deadlineAfter', 'deadlineBefore'])('is refused when %s is before 1970', (bound) => {
    const message = messageOf(() => requireFilter('filter', { [bound]: new Date(-1) }));
    expect(message).toContain(`filter.${bound}: expected a time from 1970-01-01 on, got `);
  });

  test.each(['deadlineAfter', 'deadlineBefore'])('is refused when %s is no time', (bound) => {
    expect(messageOf(() => requireFilter('filter', { [bound]: new Date(NaN) }))).toBe(
      `filter.${bound}: expected a time from 1970-01-01 on, got Invalid Date`,
    );
  });
});

describe('a filter that restricts nothing', () => {
  test.each([undefined, null, {}, { options: null, deadlineAfter: null, deadlineBefore: null }])(
    'may be written as %j',
    (filter) => {
      expect(requireFilter('filter', filter)).toStrictEqual({});
    },
  );
});
