import type { SharedText } from '../domain/shared-text';
import { createRedisChannel, type RedisChannelOptions } from './redis-channel';

export interface RedisTextOptions extends RedisChannelOptions {
  readonly lifeMs: number;
}

/** A text in Redis that expires. The replicas that run hear of it at once, through a channel of the same name. */
export function createRedisText(key: string, { lifeMs, ...options }: RedisTextOptions): SharedText {
  const { link, seal, onRejected } = options;
  const channel = createRedisChannel(key, options);
  return {
    async read() {
      const sealed = await link.use((client) => client.get(key)).catch(() => null);
      if (sealed === null) return undefined;
      const text = seal.open(key, sealed);
      if (text === undefined) onRejected('message');
      return text;
    },
    write(text) {
      const expiry = { expiration: { type: 'PX', value: lifeMs } } as const;
      link.use((client) => client.set(key, seal.seal(key, text), expiry)).catch(() => undefined);
      void channel.publish(text);
    },
    onWritten: (listener) => {
      channel.subscribe(listener);
    },
  };
}
