import type { RedisLink } from './redis-link';

/** What replicas tell each other as it happens. A message may be lost: it only saves the others a call. */
export interface Channel {
  publish(message: string): void;
  subscribe(listener: (message: string) => void): void;
}

export function createRedisChannel(link: RedisLink, name: string): Channel {
  return {
    publish(message) {
      link.use((client) => client.publish(name, message)).catch(() => undefined);
    },
    subscribe(listener) {
      link.subscribe(name, listener);
    },
  };
}
