let due: (() => void)[] = [];

/**
 * Calls back at the end of this turn of the event loop. Answers that are known at once are sent then, one after the
 * other: the first one wakes a client on the same machine, such as a proxy, which takes the kernel longer than the
 * rest of a small answer takes the gateway. See docs/decisions/0021-fast-path.md.
 * @param callback must not throw
 */
export function atEndOfTurn(callback: () => void): void {
  if (due.push(callback) === 1) setImmediate(endTurn);
}

/** Calls back now. Long work at the end of a turn calls this first, so that small answers do not wait for it. */
export function endTurn(): void {
  const callbacks = due;
  due = [];
  for (const callback of callbacks) callback();
}
