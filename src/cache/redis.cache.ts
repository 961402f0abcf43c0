import { createHash } from 'node:crypto';
import type { Clock } from '../domain/clock';
import type { RedisLink } from '../redis/redis-link';
import type { Snapshot, SnapshotCache } from './snapshot-cache';
import { decodeSnapshot, encodeSnapshot, type DecodedSnapshot } from './snapshot.codec';

export interface RedisCacheOptions {
  readonly link: RedisLink;
  /** Of this process: what is used meanwhile, and first of all. */
  readonly memory: SnapshotCache;
  /** Of all keys; the same for whoever may share answers, and for nobody else. */
  readonly prefix: string;
  /** After that Redis forgets an answer by itself. */
  readonly lifeMs: number;
  readonly clock: Pick<Clock, 'now'>;
}

/** A few milliseconds' worth of Redis's time. */
const KEYS_AT_ONCE = 200;

/**
 * The cache of several replicas, on top of this one's own. Redis is asked for what is not known here or
 * not new enough; without Redis, what is known here has to do.
 */
export function createRedisCache({
  link,
  memory,
  prefix,
  lifeMs,
  clock,
}: RedisCacheOptions): SnapshotCache {
  const toRedisKey = (key: string) => `${prefix}:snapshot:${hash(key)}`;

  /** What other replicas know, of these keys; nothing while Redis is away. */
  async function askRedis(keys: readonly string[]): Promise<[string, DecodedSnapshot][]> {
    const texts = await link.use((client) => client.mGet(keys.map(toRedisKey))).catch(() => []);
    const shared = { nowMs: clock.now(), aheadMs: link.aheadOfRedisMs() };
    return keys.flatMap((key, i) => {
      const decoded = decodeSnapshot(texts[i], shared);
      return decoded ? [[key, decoded]] : [];
    });
  }

  /** Resolves when others may see it, or when Redis is away. */
  async function share(entries: readonly (readonly [string, Snapshot])[]): Promise<void> {
    const shared = { aheadMs: link.aheadOfRedisMs() };
    await link
      .use((client) =>
        Promise.all(
          entries.map(([key, snapshot]) =>
            client.set(toRedisKey(key), encodeSnapshot(snapshot, shared), {
              expiration: { type: 'PX', value: lifeMs },
            }),
          ),
        ),
      )
      .catch(() => undefined);
  }

  /**
   * Learns what Redis knows. An answer from the future counts as now once and for all: it is written back
   * with that time, or with the one that is known here.
   */
  async function learn(keys: readonly string[]): Promise<void> {
    const known = await memory.getMany(keys, -Infinity);
    const here = new Map(keys.map((key, i) => [key, known[i]]));
    const found = (await askRedis(keys)).map(([key, { snapshot, isFromFuture }]) => ({
      key,
      snapshot: isFromFuture ? (here.get(key) ?? snapshot) : snapshot,
      isFromFuture,
    }));
    await memory.setMany(found.map(({ key, snapshot }) => [key, snapshot]));
    const corrected = found.filter(({ isFromFuture }) => isFromFuture);
    if (corrected.length > 0) await share(corrected.map(({ key, snapshot }) => [key, snapshot]));
  }

  return {
    async getMany(keys, sinceMs) {
      const here = await memory.getMany(keys, sinceMs);
      const isOld = (_: unknown, i: number) => (here[i]?.fetchedAtMs ?? -Infinity) < sinceMs;
      const wanted = [...new Set(keys.filter(isOld))];
      // One after the other, so that nothing else that is asked of Redis has to wait for all of them.
      for (let i = 0; i < wanted.length; i += KEYS_AT_ONCE) {
        await learn(wanted.slice(i, i + KEYS_AT_ONCE));
      }
      return wanted.length > 0 ? memory.getMany(keys, sinceMs) : here;
    },

    async setMany(entries) {
      await memory.setMany(entries);
      await share(entries);
    },
  };
}

/** A key names a user: keys are hashed so that a list of what lies in Redis reveals no user ID. */
function hash(key: string): string {
  return createHash('sha256').update(key).digest('base64url');
}
