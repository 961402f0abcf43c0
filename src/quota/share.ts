/** The position of a replica in an order that is the same for all replicas. */
export interface ReplicaRank {
  readonly replicas: number;
  /** Counted from 0. */
  readonly rank: number;
}

/**
 * How many calls of the quota one replica may spend while it is disconnected. All shares add up to the quota,
 * unless there are more replicas than calls: then each gets one.
 */
export function shareOf(quotaCalls: number, { replicas, rank }: ReplicaRank): number {
  const share = Math.floor(quotaCalls / replicas) + (rank < quotaCalls % replicas ? 1 : 0);
  return Math.max(1, share);
}

/**
 * The past calls that count against one replica's share. Each past call, whichever replica made it, counts
 * against exactly one share until it leaves the window. They are assigned from the newest on, so that the
 * result does not depend on old calls that some replicas have forgotten. No replica gets more than its share.
 */
export function assignPastCalls<T>(
  callsOldestFirst: readonly T[],
  { replicas, rank }: ReplicaRank,
): T[] {
  const last = callsOldestFirst.length - 1;
  return callsOldestFirst.filter((_, i) => (last - i) % replicas === rank);
}
