import { LRUCache } from 'lru-cache';
import type { FairRoom, RoomMember } from './fair-room';
import type { Snapshot, SnapshotCache } from './snapshot-cache';

export interface MemoryCacheOptions {
  /** The maximum number of answers. The least recently used ones are evicted first. */
  readonly maxUsers: number;
  /** Returns the same text for all keys of a user. */
  readonly userOf: (key: string) => string;
}

/** A cache that shares its room. Call `leave` when it is no longer used. */
export interface SharingCache extends SnapshotCache {
  readonly leave: () => void;
}

/** Enough for several years of cycles, or the filters of many pages. */
export const MAX_ANSWERS_PER_USER = 64;

/**
 * The cache of one process. Entries do not expire: the reader decides which age it accepts. The number of answers
 * per user is limited, so that a person with many different requests evicts only their own answers.
 */
export function createMemoryCache({ maxUsers, userOf }: MemoryCacheOptions): SnapshotCache {
  // With `max`, the memory for all answers is allocated at once.
  return createCache({ max: maxUsers }, userOf, () => undefined);
}

/** A cache of one process that shares the room for answers with others. Otherwise as `createMemoryCache`. */
export function createSharingCache(
  room: FairRoom,
  { maxUsers, userOf }: MemoryCacheOptions,
): SharingCache {
  const size = { maxSize: maxUsers, sizeCalculation: () => 1 };
  const cache = createCache(size, userOf, room.makeRoom);
  return { ...cache, leave: room.join(cache) };
}

function createCache(
  size: LRUCache.Options<string, Snapshot, unknown>,
  userOf: MemoryCacheOptions['userOf'],
  onAdded: () => void,
): SnapshotCache & RoomMember {
  /** The keys of each user, oldest first. */
  const keysByUser = new Map<string, string[]>();
  const snapshots = new LRUCache<string, Snapshot>({
    ...size,
    dispose(_, key, reason) {
      if (reason !== 'set') forgetKey(key);
    },
  });

  function forgetKey(key: string): void {
    const user = userOf(key);
    const remaining = keysByUser.get(user)?.filter((other) => other !== key) ?? [];
    if (remaining.length > 0) keysByUser.set(user, remaining);
    else keysByUser.delete(user);
  }

  function add(key: string, snapshot: Snapshot): void {
    const user = userOf(key);
    const keys = keysByUser.get(user);
    // Most users have one key. An empty array that grows takes room for 17.
    if (keys) keys.push(key);
    else keysByUser.set(user, [key]);
    const [oldest] = keys ?? [];
    if (keys && oldest !== undefined && keys.length > MAX_ANSWERS_PER_USER)
      snapshots.delete(oldest);
    snapshots.set(key, snapshot);
  }

  return {
    recall: (key) => snapshots.get(key),
    getMany: (keys) => Promise.resolve(keys.map((key) => snapshots.get(key))),
    setMany(entries) {
      for (const [key, snapshot] of entries) {
        const known = snapshots.peek(key);
        if (!known) add(key, snapshot);
        else if (known.fetchedAtMs <= snapshot.fetchedAtMs) snapshots.set(key, snapshot);
      }
      onAdded();
      return Promise.resolve();
    },
    size: () => snapshots.size,
    evictOldest: () => snapshots.pop(),
  };
}
