import fc from 'fast-check';
import { dayInChina } from '../../../src/emulator/china-calendar';
import { startEmulator } from '../../../src/emulator/emulator';
import { createSemesters, type Semester } from '../../../src/emulator/semesters';
import type { StageTask } from '../../../src/emulator/stage-tasks';
import type { Tenant } from '../../../src/emulator/tenant';
import { createTenants } from '../../../src/emulator/tenants';
import { at, runningSemester } from './raw-client';

const DAY_MS = 24 * 60 * 60 * 1000;
const FIRST_DAY_MS = Date.parse('2023-12-31T00:00:00+08:00');
const LAST_DAY_MS = Date.parse('2033-01-02T00:00:00+08:00');
/** The IDs of the cycles of seed 1, oldest first; docs/quick-start.md asks for the last one. */
const HALF_YEAR_IDS = ['7568856988874746730', '7977273167681809279', '7406841555196582732'];

const STATUSES = {
  over: ['all_done', 'overdue', 'stage_pause'],
  open: ['all_done', 'half', 'need_todo', 'stage_pause'],
  later: ['need_todo', 'stage_pause'],
};

const instants = fc.integer({ min: FIRST_DAY_MS, max: LAST_DAY_MS + DAY_MS - 1 });

const semestersAt = (timeMs: number) => createSemesters(1, dayInChina(timeMs));
const tenantAt = (timeMs: number, seed = 1) =>
  createTenants({
    ...{ seed, now: () => timeMs, lateSubmission: 'forbidden', tenants: 1, people: 2_000 },
  }).first;

/** Beijing's calendar and clock, such as `2026-11-23 23:59:59`. */
function inChina(timeMs: number): string {
  return new Date(timeMs + 8 * 60 * 60 * 1000).toISOString().slice(0, 19).replace('T', ' ');
}

function stateOf({ startTimeMs, endTimeMs }: Semester, nowMs: number): string {
  if (endTimeMs < nowMs) return 'ended';
  return startTimeMs <= nowMs ? 'running' : 'not begun';
}

function phaseOf(deadlineMs: number, nowMs: number): 'over' | 'open' | 'later' {
  if (deadlineMs < nowMs) return 'over';
  return deadlineMs < nowMs + 30 * DAY_MS ? 'open' : 'later';
}

/** Half-years since the year 0; not a number for a cycle that starts within a half-year. */
function halfYearOf({ startTimeMs }: Semester): number {
  const [, year, month] = /^(\d{4})-(01|07)-01 00:00:00$/.exec(inChina(startTimeMs)) ?? [];
  return Number(year) * 2 + Number(month === '07');
}

/** Each distinct description of the moments, with the first moment that it fits. */
function everyDay(
  describe: (semesters: readonly Semester[], nowMs: number) => string,
): Record<string, string> {
  const firstSeen: Record<string, string> = {};
  for (const { nowMs, semesters } of MOMENTS) {
    firstSeen[describe(semesters, nowMs)] ??= inChina(nowMs);
  }
  return firstSeen;
}

/** The first and the last millisecond of each day. */
const MOMENTS = Array.from({ length: (LAST_DAY_MS - FIRST_DAY_MS) / DAY_MS + 1 }, (_, day) => {
  const dayMs = FIRST_DAY_MS + day * DAY_MS;
  return [dayMs, dayMs + DAY_MS - 1].map((nowMs) => ({ nowMs, semesters: semestersAt(nowMs) }));
}).flat();
/** The first of them as `everyDay` names it. */
const FIRST_MOMENT = inChina(FIRST_DAY_MS);

/** The tasks of each person as a line of text, without dates. */
function undatedTasks({ people, semesters, tasksOf }: Tenant): string[] {
  const undated = ({ stage, ...progress }: StageTask) => [stage.id, progress];
  return people.map((person) =>
    JSON.stringify(semesters.map((semester) => tasksOf(person, semester)?.map(undated))),
  );
}

/** The statuses that occur in each stage of the running cycle, with `half` for a stage that is half done. */
function statusesByStage({ people, semesters, tasksOf }: Tenant): Map<number, Set<string>> {
  const running = at(semesters, semesters.length - 1);
  const found = new Map(running.stages.map(({ deadlineMs }) => [deadlineMs, new Set<string>()]));
  for (const person of people) {
    const tasks = tasksOf(person, running) ?? [];
    for (const { stage, status } of tasks) {
      const isHalf = tasks.filter((task) => task.stage.id === stage.id).length > 1;
      found.get(stage.deadlineMs)?.add(isHalf ? 'half' : status);
    }
  }
  return found;
}

