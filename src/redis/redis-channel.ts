import type { Channel } from '../domain/channel';
import type { RedisLink } from './redis-link';

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
