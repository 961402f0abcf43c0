import fc from 'fast-check';
import { narrow } from '../../../src/domain/narrow';
import type { StageTaskCount } from '../../../src/domain/stage-task';
import type { StageTaskFilter } from '../../../src/domain/stage-task-filter';
import type { StageTask } from '../../../src/emulator/stage-tasks';
import {
  HABITS,
  NEW_OPTION,
  checkFilterShowsTheSame,
  habits,
  stageTasks,
  task,
  toTasks,
  upstreamAnswer,
} from '../../support/filtered-answers';

/** Which tasks are left of an unfiltered answer. */
function left(tasks: readonly StageTask[], filter: StageTaskFilter): string[] {
  return narrow(upstreamAnswer(tasks, {}), filter).stageTasks.map(({ stageId }) => stageId);
}

describe('an answer without a filter', () => {
  test('is Feishu’s own, with its own counts, even where it counts 99 for 100', () => {
    const tasks = Array.from({ length: 100 }, (_, i) => task(1, 10, String(i)));
    const answer = upstreamAnswer(tasks, {});
    expect(answer.counts[0]).toEqual({ option: 'TODO', count: 99 });
    expect(narrow(answer, {})).toBe(answer);
  });

  test('has only the rows that Feishu has counted', () => {
    const answer = { ...upstreamAnswer([task(NEW_OPTION, 10)], {}), counts: [] };
    expect(narrow(answer, {})).toBe(answer);
  });
});

describe('an answer under a filter', () => {
  test('leaves out tasks that are due at a bound', () => {
    const tasks = [task(1, 10, 'at'), task(1, 11, 'just after')];
    expect(left(tasks, { deadlineAfterMs: 10 })).toEqual(['just after']);
    expect(left(tasks, { deadlineBeforeMs: 11 })).toEqual(['at']);
    expect(left(tasks, { deadlineAfterMs: 10, deadlineBeforeMs: 11 })).toEqual([]);
  });

  test('has a task without a deadline only when it has no bound', () => {
    const tasks = [task(1, 0, 'whenever'), task(1, 10, 'dated')];
    expect(upstreamAnswer(tasks, {}).stageTasks[0]?.deadline).toBeNull();
    expect(left(tasks, { options: ['TODO'] })).toEqual(['whenever', 'dated']);
    expect(left(tasks, { deadlineAfterMs: 1 })).toEqual(['dated']);
    expect(left(tasks, { deadlineBeforeMs: 11 })).toEqual(['dated']);
  });

  test('counts the tasks that it shows, with a row for each group that a filter can name', () => {
    const whole = upstreamAnswer([task(1, 10), task(1, 20), task(2, 10), task(3, 30)], {});
    expect(narrow(whole, { deadlineBeforeMs: 15 }).counts).toEqual([
      { option: 'TODO', count: 1 },
      { option: 'DONE', count: 1 },
      { option: 'OVERDUE', count: 0 },
    ]);
  });

  test('has these rows for any counts of Feishu', () => {
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

  test('counts 100 tasks as 100, where Feishu counts 99', () => {
    const tasks = Array.from({ length: 100 }, (_, i) => task(1, 10, String(i)));
    const whole = upstreamAnswer(tasks, {});
    expect(narrow(whole, { options: ['TODO'] }).counts[0]).toEqual({ option: 'TODO', count: 100 });
  });

  test('has a row for an unknown group only when it shows such tasks', () => {
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

  test('has a task of an unknown group only when it names no groups', () => {
    const tasks = [task(NEW_OPTION, 10, 'new'), task(2, 10, 'done')];
    expect(upstreamAnswer(tasks, {}).stageTasks[0]?.option).toBe('UNKNOWN');
    expect(left(tasks, { options: ['TODO', 'DONE', 'OVERDUE'] })).toEqual(['done']);
    expect(left(tasks, { deadlineAfterMs: 1 })).toEqual(['new', 'done']);
  });

  test('leaves the shared answer unchanged', () => {
    const whole = upstreamAnswer([task(1, 10), task(2, 20)], {});
    const before = structuredClone(whole);
    narrow(whole, { options: ['DONE'] });
    expect(whole).toEqual(before);
  });

  test('keeps its bounds exclusive when Feishu’s are inclusive', () => {
    const inclusive = { ...HABITS, inclusiveBounds: true };
    const tasks = [task(1, 10, 'at'), task(1, 11, 'within'), task(1, 12, 'at the other')];
    const filter = { deadlineAfterMs: 10, deadlineBeforeMs: 12 };
    const answer = upstreamAnswer(tasks, filter, inclusive);
    expect(answer.stageTasks).toHaveLength(3);
    expect(narrow(answer, filter).stageTasks.map(({ stageId }) => stageId)).toEqual(['within']);
  });
});

describe('for any filter that Feishu was asked with, and any of its habits,', () => {
  // test/properties/narrow.test.ts draws 100,000.
  test('a filter shows and counts the same: 2,000 drawn at random', () => {
    checkFilterShowsTheSame(2_000);
  });

  test('no filter returns Feishu’s answer unchanged', () => {
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
