import type { OperationContext } from '../../src/domain/operation-context';

export const DEADLINE_MS = 15_000;

/** An operation of a client that starts at 0 ms and does not end by itself. */
export function createOperation(overrides: Partial<OperationContext> = {}): OperationContext {
  const { signal } = new AbortController();
  return {
    end: overrides.signal ?? signal,
    signal,
    deadlineAtMs: DEADLINE_MS,
    onCall: () => undefined,
    background: false,
    leavesReserve: false,
    ...overrides,
  };
}
