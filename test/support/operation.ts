import type { OperationContext } from '../../src/domain/operation-context';

export const DEADLINE_MS = 15_000;

/** An operation of a client, from the start of the clock; it never ends by itself. */
export function createOperation(overrides: Partial<OperationContext> = {}): OperationContext {
  return {
    signal: new AbortController().signal,
    deadlineAtMs: DEADLINE_MS,
    onCall: () => undefined,
    background: false,
    leavesReserve: false,
    ...overrides,
  };
}
