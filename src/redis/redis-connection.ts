import { ClientOfflineError } from '@redis/client';
import { createRedisClient, type RedisClient } from './redis-client';
import { locateRedis } from './sentinel';
import { createSubscriptions, type Subscriptions } from './subscriptions';

/**
 * One connection to Redis. It reconnects by itself. `replace` is for a connection that is dead but looks open, and for
 * a Redis that is no longer the master of its sentinels.
 */
export interface RedisConnection {
  /** @throws ClientOfflineError no sentinel has said yet where the master is */
  readonly client: () => RedisClient;
  readonly subscribe: Subscriptions['add'];
  /**
   * Subscribes to the channels that this connection is not subscribed to. Commands that are sent next run after the
   * subscriptions, so no message in between is missed.
   */
  sendSubscriptions(): Promise<unknown>[];
  /** Connects anew. Does nothing after `close`. */
  replace(): void;
  close(): void;
}

export interface RedisConnectionListener {
  readonly onError: (error: unknown) => void;
  readonly onReady: () => void;
}

export function startRedisConnection(
  url: string,
  { onError, onReady }: RedisConnectionListener,
): RedisConnection {
  const subscriptions = createSubscriptions();
  let closed = false;
  let client: RedisClient | undefined;
  let openings = 0;
  void open();

  async function open(): Promise<void> {
    openings += 1;
    const opening = openings;
    const redisUrl = await locateRedis(url).catch(onError);
    if (redisUrl !== undefined && !closed && opening === openings) client = connect(redisUrl);
  }

  function connect(redisUrl: string): RedisClient {
    const opened = createRedisClient(redisUrl);
    opened.on('error', onError);
    opened.on('ready', () => {
      // `close` was called while this was connecting.
      if (closed) opened.destroy();
      else onReady();
    });
    // The client retries by itself, and rejects only when it is closed.
    opened.connect().catch(() => undefined);
    return opened;
  }

  function present(): RedisClient {
    if (!client) throw new ClientOfflineError();
    return client;
  }

  return {
    client: present,
    subscribe: subscriptions.add,
    sendSubscriptions: () => subscriptions.send(present()),
    replace() {
      if (closed) return;
      client?.destroy();
      client = undefined;
      void open();
    },
    close() {
      closed = true;
      client?.destroy();
    },
  };
}
