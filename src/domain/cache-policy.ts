/** How long a response may be cached: until its first part expires. */
export interface CachePolicy {
  /** Adds a part of the response. `untilMs` is on the monotonic clock; `-Infinity` forbids caching. */
  restrict(untilMs: number): void;
  /** When the response expires, on the monotonic clock; `-Infinity` if no part was added. */
  untilMs(): number;
}

export function createCachePolicy(): CachePolicy {
  let earliestMs = Infinity;
  return {
    restrict(untilMs) {
      earliestMs = Math.min(earliestMs, untilMs);
    },
    untilMs: () => (earliestMs === Infinity ? -Infinity : earliestMs),
  };
}
