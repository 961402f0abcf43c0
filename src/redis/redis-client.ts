import { createClient, ErrorReply } from '@redis/client';
import type { Clock } from '../domain/clock';
import { errorName } from '../domain/error-name';

export type RedisClient = ReturnType<typeof createRedisClient>;

const CONNECT_TIMEOUT_MS = 2_000;
const RECONNECT_MS = 250;

/** @param url `redis://` or `rediss://`, with an optional user, password and database */
export function createRedisClient(url: string) {
  return createClient({
    url,
    // A command that cannot be sent now fails at once: its result would come too late.
    disableOfflineQueue: true,
    maintNotifications: 'disabled',
    socket: { connectTimeout: CONNECT_TIMEOUT_MS, reconnectStrategy: RECONNECT_MS },
  });
}

/** How far the monotonic clock is ahead of Redis's, in ms. Half of the round trip counts as the way to Redis. */
export async function compareClocks(client: RedisClient, clock: Clock): Promise<number> {
  const askedAtMs = clock.now();
  const [seconds, microseconds] = await client.time();
  const redisMs = Number(seconds) * 1_000 + Number(microseconds) / 1_000;
  return Math.round((askedAtMs + clock.now()) / 2 - redisMs);
}

/** A command timed out, or was not sent. */
export class RedisUnavailableError extends Error {
  override readonly name = 'RedisUnavailableError';
}

/** Redis has reached `maxmemory` and evicts nothing, so it refuses to store more. */
export function isFull(error: unknown): boolean {
  return error instanceof ErrorReply && redisErrorName(error) === 'OOM';
}

/** Names an error for the log. Of a Redis reply it keeps only the first word, since the rest may quote keys. */
export function redisErrorName(error: unknown): string {
  if (error instanceof RedisUnavailableError) return error.message;
  return error instanceof ErrorReply ? (error.message.split(' ')[0] ?? '') : errorName(error);
}
