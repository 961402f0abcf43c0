import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { narrow } from '../../../src/domain/narrow';
import type { StageTaskCount, UserStageTasks } from '../../../src/domain/stage-task';
import type { StageTaskFilter } from '../../../src/domain/stage-task-filter';
import { readFilter } from '../../../src/emulator/parameters';
import type { Person } from '../../../src/emulator/people';
import {
  stageTasksItem,
  type StageTaskFilter as UpstreamFilter,
} from '../../../src/emulator/stage-task-items';
import type { StageTask, TaskOption } from '../../../src/emulator/stage-tasks';
import { toRequestBody, toUserStageTasks } from '../../../src/feishu/stage-task.mapping';

const PERSON: Person = {
  openId: 'ou_1',
  unionId: 'on_1',
  userId: 'u1',
  peopleAdminId: '61',
  name: { 'zh-CN': '王芳', 'en-US': 'Fang Wang' },
  reportCount: 0,
};
/** What Feishu's page leaves open. (fact 12) */
interface Habits {
  readonly countsFollowFilters: boolean;
  readonly inclusiveBounds: boolean;
  /** Feishu's largest count: it counts 99 for 100. */
  readonly largestCount: number;
}
const HABITS: Habits = { countsFollowFilters: true, inclusiveBounds: false, largestCount: 99 };
/** A group that Feishu may add one day; the emulator has no name for it either. */
const NEW_OPTION = 4 as TaskOption;

