/** Converts between this process's monotonic clock and Redis's clock, which all replicas share. */
export interface SharedClock {
  readonly nowMs: number;
  /** How far the monotonic clock is ahead of the shared one. */
  readonly aheadMs: number;
}

/** Readings of the shared clock by two replicas differ by less than this. */
export const SHARED_CLOCK_TOLERANCE_MS = 1_000;
