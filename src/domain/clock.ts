/** Time as an argument, so that expiry, retry and deadlines can be tested without waiting. */
export interface Clock {
  /**
   * Monotonic, whole milliseconds since no particular moment: only differences mean anything. Deadlines,
   * pacing, ages and expiry run on it, since it never steps.
   */
  now(): number;
  /**
   * Wall time: Unix time in milliseconds. An operator or NTP may step it at any moment, so that it is only
   * for what leaves the process or comes from outside.
   */
  unixMs(): number;
  /** Ends after `ms`; rejects as soon as the signal aborts. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}
