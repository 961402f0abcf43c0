import type { Settings } from './options';
import type { Person } from './people';
import { integerBetween, type Random, randomFrom, type Seed } from './random';
import type { Semester } from './semesters';
import { type Stage, STAGE_KINDS } from './stages';

/** The tasks of one user in one stage, in one group. */
export interface StageTask {
  readonly stage: Stage;
  readonly option: TaskOption;
  readonly status: StageTaskStatus;
  readonly needTodoCount: number;
  readonly finishedCount: number;
}

export type TaskOption = 1 | 2 | 3;
export type StageTaskStatus = 'need_todo' | 'overdue' | 'all_done' | 'stage_pause';

export const TODO: TaskOption = 1;
export const DONE: TaskOption = 2;
/** Occurs only if the tenant forbids late submission. (fact 5) */
export const OVERDUE: TaskOption = 3;

const OPENS_BEFORE_DEADLINE_MS = 30 * 24 * 60 * 60 * 1000;
const PARTICIPATION_SHARE = 0.96;

/** What tasks depend on in addition to the person and the cycle. */
export interface TaskConditions {
  readonly seed: Seed;
  /** The start of the day for which the progress is computed. */
  readonly todayMs: number;
  readonly lateSubmission: Settings['lateSubmission'];
}

/** A few percent of people do not take part in a cycle. Answers omit them. */
export function participates(seed: Seed, person: Person, semester: Semester): boolean {
  return randomFrom(labelOf('participation', seed, person, semester))() < PARTICIPATION_SHARE;
}

/** Returns all tasks of a participant, at least one, in the order of the stages. */
export function createStageTasks(
  conditions: TaskConditions,
  person: Person,
  semester: Semester,
): readonly StageTask[] {
  const random = randomFrom(labelOf('tasks', conditions.seed, person, semester));
  return semester.stages
    .filter(({ kind }) => person.reportCount > 0 || !STAGE_KINDS[kind].managersOnly)
    .flatMap((stage) =>
      tasksInStage(conditions, stage, workloadOf(stage, person, random), random()),
    );
}

/** @param chance from 0 to 1, decides the progress; most people are on time */
function tasksInStage(
  { todayMs, lateSubmission }: TaskConditions,
  stage: Stage,
  total: number,
  chance: number,
): StageTask[] {
  if (chance < 0.04) return [unfinished(stage, TODO, 'stage_pause', total)];
  if (stage.deadlineMs < todayMs) {
    return [chance < 0.14 ? late(stage, total, lateSubmission) : done(stage, total)];
  }
  const isOpen = stage.deadlineMs - OPENS_BEFORE_DEADLINE_MS < todayMs;
  if (!isOpen || chance < 0.5) return [unfinished(stage, TODO, 'need_todo', total)];
  return chance < 0.75 && total > 1 ? halfDone(stage, total) : [done(stage, total)];
}

/** If late submission is allowed, a task stays to do after its deadline. (fact 5) */
function late(stage: Stage, total: number, lateSubmission: Settings['lateSubmission']): StageTask {
  return lateSubmission === 'allowed'
    ? unfinished(stage, TODO, 'need_todo', total)
    : unfinished(stage, OVERDUE, 'overdue', total);
}

/** Returns one stage in two groups: stage and user together do not identify a task. */
function halfDone(stage: Stage, total: number): StageTask[] {
  const finished = Math.floor(total / 2);
  return [unfinished(stage, TODO, 'need_todo', total - finished), done(stage, finished)];
}

function unfinished(
  stage: Stage,
  option: TaskOption,
  status: StageTaskStatus,
  needTodoCount: number,
): StageTask {
  return { stage, option, status, needTodoCount, finishedCount: 0 };
}

function done(stage: Stage, finishedCount: number): StageTask {
  return { stage, option: DONE, status: 'all_done', needTodoCount: 0, finishedCount };
}

function workloadOf({ kind }: Stage, person: Person, random: Random): number {
  switch (STAGE_KINDS[kind].workload) {
    case 'single':
      return 1;
    case 'peers':
      return integerBetween(random, 2, 6);
    case 'reports':
      return person.reportCount;
  }
}

function labelOf(purpose: string, seed: Seed, person: Person, semester: Semester): string {
  return `${seed}/${purpose}/${semester.id}/${person.openId}`;
}
