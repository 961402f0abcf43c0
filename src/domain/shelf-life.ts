/** How long an answer as a whole may be kept: as long as its part that spoils first. */
export interface ShelfLife {
  /** Told of each part; on the monotonic clock, `-Infinity` for what may not be kept at all. */
  atMost(untilMs: number): void;
  /** `-Infinity` while no part is known. */
  untilMs(): number;
}

export function createShelfLife(): ShelfLife {
  let earliestMs = Infinity;
  return {
    atMost(untilMs) {
      earliestMs = Math.min(earliestMs, untilMs);
    },
    untilMs: () => (earliestMs === Infinity ? -Infinity : earliestMs),
  };
}
