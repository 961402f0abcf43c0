/** Wakes loops that wait for the next change. */
export interface ChangeSignal {
  /** @returns a signal that aborts at the next change */
  readonly next: () => AbortSignal;
  readonly fire: () => void;
  /** Fires after the I/O that is ready now was handled, so that many changes wake a loop once. */
  readonly fireSoon: () => void;
}

/** Passed as the reason, because `abort()` without one creates an error with a stack each time. */
const CHANGED = 'changed';

export function createChangeSignal(): ChangeSignal {
  let change = new AbortController();
  let willFire = false;

  function fire(): void {
    change.abort(CHANGED);
  }

  return {
    next() {
      if (change.signal.aborted) change = new AbortController();
      return change.signal;
    },
    fire,
    fireSoon() {
      if (willFire) return;
      willFire = true;
      setImmediate(() => {
        willFire = false;
        fire();
      });
    },
  };
}
