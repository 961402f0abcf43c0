/** How long an answer may be used. 0 and 0: never, the cache is off. */
export interface Lifetimes {
  /** So long an answer is as good as new. */
  readonly freshMs: number;
  /** So long, counted from the answer too, it is better than none. At least `freshMs`. */
  readonly staleMs: number;
}

/** `fresh`: answer with it. `stale`: answer with it, and ask again when there is room. `expired`: ask. */
export type Freshness = 'fresh' | 'stale' | 'expired';

/** @param maxAgeMs what the caller still accepts; it may be stricter than the rules, never laxer */
export function freshnessOf(
  ageMs: number,
  { freshMs, staleMs }: Lifetimes,
  maxAgeMs = Infinity,
): Freshness {
  if (ageMs > maxAgeMs) return 'expired';
  if (ageMs < freshMs) return 'fresh';
  return ageMs < Math.max(freshMs, staleMs) ? 'stale' : 'expired';
}
