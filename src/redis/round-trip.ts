import { RedisUnavailableError } from './redis-client';

/** Longer than a round trip to a healthy Redis. In an outage, only the first requests wait this long. */
const ROUND_TRIP_TIMEOUT_MS = 500;

/**
 * Runs a command, and rejects after `ROUND_TRIP_TIMEOUT_MS`. Redis may still run a command that has timed out.
 * @param onFailure called with the error before this rejects
 * @throws RedisUnavailableError after the timeout, or the error of the command
 */
export async function withinRoundTrip<T>(
  command: () => Promise<T>,
  onFailure: (error: unknown) => void,
): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      // Only after pending replies were read: if this process was busy, they may have arrived in time.
      setImmediate(reject, new RedisUnavailableError('timeout'));
    }, ROUND_TRIP_TIMEOUT_MS);
  });
  try {
    return await Promise.race([command(), timeout]);
  } catch (error) {
    onFailure(error);
    throw error;
  } finally {
    clearTimeout(timer);
  }
}
