import type { BilingualText } from './bilingual-text';
import {
  endOfDayMs,
  firstDayOfMonth,
  lastDayOfMonth,
  monthOf,
  startOfDayMs,
} from './china-calendar';
import { digitsFrom, type Seed } from './random';
import { periodOf } from './semester-periods';
import { SEMESTER_PLANS, type SemesterPlan } from './semester-plans';
import { type Stage, STAGE_KINDS, type StageKind } from './stages';

/** A review cycle. All times are Unix times in milliseconds. */
export interface Semester {
  /** 19 digits, the first of them a 7. */
  readonly id: string;
  readonly name: BilingualText;
  readonly year: number;
  /** As Feishu writes it. */
  readonly typeGroup: string;
  /** As Feishu writes it. */
  readonly type: string;
  readonly progress: 'initiating' | 'enabled';
  readonly startTimeMs: number;
  readonly endTimeMs: number;
  readonly createTimeMs: number;
  readonly modifyTimeMs: number;
  readonly stages: readonly Stage[];
}

/** Returns the tenant's cycles on this day in China. The running half-year is the last one. */
export function createSemesters(seed: Seed, today: number): readonly Semester[] {
  return SEMESTER_PLANS.map((plan) => createSemester(seed, plan, today));
}

function createSemester(seed: Seed, plan: SemesterPlan, today: number): Semester {
  const label = `${seed}/semester/${plan.label}`;
  const id = `7${digitsFrom(label, 18)}`;
  const { firstMonth, ...period } = periodOf(plan, monthOf(today));
  const startTimeMs = startOfDayMs(firstDayOfMonth(firstMonth));
  return {
    id,
    ...period,
    progress: plan.progress,
    startTimeMs,
    endTimeMs: endOfDayMs(lastDayOf(plan, today)),
    createTimeMs: startTimeMs,
    modifyTimeMs: startTimeMs,
    stages: createStages(label, id, plan, today),
  };
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
