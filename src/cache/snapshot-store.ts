import { hash } from 'node:crypto';
import type { Clock } from '../domain/clock';
import type { RedisLink } from '../redis/redis-link';
import { createScript } from '../redis/redis-script';
import type { OnRejected } from '../redis/rejections';
import type { Seal } from '../redis/seal';
import type { Snapshot } from './snapshot-cache';
import { createEncoder, decodeSnapshot } from './snapshot.codec';

export interface SnapshotStoreOptions {
  readonly link: RedisLink;
  /** The prefix of all keys. Replicas share answers if they have the same prefix. */
  readonly prefix: string;
  /** How long Redis keeps an answer. */
  readonly lifeMs: number;
  readonly clock: Pick<Clock, 'now'>;
  /** Rejects answers that a gateway with the same secret has not written under this key. */
  readonly seal: Seal;
  readonly onRejected: OnRejected;
}

/** The answers in Redis. Neither method rejects. */
export interface SnapshotStore {
  /** Resolves with the valid answers under these keys; with none while Redis is unreachable. */
  read(keys: readonly string[]): Promise<[key: string, Snapshot][]>;
  /** Resolves when other replicas can read the answers, or when Redis is unreachable. */
  write(entries: readonly (readonly [key: string, snapshot: Snapshot])[]): Promise<void>;
}

/** One command for all answers of a call: 50 commands would cost the client several times as much. */
const writeAll = createScript(`
for i, key in ipairs(KEYS) do redis.call('SET', key, ARGV[i + 1], 'PX', ARGV[1]) end
`);

export function createSnapshotStore(options: SnapshotStoreOptions): SnapshotStore {
  const { link, prefix, lifeMs, clock, seal, onRejected } = options;
  // Keys are hashed so that listing Redis reveals no user IDs.
  // The braces are a hash tag: a Redis Cluster keeps all answers of the prefix in the same slot.
  const toRedisKey = (key: string) => `{${prefix}}:snapshot:${hash('sha256', key, 'base64url')}`;

  return {
    async read(keys) {
      const redisKeys = keys.map(toRedisKey);
      const texts = await link.use((client) => client.mGet(redisKeys)).catch(() => []);
      const shared = { nowMs: clock.now(), aheadMs: link.aheadOfRedisMs() };
      const found: [string, Snapshot][] = [];
      for (const [i, key] of keys.entries()) {
        const sealed = texts[i];
        if (typeof sealed !== 'string') continue;
        const text = seal.open(redisKeys[i] ?? '', sealed);
        const snapshot = text === undefined ? undefined : decodeSnapshot(key, text, shared);
        if (snapshot) found.push([key, snapshot]);
        else onRejected('answer');
      }
      return found;
    },

    async write(entries) {
      if (entries.length === 0) return;
      // Nothing is sealed while Redis is unreachable.
      await link
        .use((client) => {
          const encode = createEncoder({ aheadMs: link.aheadOfRedisMs() });
          const keys = entries.map(([key]) => toRedisKey(key));
          const sealed = entries.map(([key, snapshot], i) =>
            seal.seal(keys[i] ?? '', encode(key, snapshot)),
          );
          return writeAll(client, { keys, arguments: [String(lifeMs), ...sealed] });
        })
        .catch(() => undefined);
    },
  };
}
