import { createClient } from '@redis/client';
import { z } from 'zod';
import { toSentinelAddress, type SentinelAddress } from '../domain/sentinel-address';
import { RedisUnavailableError } from './redis-client';

/**
 * Asks the sentinels, one after the other, where the master is. The client for sentinels of `@redis/client` is not
 * used: decision 0034 has the reasons.
 */

/** How long a sentinel may take to connect, and then to reply. */
const REPLY_MS = 1_000;

const MASTER = z.tuple([z.string(), z.string()]);

/**
 * @param url of a Redis, or of its sentinels
 * @returns the URL of the Redis to connect to
 * @throws RedisUnavailableError no sentinel knows the master
 */
export async function locateRedis(url: string): Promise<string> {
  const address = toSentinelAddress(url);
  if (!address) return url;
  for (const sentinelUrl of address.sentinelUrls) {
    const found = await askSentinel(sentinelUrl, address).catch(() => undefined);
    if (found) return found;
  }
  throw new RedisUnavailableError('no sentinel knows the master');
}

async function askSentinel(url: string, { master, redisUrl }: SentinelAddress): Promise<string> {
  const client = createClient({
    url,
    maintNotifications: 'disabled',
    socket: { connectTimeout: REPLY_MS, socketTimeout: REPLY_MS, reconnectStrategy: false },
  });
  client.on('error', () => undefined);
  try {
    await client.connect();
    const reply = await client.sendCommand(['SENTINEL', 'GET-MASTER-ADDR-BY-NAME', master]);
    return redisUrl(...MASTER.parse(reply));
  } finally {
    if (client.isOpen) client.destroy();
  }
}
