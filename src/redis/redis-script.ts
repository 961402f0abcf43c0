import { hash } from 'node:crypto';
import { redisErrorName, type RedisClient } from './redis-client';

type ScriptOptions = Parameters<RedisClient['eval']>[1];

/** @returns a function that runs the script. It sends the text only if Redis has lost it, or has never had it. */
export function createScript(
  text: string,
): (client: RedisClient, options: ScriptOptions) => Promise<unknown> {
  const digest = hash('sha1', text);
  return (client, options) =>
    client.evalSha(digest, options).catch((error: unknown) => {
      if (redisErrorName(error) !== 'NOSCRIPT') throw error;
      return client.eval(text, options);
    });
}
