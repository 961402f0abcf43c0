/** An operation, as far as it decides when its next parts are completed. */
export interface Queued {
  /** Operations are numbered as they begin. */
  readonly number: number;
  /** Groups of parts that have been completed. */
  readonly completed: number;
}

/** Which operation is next to have parts of its answer completed. */
export interface TurnOrder<T extends Queued> {
  add(operation: T): void;
  /** Takes the operation out. */
  next(): T | undefined;
}

/** From then on an answer counts as large. */
const GROUPS_OF_SMALL = 10;

/**
 * Large answers are completed one after the other: each is held in memory until it is whole. Every second
 * turn is for small ones, which take turns among themselves, so that they do not wait for large ones.
 */
export function createTurnOrder<T extends Queued>(): TurnOrder<T> {
  const small: T[] = [];
  /** The one that began first is first. */
  const large: T[] = [];
  let isLargeNext = false;

  return {
    add(operation) {
      if (operation.completed < GROUPS_OF_SMALL) {
        small.push(operation);
        return;
      }
      const later = large.findIndex(({ number }) => number > operation.number);
      large.splice(later < 0 ? large.length : later, 0, operation);
    },
    next() {
      isLargeNext = !isLargeNext;
      return isLargeNext ? (large.shift() ?? small.shift()) : (small.shift() ?? large.shift());
    },
  };
}
