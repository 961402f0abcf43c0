import { createRedisClient, type RedisClient } from './redis-client';

/** One connection at a time. It connects again by itself, and is replaced where it only looks open. */
export interface RedisConnection {
  readonly client: () => RedisClient;
  readonly subscribe: (channel: string, listener: (message: string) => void) => void;
  /**
   * Sends the subscriptions that this connection does not have. Nothing is sent between a subscription and
   * what is sent next: no message is missed.
   */
  sendSubscriptions(): Promise<unknown>[];
  /** They have all been taken. */
  noteSubscribed(): void;
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
  const subscriptions: [channel: string, listener: (message: string) => void][] = [];
  let subscribed = false;
  let closed = false;
  let client = open();

  function open(): RedisClient {
    const opened = createRedisClient(url);
    subscribed = false;
    opened.on('error', onError);
    opened.on('ready', () => {
      // Closed while it was connecting.
      if (closed) opened.destroy();
      else onReady();
    });
    // It goes on trying by itself, and only rejects once it is closed.
    opened.connect().catch(() => undefined);
    return opened;
  }

  return {
    client: () => client,
    subscribe: (channel, listener) => subscriptions.push([channel, listener]),
    sendSubscriptions: () =>
      subscribed ? [] : subscriptions.map((subscription) => client.subscribe(...subscription)),
    noteSubscribed() {
      subscribed = true;
    },
    replace() {
      client.destroy();
      client = open();
    },
    close() {
      closed = true;
      client.destroy();
    },
  };
}
