/** A load of requests for one user each. */
export interface Workload {
  readonly name: string;
  readonly requestsPerMinute: number;
  /** Additional requests that arrive all at once, once a minute. */
  readonly burst?: number;
  readonly minutes?: number;
}

const MINUTE_MS = 60_000;

/** Returns Poisson arrivals in milliseconds, oldest first. The same seed gives the same times. */
export function arrivalsOf(
  { requestsPerMinute, burst, minutes = 30 }: Workload,
  seed: number,
): number[] {
  const random = seededRandom(seed);
  const durationMs = minutes * MINUTE_MS;
  const timesMs: number[] = [];
  const meanGapMs = MINUTE_MS / requestsPerMinute;
  for (let atMs = 0; ;) {
    atMs += -Math.log(1 - random()) * meanGapMs;
    if (atMs > durationMs) break;
    timesMs.push(atMs);
  }
  for (let atMs = MINUTE_MS / 2; burst !== undefined && atMs < durationMs; atMs += MINUTE_MS) {
    for (let i = 0; i < burst; i += 1) timesMs.push(atMs);
  }
  return timesMs.sort((a, b) => a - b);
}

/** Mulberry32, a generator with one 32-bit number as its state. */
function seededRandom(seed: number): () => number {
  let state = (seed * 0x9e3779b9) >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
