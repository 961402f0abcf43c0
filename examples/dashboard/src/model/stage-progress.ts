import type { Bilingual } from './directory';
import { isDone, type KnownPerson, type Task } from './team-tasks';

/** How far one person is in one stage, the most urgent first. */
export const STAGE_STATES = ['overdue', 'todo', 'paused', 'unknown', 'done'] as const;
export type StageState = (typeof STAGE_STATES)[number];

export interface StageProgress {
  readonly stageId: string;
  readonly name: Bilingual | null;
  readonly deadline: string | null;
  /** The number of people in each state. */
  readonly people: Readonly<Record<StageState, number>>;
  /** The people who have a task in the stage. */
  readonly total: number;
}

export function stateOf(task: Task): StageState {
  if (isDone(task)) return 'done';
  if (task.isOverdue === true) return 'overdue';
  if (task.status === 'STAGE_PAUSE') return 'paused';
  return task.option === 'TODO' ? 'todo' : 'unknown';
}

/** The stages in the order of their deadlines. A person counts once in each, with the most urgent state. */
export function stageProgress(known: readonly KnownPerson[]): StageProgress[] {
  const stages = new Map<string, { task: Task; states: Map<string, StageState> }>();
  for (const { id, tasks } of known) {
    for (const task of tasks.stageTasks) {
      const stage = stages.get(task.stageId) ?? { task, states: new Map<string, StageState>() };
      stages.set(task.stageId, stage);
      stage.states.set(id, mostUrgent(stateOf(task), stage.states.get(id)));
    }
  }
  return [...stages]
    .map(([stageId, { task, states }]) => countPeople(stageId, task, [...states.values()]))
    .sort((a, b) => compareDeadlines(a.deadline, b.deadline));
}

function countPeople(stageId: string, task: Task, states: readonly StageState[]): StageProgress {
  const count = (state: StageState) => states.filter((one) => one === state).length;
  const people = Object.fromEntries(STAGE_STATES.map((state) => [state, count(state)]));
  return {
    stageId,
    name: task.name,
    deadline: task.deadline,
    people: people as Record<StageState, number>,
    total: states.length,
  };
}

function mostUrgent(one: StageState, other: StageState = 'done'): StageState {
  return STAGE_STATES.indexOf(one) < STAGE_STATES.indexOf(other) ? one : other;
}

/** Orders deadlines; a missing one is last. */
export function compareDeadlines(one: string | null, other: string | null): number {
  const [a, b] = [one, other].map((deadline) =>
    deadline === null ? Infinity : Date.parse(deadline),
  );
  return a === b ? 0 : (a ?? 0) - (b ?? 0);
}
