/** Time as an argument, so that expiry, retry and deadlines can be tested without waiting. */
export interface Clock {
  /** Unix time in milliseconds. */
  now(): number;
  /** Ends after `ms`; rejects as soon as the signal aborts. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}
