import { GatewayError } from '../domain/errors';
import { createGroup, type Group } from './turn-group';
import { createTurnOrder } from './turn-order';

/** Until when the answer of an operation is worth completing. */
export interface OperationLife {
  /** Aborts when the client disconnects, and at the deadline. */
  readonly signal: AbortSignal;
  /** On the clock that `createTurns` uses. */
  readonly deadlineAtMs: number;
}

/**
 * The parts of one operation's answer, which are completed one after the other. A part is one loaded field value
 * or one list item of the answer.
 */
export interface OperationTurns {
  /**
   * Resolves when the next part may be completed; `undefined`: now. Rejects after the operation has ended, so
   * that no work is spent on an answer that no client waits for.
   */
  next(): Promise<void> | undefined;
  /** Calls back when no part waits. By then, all parts of this query level have started their loads. */
  afterParts(callback: () => void): void;
}

interface Operation {
  readonly number: number;
  readonly life: OperationLife;
  /** In the order of their turns. */
  readonly groups: Group[];
  /** How many of `groups` have had their turn. */
  taken: number;
  completed: number;
  readonly afterwards: (() => void)[];
}

/** The first parts of an answer need no turn, so that small answers are completed without a pause. */
const PARTS_AT_ONCE = 10;
/** Parts share a turn, because a part may be a single field, which costs less than a turn. */
const PARTS_PER_GROUP = 10;
/** How long after the deadline loaded data is still completed. The rest of the answer is errors. */
const GRACE_MS = 1_000;
/** How long a slice is: the event loop completes parts for this time before it handles other work. */
const SLICE_MS = 10;

/**
 * Shares the event loop between the answers of one process. By itself, graphql-js completes all loaded data
 * in consecutive microtasks, which block the event loop. With turns, the parts of large answers wait in groups.
 * Each turn completes one group. Turns follow each other in slices of about `SLICE_MS`.
 * @param nowMs any clock in milliseconds
 */
export function createTurns(nowMs: () => number): (life: OperationLife) => OperationTurns {
  const enqueue = createQueue(nowMs);
  let operations = 0;

  return (life) => {
    operations += 1;
    const operation: Operation = {
      number: operations,
      life,
      groups: [],
      taken: 0,
      completed: 0,
      afterwards: [],
    };
    let parts = 0;
    return {
      next() {
        parts += 1;
        if (parts <= PARTS_AT_ONCE) return undefined;
        const last = isWaiting(operation) ? operation.groups.at(-1) : undefined;
        if (last && last.parts < PARTS_PER_GROUP) {
          last.parts += 1;
          return last.turn;
        }
        const group = createGroup();
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

/** @returns a function that adds an operation when its first group begins to wait */
function createQueue(nowMs: () => number): (operation: Operation) => void {
  const order = createTurnOrder<Operation>();
  let isRunning = false;
  let sliceEndsMs = 0;

  function startSlice(): void {
    sliceEndsMs = nowMs() + SLICE_MS;
    completeGroup();
  }

  function completeGroup(): void {
    const operation = order.next();
    isRunning = operation !== undefined;
    if (!operation) return;
    const error = endError(operation.life, nowMs());
    if (error) abandon(operation, error);
    else operation.groups[operation.taken++]?.start();
    operation.completed += 1;
    afterMicrotasks(() => {
      // Completed parts may have added further parts.
      if (isWaiting(operation)) order.add(operation);
      else finishLevel(operation);
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

function isWaiting({ groups, taken }: Operation): boolean {
  return taken < groups.length;
}

/** Resets the operation and calls back, since no part waits. Further parts may follow. */
function finishLevel(operation: Operation): void {
  operation.groups.length = 0;
  operation.taken = 0;
  for (const callback of operation.afterwards.splice(0)) callback();
}

function abandon(operation: Operation, error: Error): void {
  for (const group of operation.groups.slice(operation.taken)) group.abandon(error);
  operation.taken = operation.groups.length;
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
function afterMicrotasks(callback: () => void): void {
  void Promise.resolve().then(() => {
    process.nextTick(callback);
  });
}
