import { createRedisClient, type RedisClient } from './redis-client';
import { createSubscriptions, type Subscriptions } from './subscriptions';

/** One connection to Redis. It reconnects by itself. `replace` is for a connection that is dead but looks open. */
export interface RedisConnection {
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
  let client = open();

  function open(): RedisClient {
    const opened = createRedisClient(url);
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

  return {
    client: () => client,
    subscribe: subscriptions.add,
    sendSubscriptions: () => subscriptions.send(client),
    replace() {
      if (closed) return;
      client.destroy();
      client = open();
    },
    close() {
      closed = true;
      client.destroy();
    },
  };
}
