import type { StageTask } from '../domain/stage-task';

/** Each task of one user once, and different ones of the same stage and group told apart by a number. */
export function distinguish(tasks: readonly StageTask[]): StageTask[] {
  return numberRepeats(withoutRepeats(tasks));
}

/** A task that comes twice, with the same fields, is one task. */
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
