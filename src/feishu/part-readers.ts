import type { StageTask } from '../domain/stage-task';
import { createSharedTasks } from './shared-tasks';
import { toCounts, toStageTask, type PartReaders, type ReadPart } from './stage-task.mapping';
import type { UnreadableKind } from './unreadable';

/** Of the JSON of all known parts of a kind. A task takes about 400. */
const MAX_CHARACTERS = 2_000_000;
const MAX_CHARACTERS_OF_A_PART = 4_000;

/**
 * Reads equal parts of answers once: many users have equal tasks and counts, and decoding them would take most of
 * the time of an answer.
 */
export function createPartReaders(): PartReaders {
  const shareTask = createSharedTasks();
  const readTask: ReadPart<StageTask> = (received, note) => {
    const task = toStageTask(received, note);
    return task && shareTask(task);
  };
  return { counts: readOnce(toCounts), task: readOnce(readTask) };
}

/** A part of which anything is unusable is read each time, so that it is noted for each answer. */
function readOnce<T extends object>(read: ReadPart<T>): ReadPart<T> {
  const known = new Map<string, T>();
  let characters = 0;

  function keep(json: string, value: T): void {
    if (json.length > MAX_CHARACTERS_OF_A_PART) return;
    characters += json.length;
    if (characters > MAX_CHARACTERS) {
      known.clear();
      characters = json.length;
    }
    known.set(json, value);
  }

  return (received, note) => {
    const json = JSON.stringify(received ?? null);
    const present = known.get(json);
    if (present) return present;
    const unusable: UnreadableKind[] = [];
    const value = read(received, (kind) => {
      unusable.push(kind);
      note(kind);
    });
    if (value && unusable.length === 0) keep(json, value);
    return value;
  };
}
