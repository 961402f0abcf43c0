import { endTurn } from '../domain/end-of-turn';
import { GatewayError } from '../domain/errors';
import type { WaitingGroups } from './turn-group';
import { createTurnOrder } from './turn-order';

/** Until when the answer of an operation is worth completing. */
export interface OperationLife {
  /** Aborts when the client disconnects, and at the deadline. */
  readonly signal: AbortSignal;
  /** On the clock that `createTurns` uses. */
  readonly deadlineAtMs: number;
}

/** An operation whose parts wait for their turns. */
export interface TurnOperation {
  readonly number: number;
  readonly life: OperationLife;
  readonly groups: WaitingGroups;
  /** Whether a group of it is being completed, which may add further parts. */
  hasTurn: boolean;
  completed: number;
  readonly afterwards: (() => void)[];
}

/** How long after the deadline loaded data is still completed. The rest of the answer is errors. */
const GRACE_MS = 1_000;
/** How long a slice is: the event loop completes parts for this time before it handles other work. */
const SLICE_MS = 10;

/** @returns a function that adds an operation when its first group begins to wait */
export function createTurnQueue(nowMs: () => number): (operation: TurnOperation) => void {
  const order = createTurnOrder<TurnOperation>();
  let isRunning = false;
  let sliceEndsMs = 0;

  function startSlice(): void {
    endTurn();
    sliceEndsMs = nowMs() + SLICE_MS;
    completeGroup();
  }

  function completeGroup(): void {
    const operation = order.next();
    isRunning = operation !== undefined;
    if (!operation) return;
    const error = endError(operation.life, nowMs());
    if (error) abandon(operation, error);
    else operation.groups.take()?.start();
    operation.completed += 1;
    operation.hasTurn = true;
    afterMicrotasks(() => {
      operation.hasTurn = false;
      // Completed parts may have added further parts.
      if (operation.groups.isEmpty()) finishLevel(operation);
      else order.add(operation);
      if (nowMs() < sliceEndsMs) completeGroup();
      else setImmediate(startSlice);
    });
  }

  return (operation) => {
    order.add(operation);
    if (isRunning) return;
    isRunning = true;
    setImmediate(startSlice);
  };
}

/** Calls back, since no part waits. Further parts may follow. */
function finishLevel({ afterwards }: TurnOperation): void {
  for (const callback of afterwards.splice(0)) callback();
}

function abandon({ groups }: TurnOperation, error: Error): void {
  for (let group = groups.take(); group; group = groups.take()) group.abandon(error);
}

/** Why the answer is not completed further; `undefined` if it is. */
function endError({ signal, deadlineAtMs }: OperationLife, nowMs: number): Error | undefined {
  if (!signal.aborted) return undefined;
  const isLate = (signal.reason as Error | undefined)?.name === 'TimeoutError';
  if (isLate && nowMs < deadlineAtMs + GRACE_MS) return undefined;
  const message = isLate
    ? 'The answer could not be completed in time.'
    : 'The client disconnected before the answer was complete.';
  return new GatewayError('UPSTREAM_TIMEOUT', message);
}

/** Node runs a tick that is queued in a microtask after all other microtasks. */
export function afterMicrotasks(callback: () => void): void {
  void Promise.resolve().then(() => {
    process.nextTick(callback);
  });
}
