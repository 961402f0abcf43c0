import { type BilingualText, bilingual } from './bilingual-text';
import {
  endOfDayMs,
  firstDayOfHalfYear,
  halfYearBefore,
  lastDayOfMonth,
  startOfDayMs,
} from './china-calendar';
import { digitsFrom } from './random';
import { SEMESTER_PLANS, type SemesterPlan } from './semester-plans';
import { type Stage, STAGE_KINDS, type StageKind } from './stages';

/** A review cycle. All times are Unix times in milliseconds. */
export interface Semester {
  /** 19 digits, the first of them a 7. */
  readonly id: string;
  readonly name: BilingualText;
  readonly year: number;
  readonly typeGroup: 'Semi-annual';
  readonly type: 'H1' | 'H2';
  readonly progress: 'initiating' | 'enabled';
  readonly startTimeMs: number;
  readonly endTimeMs: number;
  readonly createTimeMs: number;
  readonly modifyTimeMs: number;
  readonly stages: readonly Stage[];
}

const TYPE_NAMES = { H1: bilingual('上半年', 'H1'), H2: bilingual('下半年', 'H2') };

/**
 * A half-year is reviewed at its end and afterwards. With a delay of two months the previous cycle has
 * ended on any day, and no deadline is before the start of its cycle.
 */
const REVIEW_DELAY_MONTHS = 2;

/** Returns the tenant's three cycles on this day in China, oldest first. */
export function createSemesters(seed: number, today: number): readonly Semester[] {
  return SEMESTER_PLANS.map((plan) => createSemester(seed, plan, today));
}

function createSemester(seed: number, plan: SemesterPlan, today: number): Semester {
  const label = `${seed}/semester/${plan.label}`;
  const id = `7${digitsFrom(label, 18)}`;
  const halfYear = halfYearBefore(today, REVIEW_DELAY_MONTHS) - plan.halfYearsAgo;
  const startTimeMs = startOfDayMs(firstDayOfHalfYear(halfYear));
  return {
    id,
    ...nameOf(halfYear),
    typeGroup: 'Semi-annual',
    progress: 'enabled',
    startTimeMs,
    endTimeMs: endOfDayMs(lastDayOf(plan, today)),
    createTimeMs: startTimeMs,
    modifyTimeMs: startTimeMs,
    stages: createStages(label, id, plan, today),
  };
}

function nameOf(halfYear: number): Pick<Semester, 'name' | 'year' | 'type'> {
  const year = Math.floor(halfYear / 2);
  const type = halfYear % 2 === 0 ? 'H1' : 'H2';
  const name = bilingual(
    `${year} 年${TYPE_NAMES[type]['zh-CN']}绩效评估`,
    `${year} ${TYPE_NAMES[type]['en-US']} Performance Review`,
  );
  return { name, year, type };
}

/** A cycle ends with the month of its last deadline. */
function lastDayOf({ dueInDays }: SemesterPlan, today: number): number {
  return lastDayOfMonth(today + Math.max(...Object.values(dueInDays)));
}

function createStages(
  label: string,
  semesterId: string,
  plan: SemesterPlan,
  today: number,
): Stage[] {
  return stageKinds().flatMap((kind) => {
    const dueInDays = plan.dueInDays[kind];
    if (dueInDays === undefined) return [];
    const id = `7${digitsFrom(`${label}/stage/${kind}`, 18)}`;
    const { name, page } = STAGE_KINDS[kind];
    const jumpUrl = `https://performance.example.com/perf/${page}/${semesterId}/${id}`;
    return [{ id, kind, name, deadlineMs: endOfDayMs(today + dueInDays), jumpUrl }];
  });
}

function stageKinds(): StageKind[] {
  return Object.keys(STAGE_KINDS) as StageKind[];
}
