import type { Channel } from '../domain/channel';
import type { RedisLink } from './redis-link';
import type { OnRejected } from './rejections';
import type { Seal } from './seal';

export interface RedisChannelOptions {
  readonly link: RedisLink;
  readonly seal: Seal;
  readonly onRejected: OnRejected;
}

/** Only messages of gateways with the same secret are heard. */
export function createRedisChannel(
  name: string,
  { link, seal, onRejected }: RedisChannelOptions,
): Channel {
  return {
    publish(message) {
      link.use((client) => client.publish(name, seal.seal(name, message))).catch(() => undefined);
    },
    subscribe(listener) {
      link.subscribe(name, (sealed) => {
        const message = seal.open(name, sealed);
        if (message === undefined) onRejected('message');
        else listener(message);
      });
    },
  };
}
