import { GatewayError } from '../domain/errors';
import { createGroup, type Group } from './turn-group';
import { createTurnOrder } from './turn-order';

/** How long the answer of an operation is worth completing. */
export interface OperationLife {
  /** Aborts when the client has disconnected, and at the deadline. */
  readonly signal: AbortSignal;
  /** On the clock of the turns. */
  readonly deadlineAtMs: number;
}

/** The parts of one operation's answer, which are completed one after the other. */
export interface OperationTurns {
  /**
   * Resolves when the next part may be completed; `undefined`: now. Rejects once the operation is over, so
   * that an answer that no client waits for is not completed.
   */
  next(): Promise<void> | undefined;
  /** Calls back when no part waits: all that the parts of this level ask for is known by then. */
  afterParts(callback: () => void): void;
}

interface Operation {
  readonly number: number;
  readonly life: OperationLife;
  /** In the order in which they are completed. */
  readonly groups: Group[];
  /** Of `groups`, how many have had their turn. */
  taken: number;
  completed: number;
  readonly afterwards: (() => void)[];
}

/** A small answer is completed without a pause. */
const PARTS_AT_ONCE = 10;
/** A part may be a single field, whose turn would cost more than the field. */
const PARTS_PER_GROUP = 10;
/** What was loaded by the deadline is still completed, beside errors for the rest. */
const GRACE_MS = 1_000;
/** How long parts are completed before other requests have their turn of the event loop. */
const MAX_TURN_MS = 10;

/**
 * Shares the event loop between the answers of one process. graphql-js completes everything that is
 * loaded in one go, promise after promise, while nothing else happens. With turns, the parts of large
 * answers wait, and each turn of the event loop completes parts for some milliseconds only.
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

/** @returns adds an operation, of which a group waits that is its first one */
function createQueue(nowMs: () => number): (operation: Operation) => void {
  const order = createTurnOrder<Operation>();
  let isRunning = false;
  let turnEndsMs = 0;

  function startTurn(): void {
    turnEndsMs = nowMs() + MAX_TURN_MS;
    completeGroup();
  }

  function completeGroup(): void {
    const operation = order.next();
    isRunning = operation !== undefined;
    if (!operation) return;
    const error = errorOfEnd(operation.life, nowMs());
    if (error) abandon(operation, error);
    else operation.groups[operation.taken++]?.start();
    operation.completed += 1;
    afterMicrotasks(() => {
      // The parts that were completed may have added others.
      if (isWaiting(operation)) order.add(operation);
      else end(operation);
      if (nowMs() < turnEndsMs) completeGroup();
      else setImmediate(startTurn);
    });
  }

  return (operation) => {
    order.add(operation);
    if (isRunning) return;
    isRunning = true;
    setImmediate(startTurn);
  };
}

function isWaiting({ groups, taken }: Operation): boolean {
  return taken < groups.length;
}

/** Until further parts come. */
function end(operation: Operation): void {
  operation.groups.length = 0;
  operation.taken = 0;
  for (const callback of operation.afterwards.splice(0)) callback();
}

function abandon(operation: Operation, error: Error): void {
  for (const group of operation.groups.slice(operation.taken)) group.abandon(error);
  operation.taken = operation.groups.length;
}

/** Why the answer is not completed further, if it is not. */
function errorOfEnd({ signal, deadlineAtMs }: OperationLife, nowMs: number): Error | undefined {
  if (!signal.aborted) return undefined;
  const isLate = (signal.reason as Error | undefined)?.name === 'TimeoutError';
  if (isLate && nowMs < deadlineAtMs + GRACE_MS) return undefined;
  const message = isLate
    ? 'The answer could not be completed in time.'
    : 'The client disconnected before the answer was complete.';
  return new GatewayError('UPSTREAM_TIMEOUT', message);
}

/** A tick that a microtask asks for comes after all other microtasks. */
function afterMicrotasks(callback: () => void): void {
  void Promise.resolve().then(() => {
    process.nextTick(callback);
  });
}
