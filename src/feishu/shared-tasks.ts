import { LRUCache } from 'lru-cache';
import type { LocalizedText } from '../domain/localized-text';
import type { StageTask } from '../domain/stage-task';

/** All stages of several cycles. */
const MAX_STAGES = 500;
/** Users of a stage have it in this many states. Together with the stages, about 4 MB. */
const MAX_STATES = 32;

/** Returns an equal task that another user has too, if there is one. */
export type ShareTask = (task: StageTask) => StageTask;

/**
 * Keeps equal tasks once: many users of a stage have equal ones, and the cache holds all of them. A cached user with
 * five tasks takes about a fifth of the memory then (`npm run bench:memory`).
 */
export function createSharedTasks(): ShareTask {
  /** The latest different tasks of each stage, the oldest first. */
  const stages = new LRUCache<string, StageTask[]>({ max: MAX_STAGES });

  return (task) => {
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
  };
}

/** Compares numbers first, because they differ most often. The stage is the same. */
function isEqual(one: StageTask, other: StageTask): boolean {
  return (
    one.finishedCount === other.finishedCount &&
    one.needTodoCount === other.needTodoCount &&
    one.status === other.status &&
    one.option === other.option &&
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