function task(option: TaskOption, deadlineMs: number, id = `${option}${deadlineMs}`): StageTask {
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

/** What the gateway reads of the emulator's answer to this filter, pushed down as the gateway does it. */
function upstreamAnswer(
  tasks: readonly StageTask[],
  filter: StageTaskFilter,
  habits: Habits = HABITS,
): UserStageTasks {
  const query = { semesterId: '1', idType: 'OPEN_ID' as const, userIds: ['ou_1'], filter };
  const pushedDown = readFilter({ ...toRequestBody(query) });
  const understood = habits.inclusiveBounds ? withInclusiveBounds(pushedDown) : pushedDown;
  const settings = { taskOptionField: 'task_option_id' as const, ...habits };
  const item = stageTasksItem(PERSON, 'open_id', tasks, understood, settings);
  const answer = toUserStageTasks(PERSON.openId, item, () => undefined);
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

/** Which tasks are left of an unfiltered answer. */
function left(tasks: readonly StageTask[], filter: StageTaskFilter): string[] {
  return narrow(upstreamAnswer(tasks, {}), filter).stageTasks.map(({ stageId }) => stageId);
}

/** Few times, so that deadlines often lie on a bound exactly. */
const timeMs = fc.integer({ min: 1, max: 6 });
const stageTasks = fc.array(fc.tuple(fc.constantFrom<TaskOption>(1, 2, 3, NEW_OPTION), timeMs), {
  maxLength: 7,
});
const filters: fc.Arbitrary<StageTaskFilter> = fc.record(
  {
    options: fc.subarray(['TODO', 'DONE', 'OVERDUE'] as const, { minLength: 1 }),
    deadlineAfterMs: fc.integer({ min: 0, max: 6 }),
    deadlineBeforeMs: fc.integer({ min: 0, max: 7 }),
  },
  { requiredKeys: [], noNullPrototype: true },
);
const habits: fc.Arbitrary<Habits> = fc.record({
  countsFollowFilters: fc.boolean(),
  inclusiveBounds: fc.boolean(),
  largestCount: fc.constantFrom(1, 2, 99),
});
const toTasks = (drawn: readonly (readonly [TaskOption, number])[]) =>
  drawn.map(([option, deadlineMs], i) => task(option, deadlineMs, String(i + 1)));

/** `UNKNOWN` cannot be asked for, so that the emulator has no count of it. */
function countOfUnknown({ stageTasks: shown }: UserStageTasks): StageTaskCount[] {
  const count = shown.filter(({ option }) => option === 'UNKNOWN').length;
  return count > 0 ? [{ option: 'UNKNOWN', count }] : [];
}

describe('the view without a filter', () => {
  it('is what Feishu said, with its own counts, also where it counts 99 for 100', () => {
    const tasks = Array.from({ length: 100 }, (_, i) => task(1, 10, String(i)));
    const answer = upstreamAnswer(tasks, {});
    expect(answer.counts[0]).toEqual({ option: 'TODO', count: 99 });
    expect(narrow(answer, {})).toBe(answer);
  });

  it('has no more rows than Feishu has counted', () => {
    const answer = { ...upstreamAnswer([task(NEW_OPTION, 10)], {}), counts: [] };
    expect(narrow(answer, {})).toBe(answer);
  });
});

describe('the view of a filter', () => {
  it('leaves out tasks that are due at the very bounds', () => {
    const tasks = [task(1, 10, 'at'), task(1, 11, 'just after')];
    expect(left(tasks, { deadlineAfterMs: 10 })).toEqual(['just after']);
    expect(left(tasks, { deadlineBeforeMs: 11 })).toEqual(['at']);
    expect(left(tasks, { deadlineAfterMs: 10, deadlineBeforeMs: 11 })).toEqual([]);
  });

  it('has a task without a deadline only as long as no deadline was asked for', () => {
    const tasks = [task(1, 0, 'whenever'), task(1, 10, 'dated')];
    expect(upstreamAnswer(tasks, {}).stageTasks[0]?.deadline).toBeNull();
    expect(left(tasks, { options: ['TODO'] })).toEqual(['whenever', 'dated']);
    expect(left(tasks, { deadlineAfterMs: 1 })).toEqual(['dated']);
    expect(left(tasks, { deadlineBeforeMs: 11 })).toEqual(['dated']);
  });

  it('counts the tasks that it shows, in a row for each group that can be asked for', () => {
    const whole = upstreamAnswer([task(1, 10), task(1, 20), task(2, 10), task(3, 30)], {});
    expect(narrow(whole, { deadlineBeforeMs: 15 }).counts).toEqual([
      { option: 'TODO', count: 1 },
      { option: 'DONE', count: 1 },
      { option: 'OVERDUE', count: 0 },
    ]);
  });

  it('has these rows whatever Feishu has counted', () => {
    const whole = upstreamAnswer([task(1, 10), task(2, 10)], {});
    const others: StageTaskCount[][] = [
      [],
      [{ option: 'DONE', count: 7 }],
      [{ option: 'UNKNOWN', count: 3 }],
    ];
    for (const counts of others) {
      expect(narrow({ ...whole, counts }, { options: ['DONE'] }).counts).toEqual([
        { option: 'TODO', count: 0 },
        { option: 'DONE', count: 1 },
        { option: 'OVERDUE', count: 0 },
      ]);
    }
  });

  it('counts 100 tasks as 100, where Feishu counts 99', () => {
    const tasks = Array.from({ length: 100 }, (_, i) => task(1, 10, String(i)));
    const whole = upstreamAnswer(tasks, {});
    expect(narrow(whole, { options: ['TODO'] }).counts[0]).toEqual({ option: 'TODO', count: 100 });
  });

  it('has a row of tasks of a group that is new to the gateway only where it shows such tasks', () => {
    const whole = upstreamAnswer([task(NEW_OPTION, 10), task(NEW_OPTION, 20), task(2, 10)], {});
    expect(narrow(whole, { deadlineAfterMs: 10 }).counts).toEqual([
      { option: 'TODO', count: 0 },
      { option: 'DONE', count: 0 },
      { option: 'OVERDUE', count: 0 },
      { option: 'UNKNOWN', count: 1 },
    ]);
    const known = narrow(whole, { options: ['TODO', 'DONE', 'OVERDUE'] }).counts;
    expect(known.map(({ option }) => option)).toEqual(['TODO', 'DONE', 'OVERDUE']);
  });

  it('has a task of a group that is new to the gateway only as long as no groups were asked for', () => {
    const tasks = [task(NEW_OPTION, 10, 'new'), task(2, 10, 'done')];
    expect(upstreamAnswer(tasks, {}).stageTasks[0]?.option).toBe('UNKNOWN');
    expect(left(tasks, { options: ['TODO', 'DONE', 'OVERDUE'] })).toEqual(['done']);
    expect(left(tasks, { deadlineAfterMs: 1 })).toEqual(['new', 'done']);
  });

  it('leaves the shared answer as it was, for the others', () => {
    const whole = upstreamAnswer([task(1, 10), task(2, 20)], {});
    const before = structuredClone(whole);
    narrow(whole, { options: ['DONE'] });
    expect(whole).toEqual(before);
  });

  it('keeps both bounds exclusive where Feishu’s are inclusive', () => {
    const inclusive = { ...HABITS, inclusiveBounds: true };
    const tasks = [task(1, 10, 'at'), task(1, 11, 'within'), task(1, 12, 'at the other')];
    const filter = { deadlineAfterMs: 10, deadlineBeforeMs: 12 };
    const answer = upstreamAnswer(tasks, filter, inclusive);
    expect(answer.stageTasks).toHaveLength(3);
    expect(narrow(answer, filter).stageTasks.map(({ stageId }) => stageId)).toEqual(['within']);
  });
});

describe('whatever Feishu was asked with, and whatever its habits', () => {
  it('a filter shows and counts the same: 100,000 drawn at random', () => {
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
      { numRuns: 100_000 },
    );
  }, 120_000);

  it('no filter shows all that Feishu said, untouched', () => {
    fc.assert(
      fc.property(stageTasks, habits, (drawn, habit) => {
        const answer = upstreamAnswer(toTasks(drawn), {}, habit);
        const before = structuredClone(answer);
        expect(narrow(answer, {})).toBe(answer);
        expect(answer).toEqual(before);
      }),
    );
  });
});
