import { dequal } from 'dequal/lite';
import type { StageTask } from '../domain/stage-task';
import { createSharedTasks } from './shared-tasks';
import { toCounts, toStageTask, type PartReaders, type ReadPart } from './stage-task.mapping';
import type { UnreadableKind } from './unreadable';
import type { StageNumWire, StageTaskInfoWire } from './wire/stage-task.wire';

/** Of each kind. A task takes about 1 KB. */
const MAX_PARTS = 2_000;
/** Users of a stage have it in this many states. */
const MAX_PARTS_OF_A_GROUP = 32;

interface KnownPart<T> {
  readonly received: unknown;
  readonly value: T;
}

/** Returns the same for equal parts, and something else for most others. */
type GroupOf = (received: unknown) => unknown;

/**
 * Reads equal parts of answers once: many users have equal tasks and counts, and decoding them would take most of
 * the time of an answer.
 */
export function createPartReaders(): PartReaders {
  const shareTask = createSharedTasks();
  const readTask: ReadPart<StageTask> = (received, note) => {
    const task = toStageTask(received, note);
    // What was received may differ only in fields that the gateway does not read.
    return task && shareTask(task);
  };
  return { counts: readOnce(toCounts, numbersOf), task: readOnce(readTask, stageIdOf) };
}

const stageIdOf: GroupOf = (received) =>
  (received as Partial<StageTaskInfoWire> | null | undefined)?.stage_id;

const numbersOf: GroupOf = (received) =>
  Array.isArray(received) ? received.map(numberOf).join() : undefined;

function numberOf(count: Partial<StageNumWire> | null): number | '' {
  const number = count?.stage_num;
  return typeof number === 'number' ? number : '';
}

/** Values that are nested too deep for the stack count as different. */
function isSame(one: unknown, other: unknown): boolean {
  try {
    return dequal(one, other);
  } catch {
    return false;
  }
}

/** A part of which anything is unusable is read each time, so that it is noted for each answer. */
function readOnce<T extends object>(read: ReadPart<T>, groupOf: GroupOf): ReadPart<T> {
  const groups = new Map<unknown, KnownPart<T>[]>();
  let parts = 0;

  function keep(group: unknown, part: KnownPart<T>): void {
    parts += 1;
    if (parts > MAX_PARTS) {
      groups.clear();
      parts = 1;
    }
    const known = groups.get(group);
    if (!known) groups.set(group, [part]);
    else if (known.push(part) > MAX_PARTS_OF_A_GROUP) {
      known.shift();
      parts -= 1;
    }
  }

  return (received, note) => {
    const group = groupOf(received);
    const known = groups.get(group)?.find((part) => isSame(part.received, received));
    if (known) return known.value;
    const unusable: UnreadableKind[] = [];
    const value = read(received, (kind) => {
      unusable.push(kind);
      note(kind);
    });
    if (value && unusable.length === 0) keep(group, { received, value });
    return value;
  };
}
