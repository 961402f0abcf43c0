import { type BilingualText, bilingual } from './bilingual-text';
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

/** The tenant's three cycles, oldest first: two have ended, the third is running. */
export function createSemesters(seed: number): readonly Semester[] {
  return SEMESTER_PLANS.map((plan) => createSemester(seed, plan));
}

function createSemester(seed: number, plan: SemesterPlan): Semester {
  const label = `${seed}/semester/${plan.year}/${plan.type}`;
  const id = `7${digitsFrom(label, 18)}`;
  const startTimeMs = startOfDayMs(plan.firstDay);
  return {
    id,
    name: semesterName(plan),
    year: plan.year,
    typeGroup: 'Semi-annual',
    type: plan.type,
    progress: 'enabled',
    startTimeMs,
    endTimeMs: endOfDayMs(plan.lastDay),
    createTimeMs: startTimeMs,
    modifyTimeMs: startTimeMs,
    stages: createStages(label, id, plan),
  };
}

function semesterName({ year, type }: SemesterPlan): BilingualText {
  const name = TYPE_NAMES[type];
  return bilingual(
    `${year} 年${name['zh-CN']}绩效评估`,
    `${year} ${name['en-US']} Performance Review`,
  );
}

function createStages(label: string, semesterId: string, plan: SemesterPlan): Stage[] {
  return stageKinds().flatMap((kind) => {
    const dueDay = plan.deadlines[kind];
    if (dueDay === undefined) return [];
    const id = `7${digitsFrom(`${label}/stage/${kind}`, 18)}`;
    const { name, page } = STAGE_KINDS[kind];
    const jumpUrl = `https://performance.example.com/perf/${page}/${semesterId}/${id}`;
    return [{ id, kind, name, deadlineMs: endOfDayMs(dueDay), jumpUrl }];
  });
}

function stageKinds(): StageKind[] {
  return Object.keys(STAGE_KINDS) as StageKind[];
}

/** The tenant sits in China, which has one time zone and no summer time. */
function startOfDayMs(day: string): number {
  return Date.parse(`${day}T00:00:00.000+08:00`);
}

function endOfDayMs(day: string): number {
  return Date.parse(`${day}T23:59:59.000+08:00`);
}
