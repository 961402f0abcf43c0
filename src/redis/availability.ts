import type { Clock } from '../domain/clock';
import type { Logger } from '../observability/logger';
import { redisErrorName } from './redis-client';

/** Whether Redis is there, and who is told. */
export interface Availability {
  /** On the monotonic clock; `undefined`: Redis is away. */
  readonly upSinceMs: () => number | undefined;
  readonly onAway: (listener: () => void) => void;
  readonly noteAway: (error: unknown) => void;
  noteBack(): void;
  /** Resolves when Redis is there, or when it would take too long to wait for. */
  readonly opened: () => Promise<void>;
  /** Away for good, without a word. */
  close(): void;
}

/** Opening a connection and the first pulse take four or five round trips. */
const FIRST_CONNECTION_MS = 2_000;

export function createAvailability(clock: Clock, log: Logger): Availability {
  const awayListeners: (() => void)[] = [];
  let upSinceMs: number | undefined;
  let closed = false;
  let cause = 'no connection yet';

  return {
    upSinceMs: () => upSinceMs,
    onAway: (listener) => awayListeners.push(listener),

    noteAway(error) {
      cause = redisErrorName(error);
      if (upSinceMs === undefined) return;
      upSinceMs = undefined;
      log.warn(
        { cause },
        'Redis is away: going on with a share of the quota and with what is remembered here',
      );
      for (const listener of awayListeners) listener();
    },

    noteBack() {
      if (upSinceMs !== undefined || closed) return;
      upSinceMs = clock.now();
      log.info('Redis is there: quota and answers are shared');
    },

    async opened() {
      const giveUpAtMs = clock.now() + FIRST_CONNECTION_MS;
      while (upSinceMs === undefined && clock.now() < giveUpAtMs) await clock.sleep(10);
      if (upSinceMs === undefined)
        log.warn({ cause }, 'Redis is away from the start: going on without');
    },

    close() {
      closed = true;
      upSinceMs = undefined;
    },
  };
}
