/** How long a cached answer may be used. With 0 and 0, the cache is off. */
export interface Lifetimes {
  /** The age up to which an answer is used without a refresh. */
  readonly freshMs: number;
  /** The age up to which an answer is used while it is refreshed. Less than `freshMs` counts as `freshMs`. */
  readonly staleMs: number;
}

/** `fresh`: use it. `stale`: use it, and refresh it in the background. `expired`: ask Feishu. */
export type Freshness = 'fresh' | 'stale' | 'expired';

/** @param maxAgeMs the oldest answer that the operation accepts; it can only shorten the lifetimes */
export function freshnessOf(
  ageMs: number,
  { freshMs, staleMs }: Lifetimes,
  maxAgeMs = Infinity,
): Freshness {
  if (ageMs > maxAgeMs) return 'expired';
  if (ageMs < freshMs) return 'fresh';
  return ageMs < Math.max(freshMs, staleMs) ? 'stale' : 'expired';
}
