import { createHash } from 'node:crypto';
import type { Clock } from '../domain/clock';
import type { RedisLink } from '../redis/redis-link';
import type { Snapshot } from './snapshot-cache';
import { decodeSnapshot, encodeSnapshot, type DecodedSnapshot } from './snapshot.codec';

export interface SnapshotStoreOptions {
  readonly link: RedisLink;
  /** Of all keys; the same for whoever may share answers, and for nobody else. */
  readonly prefix: string;
  /** After that Redis forgets an answer by itself. */
  readonly lifeMs: number;
  readonly clock: Pick<Clock, 'now'>;
}

/** The answers that lie in Redis. Neither method rejects. */
export interface SnapshotStore {
  /** What replicas have written under these keys; nothing while Redis is away. */
  read(keys: readonly string[]): Promise<[key: string, DecodedSnapshot][]>;
  /** Resolves when others may see it, or when Redis is away. */
  write(entries: readonly (readonly [key: string, snapshot: Snapshot])[]): Promise<void>;
}

export function createSnapshotStore(options: SnapshotStoreOptions): SnapshotStore {
  const { link, prefix, lifeMs, clock } = options;
  const toRedisKey = (key: string) => `${prefix}:snapshot:${hash(key)}`;

  return {
    async read(keys) {
      const texts = await link.use((client) => client.mGet(keys.map(toRedisKey))).catch(() => []);
      const shared = { nowMs: clock.now(), aheadMs: link.aheadOfRedisMs() };
      return keys.flatMap((key, i) => {
        const decoded = decodeSnapshot(texts[i], shared);
        return decoded ? [[key, decoded]] : [];
      });
    },

    async write(entries) {
      const shared = { aheadMs: link.aheadOfRedisMs() };
      const expiration = { type: 'PX', value: lifeMs } as const;
      await link
        .use((client) =>
          Promise.all(
            entries.map(([key, snapshot]) =>
              client.set(toRedisKey(key), encodeSnapshot(snapshot, shared), { expiration }),
            ),
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
