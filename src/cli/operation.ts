import type { Clock } from '../domain/clock';
import type { OperationContext } from '../domain/operation-context';

/** An operation of the command line, which ends at its deadline. */
export function createOperation(clock: Pick<Clock, 'now'>, timeoutMs: number): OperationContext {
  const signal = AbortSignal.timeout(timeoutMs);
  return {
    end: signal,
    signal,
    background: false,
    leavesReserve: true,
    deadlineAtMs: clock.now() + timeoutMs,
    onCall: () => undefined,
  };
}
