import type { Clock } from '../domain/clock';
import type { RedisLink } from './redis-link';
import type { OnRejected } from './rejections';
import type { Seal } from './seal';

export interface RecentMessagesOptions {
  readonly link: Pick<RedisLink, 'use' | 'aheadOfRedisMs'>;
  /** The key of the list in Redis. */
  readonly key: string;
  readonly seal: Seal;
  readonly clock: Pick<Clock, 'now'>;
  readonly onRejected: OnRejected;
  /** How long a message is kept. */
  readonly lifeMs: number;
}

/** Messages of the last moments, for replicas that were not connected when they were sent. */
export interface RecentMessages {
  add(message: string): void;
  /** Resolves with the messages that are not too old; with none while Redis is unreachable. */
  read(): Promise<string[]>;
}

/** Beyond that, the oldest messages are dropped. */
const MAX_MESSAGES = 2_000;

export function createRecentMessages(options: RecentMessagesOptions): RecentMessages {
  const { link, key, seal, clock, onRejected, lifeMs } = options;
  const redisNowMs = () => clock.now() - link.aheadOfRedisMs();

  return {
    add(message) {
      const nowMs = Math.round(redisNowMs());
      void link
        .use((client) =>
          client
            .multi()
            .zAdd(key, { score: nowMs, value: seal.seal(key, message) })
            .zRemRangeByScore(key, '-inf', nowMs - lifeMs)
            .zRemRangeByRank(key, 0, -MAX_MESSAGES - 1)
            .pExpire(key, lifeMs)
            .exec(),
        )
        .catch(() => undefined);
    },
    async read() {
      const sealed = await link
        .use((client) => client.zRangeByScore(key, redisNowMs() - lifeMs, '+inf'))
        .catch(() => []);
      return sealed.flatMap((one) => {
        const message = seal.open(key, one);
        if (message === undefined) onRejected('message');
        return message ?? [];
      });
    },
  };
}
