import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { narrow } from '../../src/domain/narrow';
import type { StageTaskCount, UserStageTasks } from '../../src/domain/stage-task';
import type { StageTaskFilter } from '../../src/domain/stage-task-filter';
import { readFilter } from '../../src/emulator/parameters';
import type { Person } from '../../src/emulator/people';
import {
  stageTasksItem,
  type StageTaskFilter as UpstreamFilter,
} from '../../src/emulator/stage-task-items';
import type { StageTask, TaskOption } from '../../src/emulator/stage-tasks';
import { createPartReaders } from '../../src/feishu/part-readers';
import { toRequestBody, toUserStageTasks } from '../../src/feishu/stage-task.mapping';

const PERSON: Person = {
  openId: 'ou_1',
  unionId: 'on_1',
  userId: 'u1',
  peopleAdminId: '61',
  name: { 'zh-CN': '王芳', 'en-US': 'Fang Wang' },
  reportCount: 0,
};
/** Behaviour that Feishu's page does not specify. (fact 12) */
export interface Habits {
  readonly countsFollowFilters: boolean;
  readonly inclusiveBounds: boolean;
  /** Feishu's largest count: 99 for 100 tasks and more. */
  readonly largestCount: number;
}
export const HABITS: Habits = {
  countsFollowFilters: true,
  inclusiveBounds: false,
  largestCount: 99,
};
/** A group that Feishu may add later; the emulator does not know it. */
export const NEW_OPTION = 4 as TaskOption;

export function task(
  option: TaskOption,
  deadlineMs: number,
  id = `${option}${deadlineMs}`,
): StageTask {
  const name = { 'zh-CN': '自评', 'en-US': 'Self review' };
  const stage = {
    id,
    kind: 'selfReview' as const,
    name,
    deadlineMs,
    jumpUrl: `https://x.cn/${id}`,
  };
  return { stage, option, status: 'need_todo', needTodoCount: 1, finishedCount: 0 };
}

/** The emulator's answer to this filter as the gateway sends it, decoded by the gateway. */
export function upstreamAnswer(
  tasks: readonly StageTask[],
  filter: StageTaskFilter,
  habits: Habits = HABITS,
): UserStageTasks {
  const query = { semesterId: '1', idType: 'OPEN_ID' as const, userIds: ['ou_1'], filter };
  const pushedDown = readFilter({ ...toRequestBody(query) });
  const understood = habits.inclusiveBounds ? withInclusiveBounds(pushedDown) : pushedDown;
  const settings = { taskOptionField: 'task_option_id' as const, ...habits };
  const item = stageTasksItem(PERSON, 'open_id', tasks, understood, settings);
  const answer = toUserStageTasks(PERSON.openId, item, () => undefined, createPartReaders());
  if (!answer) throw new Error('the emulator answered without a user');
  const counts = answer.counts.map(({ option, count }) => ({
    option,
    count: Math.min(count, habits.largestCount),
  }));
  return { ...answer, counts };
}

/** The emulator's bounds are exclusive, and its times whole milliseconds. */
function withInclusiveBounds({ afterMs, beforeMs, ...rest }: UpstreamFilter): UpstreamFilter {
  return {
    ...rest,
    ...(afterMs !== undefined && { afterMs: afterMs - 1 }),
    ...(beforeMs !== undefined && { beforeMs: beforeMs + 1 }),
  };
}

/** Few different times, so that deadlines often equal a bound. */
const timeMs = fc.integer({ min: 1, max: 6 });
export const stageTasks = fc.array(
  fc.tuple(fc.constantFrom<TaskOption>(1, 2, 3, NEW_OPTION), timeMs),
  {
    maxLength: 7,
  },
);
const filters: fc.Arbitrary<StageTaskFilter> = fc.record(
  {
    options: fc.subarray(['TODO', 'DONE', 'OVERDUE'] as const, { minLength: 1 }),
    deadlineAfterMs: fc.integer({ min: 0, max: 6 }),
    deadlineBeforeMs: fc.integer({ min: 0, max: 7 }),
  },
  { requiredKeys: [], noNullPrototype: true },
);
export const habits: fc.Arbitrary<Habits> = fc.record({
  countsFollowFilters: fc.boolean(),
  inclusiveBounds: fc.boolean(),
  largestCount: fc.constantFrom(1, 2, 99),
});
export const toTasks = (drawn: readonly (readonly [TaskOption, number])[]) =>
  drawn.map(([option, deadlineMs], i) => task(option, deadlineMs, String(i + 1)));

/** No filter can name `UNKNOWN`, so that the emulator does not count it. */
function countOfUnknown({ stageTasks: shown }: UserStageTasks): StageTaskCount[] {
  const count = shown.filter(({ option }) => option === 'UNKNOWN').length;
  return count > 0 ? [{ option: 'UNKNOWN', count }] : [];
}

/** Checks that a filter selects and counts the same for every filter sent to Feishu and all its habits. */
export function checkFilterShowsTheSame(numRuns: number): void {
  // Compared without `expect`, which alone would take most of the time.
  fc.assert(
    fc.property(stageTasks, filters, habits, (drawn, filter, habit) => {
      fc.pre(Object.keys(filter).length > 0);
      const tasks = toTasks(drawn);
      const exact = upstreamAnswer(tasks, filter);
      const expected = { ...exact, counts: [...exact.counts, ...countOfUnknown(exact)] };
      return [{}, filter].every((asked) =>
        isDeepStrictEqual(narrow(upstreamAnswer(tasks, asked, habit), filter), expected),
      );
    }),
    { numRuns },
  );
}
