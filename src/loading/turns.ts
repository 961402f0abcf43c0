import { createWaitingGroups } from './turn-group';
import {
  afterMicrotasks,
  createTurnQueue,
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
   * @param depth how deep in the answer the part is
   */
  next(weight?: number, depth?: number): Promise<void> | undefined;
  /** Calls back when no part waits. By then, all parts of this query level have started their loads. */
  afterParts(callback: () => void): void;
}

/** The first parts of an answer need no turn, so that small answers are completed without a pause. */
const PARTS_AT_ONCE = 10;

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
      groups: createWaitingGroups(),
      hasTurn: false,
      completed: 0,
      afterwards: [],
    };
    let parts = 0;
    return {
      next(weight = 1, depth = 0) {
        parts += weight;
        if (parts <= PARTS_AT_ONCE) return undefined;
        const { groups } = operation;
        const isFirst = groups.isEmpty() && !operation.hasTurn;
        const turn = groups.add(weight, depth);
        if (isFirst) enqueue(operation);
        return turn;
      },
      afterParts(callback) {
        afterMicrotasks(() => {
          if (operation.groups.isEmpty() && !operation.hasTurn) callback();
          else operation.afterwards.push(callback);
        });
      },
    };
  };
}
