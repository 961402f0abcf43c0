import { createGroup } from './turn-group';
import {
  afterMicrotasks,
  createTurnQueue,
  isWaiting,
  type OperationLife,
  type TurnOperation,
} from './turn-queue';

export type { OperationLife };

/**
 * The parts of one operation's answer, which are completed one after the other. A part is one loaded field value
 * or one list item of the answer.
 */
export interface OperationTurns {
  /**
   * Resolves when the next part may be completed; `undefined`: now. Rejects after the operation has ended, so
   * that no work is spent on an answer that no client waits for.
   * @param weight less than 1 for a part that is completed faster than usual
   */
  next(weight?: number): Promise<void> | undefined;
  /** Calls back when no part waits. By then, all parts of this query level have started their loads. */
  afterParts(callback: () => void): void;
}

/** The first parts of an answer need no turn, so that small answers are completed without a pause. */
const PARTS_AT_ONCE = 10;
/** Parts share a turn, because a part may be a single field, which costs less than a turn. */
const PARTS_PER_GROUP = 10;

/**
 * Shares the event loop between the answers of one process. By itself, graphql-js completes all loaded data
 * in consecutive microtasks, which block the event loop. With turns, the parts of large answers wait in groups.
 * Each turn completes one group. Turns follow each other in slices of about `SLICE_MS`.
 * @param nowMs any clock in milliseconds
 */
export function createTurns(nowMs: () => number): (life: OperationLife) => OperationTurns {
  const enqueue = createTurnQueue(nowMs);
  let operations = 0;

  return (life) => {
    operations += 1;
    const operation: TurnOperation = {
      number: operations,
      life,
      groups: [],
      taken: 0,
      completed: 0,
      afterwards: [],
    };
    let parts = 0;
    return {
      next(weight = 1) {
        parts += weight;
        if (parts <= PARTS_AT_ONCE) return undefined;
        const last = isWaiting(operation) ? operation.groups.at(-1) : undefined;
        if (last && last.parts < PARTS_PER_GROUP) {
          last.parts += weight;
          return last.turn;
        }
        const group = createGroup(weight);
        if (operation.groups.push(group) === 1) enqueue(operation);
        return group.turn;
      },
      afterParts(callback) {
        afterMicrotasks(() => {
          if (operation.groups.length === 0) callback();
          else operation.afterwards.push(callback);
        });
      },
    };
  };
}
