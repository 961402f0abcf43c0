import { ServerError } from '@apollo/client/errors';
import { createFormat } from '../../examples/dashboard/src/i18n/format';
import { readChoice, writeChoice } from '../../examples/dashboard/src/model/address';
import {
  readIds,
  type Directory,
  type Selection,
} from '../../examples/dashboard/src/model/directory';
import { sortPeople } from '../../examples/dashboard/src/model/people-order';
import { problemOf, problemOfFailure } from '../../examples/dashboard/src/model/problem';
import { stageProgress } from '../../examples/dashboard/src/model/stage-progress';
import {
  readTeamTasks,
  type Person,
  type Task,
} from '../../examples/dashboard/src/model/team-tasks';
import type { TeamTasksQuery } from '../../examples/dashboard/src/operations';

type AnsweredUser = NonNullable<NonNullable<TeamTasksQuery['semester']>['userStageTasks'][number]>;

const NOW_MS = Date.parse('2026-11-23T09:00:00Z');

function task(stageId: string, changes: Partial<Task> = {}): Task {
  return {
    __typename: 'StageTask',
    id: `${stageId}/${JSON.stringify(changes)}`,
    stageId,
    name: null,
    deadline: null,
    needTodoCount: null,
    finishedCount: null,
    jumpUrl: null,
    status: 'NEED_TODO',
    option: 'TODO',
    isOverdue: false,
    ...changes,
  };
}

const DONE = { option: 'DONE', status: 'ALL_DONE' } as const;

function answered(id: string, stageTasks: Task[], todo = 0): AnsweredUser {
  return {
    __typename: 'UserStageTasks',
    id,
    user: { __typename: 'User', id, idType: 'OPEN_ID' },
    todo,
    done: 0,
    overdue: 0,
    stageTasks,
    nextDeadline: null,
    fetchedAt: '2026-11-23T08:59:00Z',
    stale: false,
  };
}

const known = (id: string, stageTasks: Task[], todo = 0) =>
  ({ kind: 'known', id, name: null, tasks: answered(id, stageTasks, todo) }) as const;

test('A person with an error is failed, one without an answer is absent, and neither has numbers', () => {
  const selection: Selection = { idType: 'OPEN_ID', userIds: ['a', 'b', 'c'], teamId: null };
  const userStageTasks = [answered('a', []), null, null];
  const data: TeamTasksQuery = { semester: { __typename: 'Semester', id: '1', userStageTasks } };
  const error = {
    path: ['semester', 'userStageTasks', 1],
    extensions: { code: 'UPSTREAM_RATE_LIMITED', retryAfterMs: 5_000 },
  };

  expect(readTeamTasks(selection, { data, errors: [error] }, NOW_MS)?.people).toEqual([
    known('a', []),
    {
      kind: 'failed',
      id: 'b',
      problem: {
        kind: 'rate-limited',
        code: 'UPSTREAM_RATE_LIMITED',
        retryAtMs: NOW_MS + 5_000,
      },
    },
    { kind: 'absent', id: 'c' },
  ]);
});

test('An answer without a list is not an empty team', () => {
  const selection: Selection = { idType: 'OPEN_ID', userIds: ['a'], teamId: null };

  expect(readTeamTasks(selection, { data: undefined, errors: [] }, NOW_MS)).toBeUndefined();
  expect(
    readTeamTasks(selection, { data: { semester: null }, errors: [] }, NOW_MS),
  ).toBeUndefined();
});

test('A code that the dashboard does not know is still a failure', () => {
  expect(problemOf({ extensions: { code: 'NEW_CODE' } }, NOW_MS)).toMatchObject({
    kind: 'other',
    code: 'NEW_CODE',
  });
  expect(problemOf({}, NOW_MS)).toMatchObject({ kind: 'other', code: null });
});

