import { getOrCreate } from '../../src/domain/collections';
import { GatewayError } from '../../src/domain/errors';
import type { LocalizedText } from '../../src/domain/localized-text';
import type { StageTask, StageTaskCount, UserStageTasks } from '../../src/domain/stage-task';
import type { StageTaskFilter } from '../../src/domain/stage-task-filter';
import { toError } from '../../src/domain/to-error';
import { toUserStageTasksId } from '../../src/graphql/opaque-id';
import { LoadedStageTasks } from '../../src/loading/loaded-stage-tasks';
import type { RequestLoader } from '../../src/loading/request-loader';
import type { Draws } from './draws';

const TEXTS = [
  '自评',
  'Self review',
  '',
  '"quoted" \\ and\nbroken\u0000',
  '\u2028\u2029</script>',
  '\ud83e\udd8a',
  'half \ud83e',
  '\udd8a half',
] as const;
const MAYBE_TEXTS = [...TEXTS, null] as const;
const DEADLINES = [
  new Date('2026-11-23T00:00:00Z'),
  new Date('2026-11-25T12:00:00.123Z'),
  new Date(0),
  null,
] as const;
/** Before, at and after the deadlines. */
export const MOMENTS = [
  new Date('2026-11-22T00:00:00Z'),
  new Date('2026-11-23T00:00:00Z'),
  new Date('2026-11-24T00:00:00Z'),
  new Date('2026-11-26T00:00:00Z'),
] as const;
const COUNTS = [0, 1, 99, null, -0, 2 ** 31 - 1] as const;

/** Values that graphql-js answers with an error for, whatever the types say. */
const BAD: readonly (readonly [field: keyof StageTask, value: unknown])[] = [
  ['deadline', new Date(NaN)],
  ['needTodoCount', 2 ** 31],
  ['finishedCount', 0.5],
  ['needTodoCount', NaN],
  ['status', null],
  ['status', 'NEW'],
  ['option', undefined],
  ['stageId', null],
  ['jumpUrl', {}],
];

function drawName(draws: Draws): LocalizedText | null {
  if (draws.isOneIn(8)) return null;
  return { zhCN: draws.oneOf(MAYBE_TEXTS), enUS: draws.oneOf(MAYBE_TEXTS) };
}

function drawTask(draws: Draws, badOneIn: number): StageTask {
  const task: StageTask = {
    stageId: draws.oneOf(TEXTS),
    name: drawName(draws),
    deadline: draws.oneOf(DEADLINES),
    needTodoCount: draws.oneOf(COUNTS),
    finishedCount: draws.oneOf(COUNTS),
    jumpUrl: draws.oneOf(MAYBE_TEXTS),
    status: draws.oneOf(['NEED_TODO', 'ALL_DONE', 'UNKNOWN', 'OVERDUE', 'STAGE_PAUSE']),
    option: draws.oneOf(['TODO', 'DONE', 'OVERDUE', 'UNKNOWN']),
    ...(draws.isOneIn(4) && { ordinal: 2 }),
  };
  const [field, value] = draws.oneOf(BAD);
  return draws.isOneIn(badOneIn) ? { ...task, [field]: value } : task;
}

function drawCount(draws: Draws, badOneIn: number): StageTaskCount {
  const option = draws.oneOf(['TODO', 'DONE', 'UNKNOWN']);
  return { option, count: draws.isOneIn(badOneIn) ? 2 ** 40 : draws.below(100) };
}

/** Whether the task has a bad value where the schema allows no null, which takes the whole list away. */
function isFatal({ stageId, status, option }: StageTask): boolean {
  return [stageId, status, option].some((value) => typeof value !== 'string' || value === 'NEW');
}

/**
 * Leaves out all fatal tasks but the first. If two items of a non-null list fail, one of them after a promise,
 * graphql-js 16 drops the list and leaves the later rejection unhandled. No answer of Feishu is decoded to such
 * values.
 */
function withOneFatal(tasks: readonly StageTask[]): StageTask[] {
  const first = tasks.find(isFatal);
  return tasks.filter((task) => task === first || !isFatal(task));
}

type Answer = UserStageTasks | Error | null;

function drawAnswer(draws: Draws): Answer {
  const kind = draws.below(10);
  if (kind === 7) return null;
  if (kind === 8) return new GatewayError('UPSTREAM_TIMEOUT', 'Too late.', { retryAfterMs: 1 });
  if (kind === 9) return new Error('a defect');
  const badOneIn = draws.oneOf([Infinity, Infinity, Infinity, 4]);
  return {
    userId: 'of no interest',
    stageTasks: withOneFatal(draws.list(3, () => drawTask(draws, badOneIn))),
    counts: draws.list(2, () => drawCount(draws, badOneIn)),
  };
}

