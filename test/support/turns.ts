import { createTurns, type OperationTurns } from '../../src/loading/turns';

/** An operation whose client never disconnects and that has no deadline. */
export function createEndlessTurns(): OperationTurns {
  const { signal } = new AbortController();
  return createTurns(() => performance.now())({ signal, deadlineAtMs: Infinity });
}