test.each([
  [502, '{"errors":[]}', 'offline'],
  [503, '<html>', 'offline'],
  [404, '<html>', 'other'],
  [429, '{"errors":[{"extensions":{"code":"RATE_LIMITED"}}]}', 'rate-limited'],
])('An answer with the status %s is blamed on what has failed', (status, bodyText, kind) => {
  const error = new ServerError('failed', { response: new Response('', { status }), bodyText });

  expect(problemOfFailure(error, NOW_MS)).toMatchObject({ kind });
});

describe('The address of the page', () => {
  const name = { zhCN: null, enUS: null };
  const directory: Directory = {
    idType: 'USER_ID',
    people: [],
    teams: [{ id: 'r & d', name, userIds: ['a', 'b'] }],
  };
  const team: Selection = { idType: 'USER_ID', userIds: ['a', 'b'], teamId: 'r & d' };
  const people: Selection = { idType: 'OPEN_ID', userIds: ['ou_1', 'a,b', 'c&d'], teamId: null };

  test.each([
    { semesterId: '7', selection: team },
    { semesterId: null, selection: people },
    { semesterId: '7', selection: null },
    { semesterId: null, selection: null },
  ])('holds the choice %j', (choice) => {
    expect(readChoice(`#${writeChoice(choice)}`, directory)).toEqual(choice);
  });

  test.each([
    '#people',
    '#team=sales',
    '#people=ou_1',
    '#type=EMAIL&people=a',
    '#type=OPEN_ID&people=',
    `#type=USER_ID&people=${Array.from({ length: 1_001 }, (_, i) => i).join('+')}`,
  ])('is no choice with %.40s', (fragment) => {
    expect(readChoice(fragment, directory).selection).toBeNull();
  });
});

test('A person counts once in a stage, with the most urgent task', () => {
  const [stage] = stageProgress([
    known('a', [task('s', DONE), task('s', { isOverdue: true }), task('s')]),
    known('b', [task('s', DONE), task('s')]),
    known('c', [task('s', DONE)]),
    known('d', [task('s', { status: 'STAGE_PAUSE', isOverdue: null })]),
    known('e', [task('s', { option: 'UNKNOWN', status: 'UNKNOWN', isOverdue: null })]),
    known('f', [task('other')]),
  ]);

  expect(stage).toMatchObject({
    total: 5,
    people: { overdue: 1, todo: 1, done: 1, paused: 1, unknown: 1 },
  });
});

test('Stages are in the order of their deadlines; those without one are last', () => {
  const stages = stageProgress([
    known('a', [
      task('none'),
      task('late', { deadline: '2026-12-02T00:00:00Z' }),
      task('soon', { deadline: '2026-12-01T00:00:00Z' }),
    ]),
  ]);

  expect(stages.map(({ stageId }) => stageId)).toEqual(['soon', 'late', 'none']);
});

test.each([true, false])(
  'People without data are last, also with descending = %s',
  (descending) => {
    const people: Person[] = [{ kind: 'absent', id: 'x' }, known('a', [], 1), known('b', [], 2)];
    const compare = (one: string, other: string) => one.localeCompare(other);
    const sorted = sortPeople(people, { key: 'todo', descending }, ({ id }) => id, compare);

    expect(sorted.map(({ id }) => id)).toEqual(descending ? ['b', 'a', 'x'] : ['a', 'b', 'x']);
  },
);

test('Pasted IDs may be separated in many ways, and each counts once', () => {
  expect(readIds(' ou_1, ou_2;ou_3\n"ou_4"\t ou_1，ou_5、')).toEqual([
    'ou_1',
    'ou_2',
    'ou_3',
    'ou_4',
    'ou_5',
  ]);
  expect(readIds(' \n')).toEqual([]);
});

test('Ages, waits and shares are rounded so that they do not promise too much', () => {
  const format = createFormat('en');

  expect(format.age('2026-11-23T08:58:01Z', NOW_MS)).toBe('1 minute ago');
  expect(format.duration(59_001)).toBe('60 seconds');
  expect(format.duration(61_000)).toBe('2 minutes');
  expect(format.percent(119 / 120)).toBe('99%');
  expect(createFormat('zh-CN').text({ zhCN: null, enUS: 'Self review' })).toBe('Self review');
});
