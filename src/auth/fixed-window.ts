/** So many in a minute, and no more. */
export interface Budget {
  /** False: used up for this minute. */
  take(): boolean;
}

const MINUTE_MS = 60_000;

export function createFixedWindow(perMinute: number, nowMs: () => number): Budget {
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
