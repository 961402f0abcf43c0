import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Clock } from '../domain/clock';
import type { SnapshotCache } from './snapshot-cache';
import {
  createSnapshotStore,
  type SnapshotStore,
  type SnapshotStoreOptions,
} from './snapshot-store';

export interface RedisCacheOptions extends SnapshotStoreOptions {
  /** The cache of this process, which is read first. */
  readonly memory: SnapshotCache;
  readonly clock: Pick<Clock, 'now' | 'sleep'>;
}

/** Redis reads this many keys in a few milliseconds. */
const KEYS_PER_READ = 200;
/**
 * How long answers wait until they are encoded for Redis, so that the clients that wait for them come first. It is
 * shorter than most calls, during which other replicas cannot read the answers either.
 */
const WRITE_DELAY_MS = 50;

/**
 * The cache that replicas share. It reads from Redis only what the cache of this process does not hold or holds too
 * old. While Redis is unreachable, it uses the cache of this process alone.
 */
export function createRedisCache({ memory, ...options }: RedisCacheOptions): SnapshotCache {
  const { clock } = options;
  const store = createSnapshotStore(options);
  const readIntoMemory = createSharedReads(store, memory);

  return {
    recall: (key) => memory.recall(key),
    async getMany(keys, sinceMs) {
      const own = await memory.getMany(keys, sinceMs);
      const isOld = (_: unknown, i: number) => (own[i]?.fetchedAtMs ?? -Infinity) < sinceMs;
      const missing = keys.filter(isOld);
      if (missing.length === 0) return own;
      await readIntoMemory(missing);
      return memory.getMany(keys, sinceMs);
    },

    async setMany(entries) {
      await memory.setMany(entries);
      await clock.sleep(WRITE_DELAY_MS);
      await store.write(entries);
    },
  };
}

/** Reads the keys of all requests that the event loop handles in one go together, each once. */
function createSharedReads(
  store: SnapshotStore,
  memory: SnapshotCache,
): (keys: readonly string[]) => Promise<void> {
  let waiting: { readonly keys: Set<string>; readonly read: Promise<void> } | undefined;

  async function read(keys: ReadonlySet<string>): Promise<void> {
    await nextTurn();
    waiting = undefined;
    const all = [...keys];
    // One read after the other, so that other commands to Redis do not wait for all of them.
    for (let i = 0; i < all.length; i += KEYS_PER_READ) {
      await memory.setMany(await store.read(all.slice(i, i + KEYS_PER_READ)));
    }
  }

  function startReading() {
    const keys = new Set<string>();
    return { keys, read: read(keys) };
  }

  return (keys) => {
    waiting ??= startReading();
    for (const key of keys) waiting.keys.add(key);
    return waiting.read;
  };
}
