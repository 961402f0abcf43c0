import { createTurns, type OperationTurns } from '../../src/loading/turns';

/** Of an operation that no client leaves, and that has all the time. */
export function createEndlessTurns(): OperationTurns {
  const { signal } = new AbortController();
  return createTurns(() => performance.now())({ signal, deadlineAtMs: Infinity });
}
