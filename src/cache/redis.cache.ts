import { createHash } from 'node:crypto';
import type { RedisLink } from '../redis/redis-link';
import { newest, type Snapshot, type SnapshotCache } from './snapshot-cache';
import { decodeSnapshot, encodeSnapshot } from './snapshot.codec';

export interface RedisCacheOptions {
  readonly link: RedisLink;
  /** Of this process: what is used meanwhile, and first of all. */
  readonly memory: SnapshotCache;
  /** Of all keys; the same for whoever may share answers, and for nobody else. */
  readonly prefix: string;
  /** After that Redis forgets an answer by itself. */
  readonly lifeMs: number;
}

/**
 * The cache of several replicas, on top of this one's own. Redis is asked for what is not known here or
 * not new enough; without Redis, what is known here has to do.
 */
export function createRedisCache({
  link,
  memory,
  prefix,
  lifeMs,
}: RedisCacheOptions): SnapshotCache {
  const toRedisKey = (key: string) => `${prefix}:snapshot:${hash(key)}`;

  /** What other replicas know, of these keys; empty while Redis is away. */
  async function askRedis(keys: readonly string[]): Promise<ReadonlyMap<string, Snapshot>> {
    if (keys.length === 0) return new Map();
    const texts = await link.use((client) => client.mGet(keys.map(toRedisKey))).catch(() => []);
    const found = keys.map((key, i) => [key, decodeSnapshot(texts[i])] as const);
    return new Map(found.filter((entry): entry is [string, Snapshot] => entry[1] !== undefined));
  }

  return {
    async getMany(keys, sinceMs) {
      const here = await memory.getMany(keys, sinceMs);
      const elsewhere = await askRedis(
        keys.filter((_, i) => (here[i]?.fetchedAtMs ?? -Infinity) < sinceMs),
      );
      await memory.setMany([...elsewhere]);
      return keys.map((key, i) => newest(here[i], elsewhere.get(key)));
    },

    async setMany(entries) {
      await memory.setMany(entries);
      await link
        .use((client) =>
          Promise.all(
            entries.map(([key, snapshot]) =>
              client.set(toRedisKey(key), encodeSnapshot(snapshot), {
                expiration: { type: 'PX', value: lifeMs },
              }),
            ),
          ),
        )
        .catch(() => undefined);
    },
  };
}

/** A key names a user; what is listed or monitored in Redis shall not. */
function hash(key: string): string {
  return createHash('sha256').update(key).digest('base64url');
}
