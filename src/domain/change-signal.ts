/** Wakes loops that wait for the next change. */
export interface ChangeSignal {
  /** @returns a signal that aborts at the next change */
  readonly next: () => AbortSignal;
  readonly fire: () => void;
}

/** Passed as the reason, because `abort()` without one creates an error with a stack each time. */
const CHANGED = 'changed';

export function createChangeSignal(): ChangeSignal {
  let change = new AbortController();
  return {
    next() {
      if (change.signal.aborted) change = new AbortController();
      return change.signal;
    },
    fire() {
      change.abort(CHANGED);
    },
  };
}
