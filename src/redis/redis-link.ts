import { abortable } from '../domain/abortable';
import type { Clock } from '../domain/clock';
import type { Logger } from '../observability/logger';
import { createAvailability } from './availability';
import { compareClocks, RedisAwayError, type RedisClient } from './redis-client';
import { startRedisConnection } from './redis-connection';

export type { RedisClient };

/**
 * The connection to the Redis that replicas share. Redis may be slow or gone at any time: its users
 * continue without it, and are told when it is back.
 */
export interface RedisLink {
  /** Rejects at once while Redis is away, and soon in any case; what was sent may be carried out later. */
  use<T>(command: (client: RedisClient) => Promise<T>): Promise<T>;
  /** Since when Redis has been there without a break, on the monotonic clock; `undefined`: it is away. */
  upSinceMs(): number | undefined;
  /**
   * How far the monotonic clock is ahead of Redis's, which all replicas share, as of the last pulse: to add
   * to a time of Redis's. Redis's clock is a wall clock, and may step.
   */
  aheadOfRedisMs(): number;
  /** Told in the moment in which Redis is found away. */
  onAway(listener: () => void): void;
  /** Called now and again while there is a connection; Redis counts as there once all of them resolve. */
  onPulse(listener: (client: RedisClient) => Promise<unknown>): void;
  /** Messages of a channel, in one order with the replies to commands. */
  subscribe(channel: string, listener: (message: string) => void): void;
  /** Resolves when Redis is there, or when it would take too long to wait for. */
  opened(): Promise<void>;
  close(): void;
}

export interface RedisLinkOptions {
  /** `redis://` or `rediss://`, with user, password and database as far as needed. */
  readonly url: string;
  readonly clock: Clock;
  readonly log: Logger;
}

/** Of one round trip: more than a healthy Redis ever takes. A request waits for it once in an outage. */
const ROUND_TRIP_TIMEOUT_MS = 500;
/** Between looks whether Redis is there, which are signs of life to the other replicas too. */
const PULSE_MS = 500;
/** A peer that has vanished without a word leaves a connection that only looks open. */
const FAILED_PULSES_TO_RECONNECT = 10;

export function startRedisLink({ url, clock, log }: RedisLinkOptions): RedisLink {
  const availability = createAvailability(clock, log);
  const { noteAway, upSinceMs } = availability;
  const pulseListeners: ((client: RedisClient) => Promise<unknown>)[] = [];
  let aheadMs = 0;
  let failedPulses = 0;
  let pulsing = false;
  let closed = false;
  const connection = startRedisConnection(url, { onError: noteAway, onReady: () => void pulse() });
  const timer = setInterval(() => void pulse(), PULSE_MS).unref();

  async function pulse(): Promise<void> {
    if (pulsing || closed) return;
    pulsing = true;
    await greet().then(back, replaceInTheEnd);
    pulsing = false;
  }

  /** Two round trips, so that a connection that is not ready is subscribed to nothing. */
  async function greet(): Promise<void> {
    aheadMs = await attempt((client) => compareClocks(client, clock));
    await attempt((client) =>
      Promise.all([...connection.sendSubscriptions(), ...pulseListeners.map((l) => l(client))]),
    );
    connection.noteSubscribed();
  }

  function back(): void {
    failedPulses = 0;
    availability.noteBack();
  }

  function replaceInTheEnd(): void {
    failedPulses = (failedPulses + 1) % FAILED_PULSES_TO_RECONNECT;
    if (!closed && failedPulses === 0) connection.replace();
  }

  /** Whatever Redis does not do in time and in order means that it is away. */
  function attempt<T>(command: (client: RedisClient) => Promise<T>): Promise<T> {
    return withinRoundTrip(() => command(connection.client()), noteAway);
  }

  return {
    use: (command) =>
      upSinceMs() === undefined ? Promise.reject(new RedisAwayError('away')) : attempt(command),
    upSinceMs,
    aheadOfRedisMs: () => aheadMs,
    onAway: availability.onAway,
    onPulse: (listener) => pulseListeners.push(listener),
    subscribe: connection.subscribe,
    opened: availability.opened,
    close() {
      closed = true;
      clearInterval(timer);
      availability.close();
      connection.close();
    },
  };
}

/** @throws RedisAwayError */
async function withinRoundTrip<T>(
  command: () => Promise<T>,
  onFailure: (error: unknown) => void,
): Promise<T> {
  const timeout = openTimeout(ROUND_TRIP_TIMEOUT_MS);
  try {
    return await abortable(command(), timeout.signal, () => new RedisAwayError('too slow'));
  } catch (error) {
    onFailure(error);
    throw error;
  } finally {
    timeout.clear();
  }
}

/** A process that was busy itself reads what has come meanwhile before it calls Redis slow. */
function openTimeout(ms: number) {
  const controller = new AbortController();
  const timer = setTimeout(() => {
    setImmediate(() => {
      controller.abort();
    });
  }, ms);
  return {
    signal: controller.signal,
    clear() {
      clearTimeout(timer);
    },
  };
}
