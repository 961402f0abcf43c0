import { hash } from 'node:crypto';
// As a type only: a gateway without Redis does not load its client.
import type { RedisClient } from './redis-client';

type ScriptOptions = Parameters<RedisClient['eval']>[1];

/**
 * @returns a function that runs the script. The first run of a client sends the text: to find out first whether Redis
 * has it would take a second round trip. Later runs send it only if Redis has lost it.
 */
export function createScript(
  text: string,
): (client: RedisClient, options: ScriptOptions) => Promise<unknown> {
  const digest = hash('sha1', text);
  const senders = new WeakSet<RedisClient>();

  async function send(client: RedisClient, options: ScriptOptions): Promise<unknown> {
    const reply = await client.eval(text, options);
    senders.add(client);
    return reply;
  }

  return (client, options) =>
    senders.has(client)
      ? client.evalSha(digest, options).catch((error: unknown) => {
          if (!(error instanceof Error) || !error.message.startsWith('NOSCRIPT ')) throw error;
          return send(client, options);
        })
      : send(client, options);
}
