/** Passed as an argument, so that tests of expiry, retry and deadlines need not wait. */
export interface Clock {
  /**
   * Monotonic time in whole milliseconds. Its origin is arbitrary, so only differences are meaningful. Use it
   * for deadlines, pacing, ages and expiry, because it never steps.
   */
  now(): number;
  /**
   * Wall time: Unix time in milliseconds. An operator or NTP may step it at any moment, so use it only for times
   * that are sent to or received from other systems.
   */
  unixMs(): number;
  /** Resolves after `ms`; rejects as soon as the signal aborts. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}
