/** How long an answer as a whole may be kept: as long as its part that spoils first. */
export interface CachePolicy {
  /** Told of each part; on the monotonic clock, `-Infinity` for what may not be kept at all. */
  restrict(untilMs: number): void;
  /** `-Infinity` while no part is known. */
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
