/** The properties of an operation that decide when its next parts are completed. */
export interface Queued {
  /** The operation's number in the order of their start. */
  readonly number: number;
  /** How many groups of parts are completed. */
  readonly completed: number;
}

/** Decides which operation completes its next group of parts. */
export interface TurnOrder<T extends Queued> {
  add(operation: T): void;
  /** Removes and returns the next operation. */
  next(): T | undefined;
}

/** An answer with this many completed groups counts as large. */
const GROUPS_OF_SMALL = 10;

/**
 * Large answers are completed one after the other, because each is held in memory until it is complete.
 * Every second group is one of a small answer, so that small answers do not wait for large ones. Small answers
 * alternate.
 */
export function createTurnOrder<T extends Queued>(): TurnOrder<T> {
  const small: T[] = [];
  /** In the order of their start. */
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
