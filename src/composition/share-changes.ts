import type { SnapshotCache } from '../cache/snapshot-cache';
import type { ChangeFeed, Entry } from '../changes/change-feed';
import { createReplicaChanges } from '../changes/replica-changes';
import type { Clock } from '../domain/clock';
import { createChannel, type SharedState } from './shared-state';

/**
 * Connects the feeds of all replicas.
 * @returns tells other replicas of answers that they can read; does nothing if replicas share none
 */
export function shareChanges(
  feed: ChangeFeed,
  cache: SnapshotCache,
  sharedState: SharedState | undefined,
  clock: Clock,
): (entries: readonly Entry[]) => Promise<void> {
  const channel = createChannel('changes', sharedState, clock);
  if (!sharedState || !channel) return () => Promise.resolve();
  const replicas = createReplicaChanges({ feed, channel, cache, clock });
  sharedState.link.onConnected(replicas.catchUp);
  return replicas.announce;
}
