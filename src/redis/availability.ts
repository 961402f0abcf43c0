import { ClientOfflineError } from '@redis/client';
import type { Clock } from '../domain/clock';
import type { Logger } from '../observability/logger';
import { createListeners, type StopListening } from './listeners';
import { redisErrorName } from './redis-client';

/** Whether Redis is reachable, and the listeners for its loss. */
export interface Availability {
  /** On the monotonic clock; `undefined`: Redis is unreachable. */
  readonly upSinceMs: () => number | undefined;
  /** Why Redis was last unreachable. */
  readonly lastError: () => string;
  readonly onDisconnected: (listener: () => void) => StopListening;
  readonly onConnected: (listener: () => void) => StopListening;
  readonly markDisconnected: (error: unknown) => void;
  markConnected(): void;
  /** Resolves when Redis is connected, or after `FIRST_CONNECTION_MS`. */
  readonly opened: () => Promise<void>;
  /** Marks Redis as disconnected for good, without a log line. */
  close(): void;
}

/** How long a start waits for Redis. A connection and its first pulse take four or five round trips. */
const FIRST_CONNECTION_MS = 2_000;

export function createAvailability(clock: Clock, log: Logger): Availability {
  const disconnected = createListeners<() => void>();
  const connected = createListeners<() => void>();
  let upSinceMs: number | undefined;
  let closed = false;
  let cause = 'no connection yet';

  return {
    upSinceMs: () => upSinceMs,
    lastError: () => cause,
    onDisconnected: disconnected.add,
    onConnected: connected.add,

    markDisconnected(error) {
      // A command that is not sent says only that there is no connection, and not why.
      if (!(error instanceof ClientOfflineError)) cause = redisErrorName(error);
      if (upSinceMs === undefined) return;
      upSinceMs = undefined;
      log.warn(
        { cause },
        "redis disconnected: using this replica's share of the quota and its own cache",
      );
      for (const listener of disconnected) listener();
    },

    markConnected() {
      if (upSinceMs !== undefined || closed) return;
      upSinceMs = clock.now();
      log.info('redis connected: quota and answers are shared');
      for (const listener of connected) listener();
    },

    async opened() {
      const giveUpAtMs = clock.now() + FIRST_CONNECTION_MS;
      while (upSinceMs === undefined && clock.now() < giveUpAtMs) await clock.sleep(10);
      if (upSinceMs === undefined)
        log.warn({ cause }, 'redis not connected at start: continuing without it');
    },

    close() {
      closed = true;
      upSinceMs = undefined;
    },
  };
}
