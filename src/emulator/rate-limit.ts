/** A sliding window that counts calls. */
export interface RateLimiter {
  /** The calls that fit in any window. */
  readonly calls: number;
  /** Counts a call, even if the window is full. */
  count(): void;
  /** Returns the seconds until the next call fits, possibly a fraction; 0 if one fits now. */
  secondsUntilRoom(): number;
}

/**
 * Allows at most `calls` calls in any `windowSeconds`. Feishu does not document the shape of its window; this
 * is the strictest of the possible ones. (fact 12)
 * @param now the Unix time in milliseconds
 */
export function createRateLimiter(
  calls: number,
  windowSeconds: number,
  now: () => number,
): RateLimiter {
  const windowMs = windowSeconds * 1000;
  /** Oldest first. */
  const timesMs: number[] = [];

  function dropOldCalls(): void {
    const windowStartMs = now() - windowMs;
    while ((timesMs[0] ?? Infinity) <= windowStartMs) timesMs.shift();
  }

  return {
    calls,
    count() {
      timesMs.push(now());
    },
    secondsUntilRoom() {
      dropOldCalls();
      const nextToExpireMs = timesMs.at(-calls);
      return nextToExpireMs === undefined ? 0 : (nextToExpireMs + windowMs - now()) / 1000;
    },
  };
}
