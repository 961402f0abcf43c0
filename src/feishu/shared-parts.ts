import { LRUCache } from 'lru-cache';
import type { LocalizedText } from '../domain/localized-text';
import type { StageTask, StageTaskCount } from '../domain/stage-task';

/** All stages of several cycles, and all lists of counts that users have. */
const MAX_STAGES = 500;
const MAX_COUNTS = 1_000;
/** Users of a stage have it in this many states. Together with the stages, about 4 MB. */
const MAX_STATES = 32;

/** Returns an equal part that another user has too, if there is one. */
export interface SharedParts {
  counts(counts: readonly StageTaskCount[]): readonly StageTaskCount[];
  task(task: StageTask): StageTask;
}

/**
 * Keeps equal tasks and equal lists of counts once: many users of a stage have equal ones, and the cache holds all of
 * them. A cached user with five tasks takes about a fifth of the memory then (`npm run bench:memory`).
 */
export function createSharedParts(): SharedParts {
  const allCounts = new LRUCache<string, readonly StageTaskCount[]>({ max: MAX_COUNTS });
  /** The latest different tasks of each stage, the oldest first. */
  const stages = new LRUCache<string, StageTask[]>({ max: MAX_STAGES });

  return {
    counts(counts) {
      const key = counts.map(({ option, count }) => `${option} ${count}`).join();
      const known = allCounts.get(key);
      if (!known) allCounts.set(key, counts);
      return known ?? counts;
    },
    task(task) {
      const states = stages.get(task.stageId);
      if (!states) {
        stages.set(task.stageId, [task]);
        return task;
      }
      const known = states.find((other) => isEqual(other, task));
      if (known) return known;
      const kept = withFieldsOf(task, states);
      states.push(kept);
      if (states.length > MAX_STATES) states.shift();
      return kept;
    },
  };
}

/** Compares numbers first, because they differ most often. The stage is the same. */
function isEqual(one: StageTask, other: StageTask): boolean {
  return (
    one.finishedCount === other.finishedCount &&
    one.needTodoCount === other.needTodoCount &&
    one.status === other.status &&
    one.option === other.option &&
    one.ordinal === other.ordinal &&
    one.jumpUrl === other.jumpUrl &&
    isSameTime(one.deadline, other.deadline) &&
    isSameText(one.name, other.name)
  );
}

/** Tasks of a stage that differ, e.g. in their links, usually have the same name and deadline. */
function withFieldsOf(task: StageTask, [other]: readonly StageTask[]): StageTask {
  if (!other) return task;
  return {
    ...task,
    stageId: other.stageId,
    name: isSameText(task.name, other.name) ? other.name : task.name,
    deadline: isSameTime(task.deadline, other.deadline) ? other.deadline : task.deadline,
  };
}

function isSameTime(one: Date | null, other: Date | null): boolean {
  return one?.getTime() === other?.getTime();
}

function isSameText(one: LocalizedText | null, other: LocalizedText | null): boolean {
  return one?.zhCN === other?.zhCN && one?.enUS === other?.enUS;
}
