import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { GatewayError } from '../../../src/domain/errors';
import { TaskOption, type StageTask } from '../../../src/domain/stage-task';
import type { StageTaskFilter } from '../../../src/domain/stage-task-filter';
import type { UserKey } from '../../../src/domain/user';
import {
  fromUserStageTasksId,
  toStageTaskId,
  toUserStageTasksId,
  type StageTasksKey,
} from '../../../src/graphql/opaque-id';
import { anyCharacter } from '../../support/any-text';

const LAST_INSTANT_MS = 8.64e15;
const visible = fc.stringMatching(/^[\w\-@.张三"\\,[\]]{1,40}$/u);

const user: fc.Arbitrary<UserKey> = fc.oneof(
  visible.map((rest) => ({ id: `ou_${rest}`, idType: 'OPEN_ID' as const })),
  visible.map((rest) => ({ id: `on_${rest}`, idType: 'UNION_ID' as const })),
  fc.record({ id: visible, idType: fc.constantFrom('USER_ID', 'PEOPLE_ADMIN_ID') }),
);
const timeMs = fc.oneof(fc.constantFrom(0, 1), fc.integer({ min: 0, max: LAST_INSTANT_MS }));
const filter: fc.Arbitrary<StageTaskFilter> = fc
  .record(
    {
      options: fc.subarray(['TODO', 'DONE', 'OVERDUE'] as const, { minLength: 1 }),
      deadlineAfterMs: timeMs,
      deadlineBeforeMs: timeMs,
    },
    { requiredKeys: [], noNullPrototype: true },
  )
  .filter(
    ({ deadlineAfterMs = -1, deadlineBeforeMs = Infinity }) => deadlineAfterMs < deadlineBeforeMs,
  );
const semesterId = fc.oneof(fc.constantFrom('1', '11'), fc.stringMatching(/^[1-9]\d{17,19}$/));
const view: fc.Arbitrary<StageTasksKey> = fc.record(
  { user, semesterId, filter },
  { noNullPrototype: true },
);

const VIEW: StageTasksKey = {
  user: { id: 'ou_anna', idType: 'OPEN_ID' },
  semesterId: '7412345678901234567',
  filter: { options: ['TODO'], deadlineAfterMs: 1, deadlineBeforeMs: 2 },
};
const TASK: StageTask = {
  stageId: '7398765432109876543',
  name: null,
  deadline: null,
  needTodoCount: null,
  finishedCount: null,
  jumpUrl: null,
  status: 'NEED_TODO',
  option: 'TODO',
};

describe("the ID of a user's tasks", () => {
  test('decodes to the same cycle, user and filter', () => {
    fc.assert(
      fc.property(view, (key) => {
        expect(fromUserStageTasksId('id', toUserStageTasksId(key))).toEqual(key);
      }),
    );
  });

  test('is equal exactly for equal views', () => {
    fc.assert(
      fc.property(view, view, (one, other) => {
        const same = toUserStageTasksId(one) === toUserStageTasksId(other);
        expect(same).toBe(isDeepStrictEqual(one, other));
      }),
    );
  });

  test.each<[string, StageTasksKey]>([
    ['cycle', { ...VIEW, semesterId: '7412345678901234568' }],
    ['user', { ...VIEW, user: { id: 'ou_bela', idType: 'OPEN_ID' } }],
    ['ID type', { ...VIEW, user: { id: 'ou_anna', idType: 'USER_ID' } }],
    ['task groups', { ...VIEW, filter: { ...VIEW.filter, options: ['TODO', 'DONE'] } }],
    ['lower bound', { ...VIEW, filter: { ...VIEW.filter, deadlineAfterMs: 0 } }],
    ['upper bound', { ...VIEW, filter: { ...VIEW.filter, deadlineBeforeMs: 3 } }],
    ['filter, which one lacks', { ...VIEW, filter: {} }],
  ])('differs by %s, so that a client never merges two views', (_, other) => {
    expect(toUserStageTasksId(other)).not.toBe(toUserStageTasksId(VIEW));
  });

  test('needs no escaping in a URL', () => {
    fc.assert(
      fc.property(view, (key) => {
        expect(toUserStageTasksId(key)).toMatch(/^[\w-]+$/);
      }),
    );
  });
});

describe('the ID of a task', () => {
  test('is the same under every filter', () => {
    expect(toStageTaskId({ ...VIEW, filter: {} }, TASK)).toBe(toStageTaskId(VIEW, TASK));
  });

  test.each<[string, StageTasksKey, StageTask]>([
    ['cycle', { ...VIEW, semesterId: '7412345678901234568' }, TASK],
    ['user', { ...VIEW, user: { id: 'ou_bela', idType: 'OPEN_ID' } }, TASK],
    ['ID type', { ...VIEW, user: { id: 'ou_anna', idType: 'USER_ID' } }, TASK],
    ['stage', VIEW, { ...TASK, stageId: '7398765432109876544' }],
    ['group', VIEW, { ...TASK, option: 'DONE' }],
    ['number of a task in its stage and group', VIEW, { ...TASK, ordinal: 2 }],
  ])('differs by %s', (_, key, task) => {
    expect(toStageTaskId(key, task)).not.toBe(toStageTaskId(VIEW, TASK));
  });

  test('of the first task in its stage and group has no number', () => {
    const parts = ['7412345678901234567', 'OPEN_ID', 'ou_anna', '7398765432109876543', 'TODO'];
    const id = Buffer.from(JSON.stringify(parts)).toString('base64url');
    expect(toStageTaskId(VIEW, TASK)).toBe(id);
  });

  test('differs for any two tasks of different users, cycles, stages or groups', () => {
    const option = fc.constantFrom(...Object.values(TaskOption));
    const identity = fc.tuple(view, fc.constantFrom('1', '2'), option);
    fc.assert(
      fc.property(identity, identity, ([one, stageId, group], [other, otherStage, otherGroup]) => {
        const oneId = toStageTaskId(one, { ...TASK, stageId, option: group });
        const otherId = toStageTaskId(other, { ...TASK, stageId: otherStage, option: otherGroup });
        const parts = [one.user, one.semesterId, stageId, group];
        const otherParts = [other.user, other.semesterId, otherStage, otherGroup];
        expect(oneId === otherId).toBe(isDeepStrictEqual(parts, otherParts));
      }),
    );
  });
});

/** The error that the client receives; any other error is a defect. */
function refusalOf(id: string): GatewayError | undefined {
  try {
    fromUserStageTasksId('representations.id', id);
    return undefined;
  } catch (error) {
    if (error instanceof GatewayError) return error;
    throw error;
  }
}

const forge = (...parts: unknown[]) => Buffer.from(JSON.stringify(parts)).toString('base64url');

describe('an ID that the gateway did not make', () => {
  test.each([
    ['empty', ''],
    ['a word', 'hello'],
    ['a user ID', 'ou_anna'],
    ['the ID of a task', toStageTaskId(VIEW, TASK)],
    ['cut short', toUserStageTasksId(VIEW).slice(0, -4)],
    ['without its beginning', toUserStageTasksId(VIEW).slice(4)],
    ['an object', Buffer.from('{}').toString('base64url')],
    ['null', Buffer.from('null').toString('base64url')],
    ['short of a part', forge('1', 'USER_ID', 'a', null, null)],
    ['one part too long', forge('1', 'USER_ID', 'a', null, null, null, null)],
  ])('is refused when it is %s', (_, id) => {
    expect(refusalOf(id)).toMatchObject({
      code: 'BAD_USER_INPUT',
      message:
        'representations.id: expected the ID of a UserStageTasks from an earlier response, got another text',
    });
  });

  test.each([
    ['a cycle that is not a number', forge('x', 'USER_ID', 'a', null, null, null)],
    ['a cycle that is a JSON number', forge(1, 'USER_ID', 'a', null, null, null)],
    ['an unknown ID type', forge('1', 'EMAIL', 'a', null, null, null)],
    ['an inherited property as ID type', forge('1', 'constructor', 'a', null, null, null)],
    ['an empty user ID', forge('1', 'USER_ID', '', null, null, null)],
    ['a user ID with a line break', forge('1', 'USER_ID', 'a\n', null, null, null)],
    ['a user ID of another type', forge('1', 'OPEN_ID', 'on_a', null, null, null)],
    ['a user ID that is too long', forge('1', 'USER_ID', 'a'.repeat(65), null, null, null)],
    ['a group that only Feishu answers with', forge('1', 'USER_ID', 'a', ['UNKNOWN'], null, null)],
    ['an unknown group', forge('1', 'USER_ID', 'a', ['LATER'], null, null)],
    ['no group', forge('1', 'USER_ID', 'a', [], null, null)],
    ['a group twice', forge('1', 'USER_ID', 'a', ['TODO', 'TODO'], null, null)],
    ['bounds the wrong way round', forge('1', 'USER_ID', 'a', null, 2, 1)],
    ['equal bounds', forge('1', 'USER_ID', 'a', null, 1, 1)],
    ['a time before 1970', forge('1', 'USER_ID', 'a', null, -1, null)],
    ['a time after the last date', forge('1', 'USER_ID', 'a', null, null, LAST_INSTANT_MS + 1)],
    ['half a millisecond', forge('1', 'USER_ID', 'a', null, 0.5, null)],
    ['a time as text', forge('1', 'USER_ID', 'a', null, '1', null)],
  ])('is refused with %s in it', (_, id) => {
    expect(refusalOf(id)).toMatchObject({
      code: 'BAD_USER_INPUT',
      details: { argument: expect.stringMatching(/^representations\.id/) as unknown },
    });
  });

  const expectReadOrRefused = (id: string) => {
    expect(refusalOf(id)?.code ?? 'BAD_USER_INPUT').toBe('BAD_USER_INPUT');
  };

  test('is read or refused, for any text', () => {
    fc.assert(fc.property(fc.string(), expectReadOrRefused));
    fc.assert(fc.property(fc.string({ unit: anyCharacter }), expectReadOrRefused));
    fc.assert(fc.property(fc.base64String(), expectReadOrRefused));
  });

  test('is read or refused, for any JSON in it', () => {
    const anything = fc.oneof(fc.jsonValue(), fc.constantFrom('1', 'USER_ID', ['TODO'], 0, null));
    fc.assert(
      fc.property(fc.array(anything, { minLength: 6, maxLength: 6 }), (parts) => {
        expectReadOrRefused(forge(...parts));
      }),
    );
  });

  test('is read or refused when it is a genuine ID with one letter changed', () => {
    fc.assert(
      fc.property(view, fc.nat(), fc.stringMatching(/^[\w-]$/), (key, place, letter) => {
        const id = toUserStageTasksId(key);
        expectReadOrRefused(
          id.slice(0, place % id.length) + letter + id.slice((place % id.length) + 1),
        );
      }),
    );
  });
});
