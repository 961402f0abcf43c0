import { hash } from 'node:crypto';
import type { RedisLink } from '../redis/redis-link';
import { SEEN_MS, type SeenEvents } from './seen-events';

export interface SharedSeenEventsOptions {
  readonly link: Pick<RedisLink, 'use'>;
  readonly prefix: string;
  /** The events of this process. Redis is asked about the others only. */
  readonly own: SeenEvents;
}

/**
 * The events that all replicas have received. While Redis is unreachable, each replica knows its own. Keys need no
 * seal: a forged one only hides an event, and answers become stale without it.
 */
export function createSharedSeenEvents(options: SharedSeenEventsOptions): SeenEvents {
  const { link, prefix, own } = options;
  return {
    async note(eventId) {
      if (!(await own.note(eventId))) return false;
      const key = `${prefix}:event:${hash('sha256', eventId, 'base64url')}`;
      const expiration = { type: 'PX', value: SEEN_MS } as const;
      return link
        .use((client) => client.set(key, '1', { condition: 'NX', expiration }))
        .then((reply) => reply !== null)
        .catch(() => true);
    },
  };
}
