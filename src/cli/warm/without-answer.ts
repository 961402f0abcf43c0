import { userKeysIn, type BatchScope } from '../../batching/scope';
import type { SnapshotCache } from '../../cache/snapshot-cache';

/**
 * The users without an answer that is young enough, in order.
 * @param cache reads the answers of all replicas
 */
export async function withoutAnswer(
  cache: Pick<SnapshotCache, 'getMany'>,
  scope: BatchScope,
  userIds: readonly string[],
  sinceMs: number,
): Promise<string[]> {
  const known = await cache.getMany(userIds.map(userKeysIn(scope)), sinceMs);
  return userIds.filter((_, i) => (known[i]?.fetchedAtMs ?? -Infinity) < sinceMs);
}
