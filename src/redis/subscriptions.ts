import type { StopListening } from './listeners';
import type { RedisClient } from './redis-client';

type OnMessage = (message: string) => void;

interface Subscription {
  readonly channel: string;
  readonly onMessage: OnMessage;
  /** The client that has subscribed; it renews its subscriptions itself when it reconnects. */
  subscriber?: RedisClient;
}

/** The channels that this process listens to. A connection that is replaced needs them again. */
export interface Subscriptions {
  readonly add: (channel: string, onMessage: OnMessage) => StopListening;
  /** Subscribes the client to the channels that it is not subscribed to. */
  send(client: RedisClient): Promise<void>[];
}

export function createSubscriptions(): Subscriptions {
  const all = new Set<Subscription>();

  async function subscribe(subscription: Subscription, client: RedisClient): Promise<void> {
    await client.subscribe(subscription.channel, subscription.onMessage);
    if (all.has(subscription)) subscription.subscriber = client;
    else await unsubscribe(subscription, client);
  }

  return {
    add(channel, onMessage) {
      const subscription: Subscription = { channel, onMessage };
      all.add(subscription);
      return () => {
        all.delete(subscription);
        const { subscriber } = subscription;
        if (subscriber) void unsubscribe(subscription, subscriber);
      };
    },
    send: (client) =>
      [...all]
        .filter(({ subscriber }) => subscriber !== client)
        .map((subscription) => subscribe(subscription, client)),
  };
}

/** A client that is closed or disconnected has no subscriptions left, or drops this one when it reconnects. */
async function unsubscribe(subscription: Subscription, client: RedisClient): Promise<void> {
  await client.unsubscribe(subscription.channel, subscription.onMessage).catch(() => undefined);
}
