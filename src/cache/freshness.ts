/** How long an answer may be used. 0 and 0: never, the cache is off. */
export interface Lifetimes {
  /** How long an answer is used without asking again. */
  readonly freshMs: number;
  /** How long, counted from the answer too, it is used where no newer one is there in time. At least `freshMs`. */
  readonly staleMs: number;
}

/** `fresh`: answer with it. `stale`: answer with it, and ask again when there is room. `expired`: ask. */
export type Freshness = 'fresh' | 'stale' | 'expired';

/** @param maxAgeMs what the operation still accepts; it may be stricter than the rules, never laxer */
export function freshnessOf(
  ageMs: number,
  { freshMs, staleMs }: Lifetimes,
  maxAgeMs = Infinity,
): Freshness {
  if (ageMs > maxAgeMs) return 'expired';
  if (ageMs < freshMs) return 'fresh';
  return ageMs < Math.max(freshMs, staleMs) ? 'stale' : 'expired';
}
