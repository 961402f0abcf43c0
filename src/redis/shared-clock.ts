/** Between this process's monotonic clock and Redis's, which all replicas share. */
export interface SharedClock {
  readonly nowMs: number;
  /** How far the monotonic clock is ahead of the shared one. */
  readonly aheadMs: number;
}

/** Two replicas' readings of the shared clock differ by less. */
export const SHARED_CLOCK_TOLERANCE_MS = 1_000;
