/** Allows a limited number of events in each minute. The minute starts with its first event. */
export interface FixedWindow {
  /** Counts one event. False: the limit of this minute is reached. */
  take(): boolean;
}

const MINUTE_MS = 60_000;

export function createFixedWindow(perMinute: number, nowMs: () => number): FixedWindow {
  let startedAtMs = -Infinity;
  let taken = 0;
  return {
    take() {
      if (nowMs() - startedAtMs >= MINUTE_MS) {
        startedAtMs = nowMs();
        taken = 0;
      }
      taken += 1;
      return taken <= perMinute;
    },
  };
}
