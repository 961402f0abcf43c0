import { hash } from 'node:crypto';
import type { RedisLink } from './redis-link';

export interface ClaimsOptions {
  readonly link: Pick<RedisLink, 'use'>;
  readonly prefix: string;
  /** How long a claim holds. */
  readonly lifeMs: number;
}

/**
 * Returns a function that claims names, of which each can be claimed by one replica at a time. While Redis is
 * unreachable, each replica claims all. It never rejects. A forged claim delays work, and changes no answer.
 */
export function createClaims({ link, prefix, lifeMs }: ClaimsOptions) {
  // Names are hashed so that listing Redis reveals no user IDs.
  const toRedisKey = (name: string) => `${prefix}:claim:${hash('sha256', name, 'base64url')}`;
  const options = { condition: 'NX', expiration: { type: 'PX', value: lifeMs } } as const;
  return (names: readonly string[]): Promise<readonly boolean[]> =>
    link
      .use((client) => Promise.all(names.map((name) => client.set(toRedisKey(name), '1', options))))
      .then((replies) => replies.map((reply) => reply !== null))
      .catch(() => names.map(() => true));
}
