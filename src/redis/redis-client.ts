import { createClient, ErrorReply } from '@redis/client';
import type { Clock } from '../domain/clock';
import { errorName } from '../domain/error-name';

export type RedisClient = ReturnType<typeof createRedisClient>;

const CONNECT_TIMEOUT_MS = 2_000;
const RECONNECT_MS = 250;

/** @param url `redis://` or `rediss://`, with user, password and database as far as needed */
export function createRedisClient(url: string) {
  return createClient({
    url,
    // What cannot be sent now is of no use later.
    disableOfflineQueue: true,
    maintNotifications: 'disabled',
    socket: { connectTimeout: CONNECT_TIMEOUT_MS, reconnectStrategy: RECONNECT_MS },
  });
}

/** Redis has read its clock between the question and the answer. */
export async function compareClocks(client: RedisClient, clock: Clock): Promise<number> {
  const askedAtMs = clock.now();
  const [seconds, microseconds] = await client.time();
  const redisMs = Number(seconds) * 1_000 + Number(microseconds) / 1_000;
  return Math.round((askedAtMs + clock.now()) / 2 - redisMs);
}

/** A command that was not carried out in time, or not sent at all. */
export class RedisAwayError extends Error {
  override readonly name = 'RedisAwayError';
}

/** What failed, for the log. Of a reply only its first word, the kind of error: the rest may quote keys. */
export function redisErrorName(error: unknown): string {
  if (error instanceof RedisAwayError) return error.message;
  return error instanceof ErrorReply ? (error.message.split(' ')[0] ?? '') : errorName(error);
}