describe('the emulator on every day of every year', () => {
  test('has cycles that have ended, that are running and that have not begun', () => {
    const seen = everyDay((semesters, nowMs) =>
      semesters.map((semester) => stateOf(semester, nowMs)).join(),
    );
    expect(seen).toEqual({
      'ended,running,running,not begun,ended,ended,running': FIRST_MOMENT,
    });
  });

  test('has stages of the running cycle that are over, due this month and due later', () => {
    const seen = everyDay((semesters, nowMs) =>
      at(semesters, semesters.length - 1)
        .stages.map(({ deadlineMs }) => phaseOf(deadlineMs, nowMs))
        .join(),
    );
    expect(seen).toEqual({ 'over,over,over,open,open,later,later': FIRST_MOMENT });
  });

  test('keeps deadlines in their cycle, at the end of a day in China, in the order of the stages', () => {
    const seen = everyDay((semesters) =>
      semesters
        .map(({ startTimeMs, stages, endTimeMs }) => {
          const timesMs = [startTimeMs, ...stages.map(({ deadlineMs }) => deadlineMs), endTimeMs];
          const isSorted = timesMs.every((timeMs, i) => timeMs >= (timesMs[i - 1] ?? -Infinity));
          const clocks = new Set(timesMs.slice(1).map((timeMs) => inChina(timeMs).slice(11)));
          return `${isSorted ? 'sorted' : 'unsorted'} ${[...clocks].join()}`;
        })
        .join(),
    );
    const sorted = Array<string>(7).fill('sorted 23:59:59').join();
    expect(seen).toEqual({ [sorted]: FIRST_MOMENT });
  });

  test('names consecutive cycles after the half-years that they start with', () => {
    const seen = everyDay((all) => {
      const semesters = all.filter(({ typeGroup }) => typeGroup === 'Semi-annual');
      const halves = semesters.map(halfYearOf);
      const isNamed = semesters.every(({ name, year, type }, i) => {
        const [half = 0, isSecond] = [halves[i], type === 'H2'];
        const zh = `${year} 年${isSecond ? '下' : '上'}半年绩效评估`;
        return (
          half === year * 2 + Number(isSecond) &&
          name['zh-CN'] === zh &&
          name['en-US'] === `${year} ${type} Performance Review`
        );
      });
      const steps = halves.map((half) => half - (halves[0] ?? 0));
      return `${isNamed ? 'named' : 'misnamed'} ${steps.join()}`;
    });
    expect(seen).toEqual({ 'named 0,1,2': FIRST_MOMENT });
  });

  test('has the same IDs of cycles, stages and people', () => {
    const idsOf = (semesters: readonly Semester[]) =>
      semesters.flatMap(({ id, stages }) => [id, ...stages.map((stage) => stage.id)]).join();
    expect(everyDay(idsOf)).toEqual({ [idsOf(semestersAt(FIRST_DAY_MS))]: FIRST_MOMENT });
    expect(
      semestersAt(LAST_DAY_MS)
        .slice(-3)
        .map(({ id }) => id),
    ).toEqual(HALF_YEAR_IDS);
    expect(tenantAt(FIRST_DAY_MS).people).toEqual(tenantAt(LAST_DAY_MS).people);
  });

  test('gives every person the same tasks with the same counts and statuses', () => {
    const expected = [1, 7].map((seed) => undatedTasks(tenantAt(FIRST_DAY_MS, seed)));
    fc.assert(
      fc.property(instants, fc.constantFrom(0, 1), (nowMs, index) => {
        const tasks = undatedTasks(tenantAt(nowMs, index === 0 ? 1 : 7));
        const changed = tasks.filter((text, person) => text !== expected[index]?.[person]);
        expect(changed.slice(0, 3)).toEqual([]);
      }),
      { numRuns: 8 },
    );
  });

  test('has overdue tasks in stages that are over, open ones in stages of this month, and untouched ones later', () => {
    fc.assert(
      fc.property(instants, (nowMs) => {
        for (const [deadlineMs, statuses] of statusesByStage(tenantAt(nowMs))) {
          expect([...statuses].sort()).toEqual(STATUSES[phaseOf(deadlineMs, nowMs)]);
        }
      }),
      { numRuns: 8 },
    );
  });
});

describe('a running emulator', () => {
  test('keeps its dates after midnight, when a new emulator has those of the next day', async () => {
    let nowMs = Date.parse('2028-02-28T23:59:59.999+08:00');
    const before = await startEmulator({ now: () => nowMs });
    const shown = JSON.stringify(before.semesters);
    nowMs += 1;
    const after = await startEmulator({ now: () => nowMs });
    expect(JSON.stringify(before.semesters)).toBe(shown);
    const deadlines = [before, after].map((emulator) =>
      runningSemester(emulator).stages.map(({ deadlineMs }) => deadlineMs),
    );
    expect(deadlines[1]).toEqual(deadlines[0]?.map((deadlineMs) => deadlineMs + DAY_MS));
    await Promise.all([before.close(), after.close()]);
  });
});
