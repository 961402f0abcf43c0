/** Which of the replicas this one is, in an order that all of them see alike. */
export interface Place {
  readonly replicas: number;
  /** From 0 on. */
  readonly rank: number;
}

/**
 * What one replica may spend of a quota while it cannot speak to the others. All shares together are the
 * quota exactly; only where there are more replicas than calls does each have one all the same.
 */
export function shareOf(quotaCalls: number, { replicas, rank }: Place): number {
  const share = Math.floor(quotaCalls / replicas) + (rank < quotaCalls % replicas ? 1 : 0);
  return Math.max(1, share);
}

/**
 * The calls that have been made before count too, whichever replica made them: each of them weighs on the share of
 * one replica, and on no other, until it has left the window. Dealt out from the newest on, so that it does
 * not matter which of the oldest a replica has forgotten already; no replica gets more of them than its share.
 */
export function inherit<T>(callsOldestFirst: readonly T[], { replicas, rank }: Place): T[] {
  const last = callsOldestFirst.length - 1;
  return callsOldestFirst.filter((_, i) => (last - i) % replicas === rank);
}
