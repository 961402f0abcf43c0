import { createHash } from 'node:crypto';
import type { Clock } from '../domain/clock';
import type { RedisLink } from '../redis/redis-link';
import type { OnRejected } from '../redis/rejections';
import type { Seal } from '../redis/seal';
import type { Snapshot } from './snapshot-cache';
import { decodeSnapshot, encodeSnapshot } from './snapshot.codec';

export interface SnapshotStoreOptions {
  readonly link: RedisLink;
  /** Of all keys; the same for all replicas that may share answers, and only for these. */
  readonly prefix: string;
  /** After that Redis forgets an answer by itself. */
  readonly lifeMs: number;
  readonly clock: Pick<Clock, 'now'>;
  /** Only what gateways with the same secret have written under a key is believed. */
  readonly seal: Seal;
  readonly onRejected: OnRejected;
}

/** The answers that lie in Redis. Neither method rejects. */
export interface SnapshotStore {
  /** What replicas have written under these keys, where it can be believed; nothing while Redis is away. */
  read(keys: readonly string[]): Promise<[key: string, Snapshot][]>;
  /** Resolves when others may see it, or when Redis is away. */
  write(entries: readonly (readonly [key: string, snapshot: Snapshot])[]): Promise<void>;
}

export function createSnapshotStore(options: SnapshotStoreOptions): SnapshotStore {
  const { link, prefix, lifeMs, clock, seal, onRejected } = options;
  const toRedisKey = (key: string) => `${prefix}:snapshot:${hash(key)}`;

  return {
    async read(keys) {
      const texts = await link.use((client) => client.mGet(keys.map(toRedisKey))).catch(() => []);
      const shared = { nowMs: clock.now(), aheadMs: link.aheadOfRedisMs() };
      const found: [string, Snapshot][] = [];
      for (const [i, key] of keys.entries()) {
        const sealed = texts[i];
        if (typeof sealed !== 'string') continue;
        const text = seal.open(toRedisKey(key), sealed);
        const snapshot = text === undefined ? undefined : decodeSnapshot(key, text, shared);
        if (snapshot) found.push([key, snapshot]);
        else onRejected('answer');
      }
      return found;
    },

    async write(entries) {
      const shared = { aheadMs: link.aheadOfRedisMs() };
      const expiration = { type: 'PX', value: lifeMs } as const;
      await link
        .use((client) =>
          Promise.all(
            entries.map(([key, snapshot]) => {
              const redisKey = toRedisKey(key);
              const sealed = seal.seal(redisKey, encodeSnapshot(key, snapshot, shared));
              return client.set(redisKey, sealed, { expiration });
            }),
          ),
        )
        .catch(() => undefined);
    },
  };
}

/** A key names a user: keys are hashed so that a list of what lies in Redis reveals no user ID. */
function hash(key: string): string {
  return createHash('sha256').update(key).digest('base64url');
}
