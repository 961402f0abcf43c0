import type { StageTask } from '../domain/stage-task';

/** Returns each task of one user once. Different tasks of the same stage and group get an ordinal. */
export function distinguish(tasks: readonly StageTask[]): StageTask[] {
  // The usual case: comparing whole tasks costs more than all other decoding of an answer.
  const stageIds = new Set(tasks.map(({ stageId }) => stageId));
  if (stageIds.size === tasks.length) return [...tasks];
  return numberRepeats(withoutRepeats(tasks));
}

/** Tasks with equal fields are the same task. */
function withoutRepeats(tasks: readonly StageTask[]): StageTask[] {
  return [...new Map(tasks.map((task) => [JSON.stringify(task), task])).values()];
}

function numberRepeats(tasks: readonly StageTask[]): StageTask[] {
  const seen = new Map<string, number>();
  return tasks.map((task) => {
    const key = JSON.stringify([task.stageId, task.option]);
    const ordinal = (seen.get(key) ?? 0) + 1;
    seen.set(key, ordinal);
    return ordinal === 1 ? task : { ...task, ordinal };
  });
}
