import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { narrow, unionOf } from '../../../src/batching/narrowing';
import type { UserStageTasks } from '../../../src/domain/stage-task';
import type { StageTaskFilter } from '../../../src/domain/stage-task-filter';
import { readFilter } from '../../../src/emulator/parameters';
import type { Person } from '../../../src/emulator/people';
import { stageTasksItem } from '../../../src/emulator/stage-task-items';
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
const SETTINGS = { taskOptionField: 'task_option_id' as const, countsFollowFilters: true };
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
function upstreamAnswer(tasks: readonly StageTask[], filter: StageTaskFilter): UserStageTasks {
  const query = { semesterId: '1', idType: 'OPEN_ID' as const, userIds: ['ou_1'], filter };
  const pushedDown = readFilter({ ...toRequestBody(query) });
  const item = stageTasksItem(PERSON, 'open_id', tasks, pushedDown, SETTINGS);
  const answer = toUserStageTasks(PERSON.openId, item, () => undefined);
  if (!answer)
    throw new Error("the emulator's answer: expected it to be readable, got one that is not");
  return answer;
}

/** Which tasks are left of an unfiltered answer. */
function left(tasks: readonly StageTask[], filter: StageTaskFilter): string[] {
  return narrow(upstreamAnswer(tasks, {}), {}, filter).stageTasks.map(({ stageId }) => stageId);
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
const someFilters = fc.array(filters, { minLength: 1, maxLength: 4 });
const toTasks = (drawn: readonly (readonly [TaskOption, number])[]) =>
  drawn.map(([option, deadlineMs], i) => task(option, deadlineMs, String(i + 1)));

describe('the view of a caller who asked for less than the call did', () => {
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

  it('counts only what is left, and keeps the groups that have become empty', () => {
    const whole = upstreamAnswer([task(1, 10), task(1, 20), task(2, 10), task(3, 30)], {});
    expect(narrow(whole, {}, { deadlineBeforeMs: 15 }).counts).toEqual([
      { option: 'TODO', count: 1 },
      { option: 'DONE', count: 1 },
      { option: 'OVERDUE', count: 0 },
    ]);
  });

  it('has a task of a group that is new to the gateway only as long as no groups were asked for', () => {
    const tasks = [task(NEW_OPTION, 10, 'new'), task(2, 10, 'done')];
    expect(upstreamAnswer(tasks, {}).stageTasks[0]?.option).toBe('UNKNOWN');
    expect(left(tasks, { options: ['TODO', 'DONE', 'OVERDUE'] })).toEqual(['done']);
    expect(left(tasks, { deadlineAfterMs: 1 })).toEqual(['new', 'done']);
  });

  it('is what upstream said, untouched, where the call asked for just this', () => {
    // Upstream may count more than it lists: 100 tasks are counted as 99.
    const answer = {
      ...upstreamAnswer([task(1, 10)], {}),
      counts: [{ option: 'TODO' as const, count: 99 }],
    };
    expect(narrow(answer, { options: ['TODO'] }, { options: ['TODO'] })).toBe(answer);
  });

  it('leaves the shared answer as it was, for the others', () => {
    const whole = upstreamAnswer([task(1, 10), task(2, 20)], {});
    const before = structuredClone(whole);
    narrow(whole, {}, { options: ['DONE'] });
    expect(whole).toEqual(before);
  });

  it('is what upstream would have answered to the narrower question: 100,000 drawn at random', () => {
    // Compared without `expect`, which alone would take most of the time.
    fc.assert(
      fc.property(stageTasks, someFilters, fc.nat(3), (drawn, wanted, pick) => {
        const tasks = toTasks(drawn);
        const mine = wanted[pick % wanted.length] ?? {};
        const pushedDown = upstreamAnswer(tasks, mine);
        // A call may ask for everything, or for all that several callers want.
        return [{}, unionOf(wanted)].every((asked) =>
          isDeepStrictEqual(narrow(upstreamAnswer(tasks, asked), asked, mine), pushedDown),
        );
      }),
      { numRuns: 100_000 },
    );
  }, 120_000);
});

describe('the filter of a call that several callers share', () => {
  it('asks for the groups of all, and for none in particular as soon as one caller does', () => {
    expect(unionOf([{ options: ['DONE'] }, { options: ['TODO', 'DONE'] }])).toEqual({
      options: ['TODO', 'DONE'],
    });
    expect(unionOf([{ options: ['DONE'] }, {}])).toEqual({});
  });

  it('has the wider bound of each side, and no bound where one caller has none', () => {
    const narrower = { deadlineAfterMs: 5, deadlineBeforeMs: 6 };
    expect(unionOf([narrower, { deadlineAfterMs: 2, deadlineBeforeMs: 9 }])).toEqual({
      deadlineAfterMs: 2,
      deadlineBeforeMs: 9,
    });
    expect(unionOf([narrower, { deadlineAfterMs: 2 }])).toEqual({ deadlineAfterMs: 2 });
    expect(unionOf([{ deadlineAfterMs: 5 }, { deadlineBeforeMs: 6 }])).toEqual({});
  });

  it('keeps a bound of 0, which is a bound', () => {
    expect(unionOf([{ deadlineAfterMs: 0 }, { deadlineAfterMs: 3 }])).toEqual({
      deadlineAfterMs: 0,
    });
  });

  it('is the caller’s own where there is one only', () => {
    fc.assert(
      fc.property(filters, (filter) => {
        expect(unionOf([filter])).toEqual(filter);
      }),
    );
  });

  it('does not depend on who came first, or on how often somebody asks the same', () => {
    fc.assert(
      fc.property(someFilters, (wanted) => {
        expect(unionOf([...wanted].reverse())).toEqual(unionOf(wanted));
        expect(unionOf([...wanted, ...wanted])).toEqual(unionOf(wanted));
      }),
      { numRuns: 1_000 },
    );
  });

  it('never drops a task that one of them asked for', () => {
    fc.assert(
      fc.property(stageTasks, someFilters, (drawn, wanted) => {
        const tasks = toTasks(drawn);
        const shared = upstreamAnswer(tasks, unionOf(wanted)).stageTasks;
        for (const filter of wanted) {
          expect(shared).toEqual(
            expect.arrayContaining([...upstreamAnswer(tasks, filter).stageTasks]),
          );
        }
      }),
      { numRuns: 5_000 },
    );
  });
});
