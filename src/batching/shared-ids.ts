import { hash } from 'node:crypto';
import type { Channel } from '../domain/channel';
import { GatewayError, type ErrorDetails } from '../domain/errors';

/** Publishes to other replicas which IDs Feishu answers or refuses. IDs are sent as hashed keys. */
export interface SharedIds {
  publishPoison(hashedKey: string, refusal: GatewayError): void;
  publishAnswered(hashedKeys: readonly string[]): void;
}

export interface SharedIdsListener {
  readonly onPoison: (hashedKey: string, refusal: GatewayError) => void;
  readonly onAnswered: (hashedKey: string) => void;
}

type Message =
  | { readonly bad: string; readonly message: string; readonly details: ErrorDetails }
  | { readonly answered: readonly string[] };

/** Ignores messages that it cannot parse, for example from a replica of another version. */
export function createSharedIds(channel: Channel, listener: SharedIdsListener): SharedIds {
  channel.subscribe((text) => {
    const message = parse(text);
    if (!message) return;
    if ('bad' in message) {
      const refusal = new GatewayError('UPSTREAM_REJECTED', message.message, message.details);
      listener.onPoison(message.bad, refusal);
    } else for (const key of message.answered) listener.onAnswered(key);
  });
  const publish = (message: Message) => {
    void channel.publish(JSON.stringify(message));
  };
  return {
    publishPoison(hashedKey, { message, details }) {
      publish({ bad: hashedKey, message, details });
    },
    publishAnswered(hashedKeys) {
      if (hashedKeys.length > 0) publish({ answered: hashedKeys });
    },
  };
}

export function hashKey(key: string): string {
  return hash('sha256', key, 'base64');
}

function parse(text: string): Message | undefined {
  try {
    const message = JSON.parse(text) as Partial<Record<string, unknown>>;
    const { bad, answered, message: why, details } = message;
    if (typeof bad === 'string' && typeof why === 'string' && isObject(details)) {
      return { bad, message: why, details };
    }
    if (Array.isArray(answered) && answered.every((key) => typeof key === 'string')) {
      return { answered };
    }
    return undefined;
  } catch {
    return undefined;
  }
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
