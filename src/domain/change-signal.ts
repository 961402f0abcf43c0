/** Wakes the loop that waits for the next change. */
export interface ChangeSignal {
  /** Aborts at the next change. */
  readonly next: () => AbortSignal;
  readonly fire: () => void;
}

/** Without a reason, an abort would make an error with its stack each time. */
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