/** What operations load. The same user, cycle and moment is always the same object, as in the cache. */
export class RandomTasks implements Pick<RequestLoader, 'stageTasks' | 'everyone'> {
  readonly #answers: readonly Answer[];
  readonly #snapshots = new Map<string, Answer>();
  #replaced = 0;
  #stale = false;
  #fetchedAtMs = Date.UTC(2026, 10, 23);

  constructor(draws: Draws) {
    this.#answers = Array.from({ length: 3 }, () => drawAnswer(draws));
  }

  stageTasks: RequestLoader['stageTasks'] = async ({ id, idType }, semesterId, filter) => {
    const key = `${idType} ${id} ${semesterId}`;
    const answer = getOrCreate(this.#snapshots, key, () => this.#answerOf(key));
    if (answer instanceof Error) throw answer;
    await Promise.resolve();
    const age = { fetchedAtMs: this.#fetchedAtMs, stale: this.#stale };
    return answer && new LoadedStageTasks(answer, filter, age);
  };

  everyone: RequestLoader['everyone'] = async ({ semesterId, idType, filter, first }) => {
    const { stageTasks } = this;
    const ids = ['ou_1', 'ou_2', 'ou_3'].slice(0, first);
    const read = async (id: string) => stageTasks({ id, idType }, semesterId, filter, Infinity);
    const settled = await Promise.allSettled(ids.map(read));
    const users = settled.flatMap((one, i) => {
      const tasks = one.status === 'fulfilled' ? one.value : toError(one.reason);
      return tasks ? { tasks, end: { pageToken: '', skip: i + 1 } } : [];
    });
    return { users, end: { pageToken: '', skip: ids.length }, hasMore: first < 3, semester: null };
  };

  /** Time passes: snapshots are replaced by others or become stale, and the wall clock is set. */
  change(draws: Draws): void {
    if (draws.isOneIn(2)) this.#stale = !this.#stale;
    if (draws.isOneIn(2)) this.#fetchedAtMs = draws.isOneIn(10) ? NaN : this.#fetchedAtMs + 60_000;
    if (!draws.isOneIn(2)) return;
    this.#snapshots.clear();
    this.#replaced += 1;
  }

  #answerOf(key: string): Answer {
    const answer = this.#answers[(hash(key) + this.#replaced) % this.#answers.length] ?? null;
    // One object for each user, as upstream answers.
    return answer && !(answer instanceof Error) ? { ...answer } : answer;
  }
}

const hash = (text: string) => Buffer.from(text).reduce((sum, byte) => sum + byte, 0);

const FILTERS: readonly StageTaskFilter[] = [{}, { options: ['DONE'] }];

function drawReference(draws: Draws): object {
  const user = { id: draws.oneOf(['ou_1', 'ou_2', 'u"7🦊']), idType: 'OPEN_ID' as const };
  const filter = draws.oneOf(FILTERS);
  return draws.oneOf([
    { __typename: 'User', id: user.id },
    { __typename: 'Semester', id: '1' },
    {
      __typename: 'UserStageTasks',
      id: toUserStageTasksId({ user: { ...user, id: 'ou_1' }, semesterId: '1', filter }),
    },
    { __typename: 'UserStageTasks', id: 'none of ours' },
    { __typename: 'Unknown' },
  ]);
}

/** One value for each variable that a document may use; some absent, null or refused. */
export function drawVariables(draws: Draws): Record<string, unknown> {
  const locale = draws.oneOf([undefined, null, 'EN_US', 'ZH_CN', 'FR_FR']);
  return {
    ...(locale !== undefined && { locale }),
    ...draws.oneOf([{}, { english: null }, { english: 'ZH_CN' }]),
    yes: !draws.isOneIn(2),
    no: draws.isOneIn(2),
    ...draws.oneOf([{}, {}, { maybe: false }, { maybe: true }, { maybe: null }]),
    ...draws.oneOf([{}, { filter: null }, { filter: { options: ['TODO', 'DONE'] } }]),
    ...draws.oneOf([{}, { options: null }, { options: ['DONE'] }, { options: [] }]),
    ...draws.oneOf([{}, { after: '2026-11-24T00:00:00Z' }, { after: '2026-11-26T00:00:00Z' }]),
    ids: ['ou_1', 'ou_2', 'ou_3', ...draws.list(12, () => `ou_${draws.below(20)}`)],
    id: draws.oneOf(['7', 'u"7🦊', '7', '7', 'not visible']),
    semester: draws.oneOf(['1', '2', '1', '1', 'not a number']),
    maxAge: draws.oneOf([null, 60, -1]),
    ...draws.oneOf([{}, { order: null }, { order: 'DEADLINE' }]),
    ...draws.oneOf([{}, { option: 'TODO' }, { option: 'UNKNOWN' }, { option: null }]),
    refs: draws.list(6, () => drawReference(draws)),
  };
}
