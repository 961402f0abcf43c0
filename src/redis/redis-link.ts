import type { Clock } from '../domain/clock';
import { inGroups } from '../domain/collections';
import { createCountedWarnings } from '../observability/counted-warnings';
import type { Logger } from '../observability/logger';
import { createAvailability } from './availability';
import { createListeners, type StopListening } from './listeners';
import { compareClocks, isFull, RedisUnavailableError, type RedisClient } from './redis-client';
import { startRedisConnection } from './redis-connection';
import { withinRoundTrip } from './round-trip';

export type { RedisClient };

/**
 * The connection to the Redis that replicas share. Redis may be slow or unreachable at any time, and the gateway
 * continues without it.
 */
export interface RedisLink {
  /**
   * Runs a command. Rejects at once while Redis is unreachable, or after `ROUND_TRIP_TIMEOUT_MS`. Redis may still
   * run a command that has timed out. A Redis that is full rejects writes, and counts as reachable.
   */
  use<T>(command: (client: RedisClient) => Promise<T>): Promise<T>;
  /** Since when Redis has been reachable without a break, on the monotonic clock; `undefined`: it is unreachable. */
  upSinceMs(): number | undefined;
  /** Why Redis was last unreachable: the name of an error, or the first word of Redis's reply. */
  lastError(): string;
  /**
   * How far the monotonic clock is ahead of Redis's, as of the last pulse. Add it to a time of Redis. All replicas
   * share Redis's clock, which is a wall clock and may step.
   */
  aheadOfRedisMs(): number;
  /** Calls the listener synchronously when Redis becomes unreachable. */
  onDisconnected(listener: () => void): StopListening;
  /** Calls the listener synchronously when Redis becomes reachable, also for the first time. */
  onConnected(listener: () => void): StopListening;
  /** Calls the listener with each pulse. Redis counts as reachable once all listeners have resolved. */
  onPulse(listener: OnPulse): StopListening;
  /** Delivers messages of a channel in order, also relative to replies. */
  subscribe(channel: string, listener: (message: string) => void): StopListening;
  /** Resolves when Redis is connected, or after 2 s. */
  opened(): Promise<void>;
  close(): void;
}

type OnPulse = (client: RedisClient) => Promise<unknown>;

export interface RedisLinkOptions {
  /** `redis://` or `rediss://`, with an optional user, password and database. */
  readonly url: string;
  readonly clock: Clock;
  readonly log: Logger;
}

/** The interval of health checks. Each one also tells the other replicas that this one is alive. */
const PULSE_MS = 500;
/**
 * Listeners of a pulse that share a round trip. A listener may run a script that takes Redis 0.3 ms, and a store app
 * has some for each company in use.
 */
const LISTENERS_PER_ROUND_TRIP = 200;
/** A peer that vanishes without closing leaves a connection that looks open, so replace it after some failures. */
const FAILED_PULSES_TO_RECONNECT = 10;

export function startRedisLink({ url, clock, log }: RedisLinkOptions): RedisLink {
  const availability = createAvailability(clock, log);
  const { markDisconnected, upSinceMs } = availability;
  const pulses = createListeners<OnPulse>();
  const warnRefused = createCountedWarnings({
    ...{ log, nowMs: () => clock.now(), message: 'redis writes refused' },
  });
  let aheadMs = 0;
  let failedPulses = 0;
  let pulsing = false;
  let closed = false;
  const connection = startRedisConnection(url, {
    onError: markDisconnected,
    onReady: () => void pulse(),
  });
  const timer = setInterval(() => void pulse(), PULSE_MS).unref();

  async function pulse(): Promise<void> {
    if (pulsing || closed) return;
    pulsing = true;
    const isReachable = await check().then(
      () => true,
      () => false,
    );
    failedPulses = isReachable ? 0 : (failedPulses + 1) % FAILED_PULSES_TO_RECONNECT;
    if (isReachable) availability.markConnected();
    else if (failedPulses === 0) connection.replace();
    pulsing = false;
  }

  /** Subscribes in a second round trip: the first one proves that the connection is ready. */
  async function check(): Promise<void> {
    aheadMs = await attempt((client) => compareClocks(client, clock), markDisconnected);
    const [first = [], ...others] = inGroups([...pulses], LISTENERS_PER_ROUND_TRIP);
    await attempt(
      (client) => Promise.all([...connection.sendSubscriptions(), ...first.map((l) => l(client))]),
      markDisconnected,
    );
    for (const group of others) {
      await attempt((client) => Promise.all(group.map((l) => l(client))), markDisconnected);
    }
  }

  function attempt<T>(
    command: (client: RedisClient) => Promise<T>,
    onFailure: (error: unknown) => void,
  ): Promise<T> {
    return withinRoundTrip(() => command(connection.client()), onFailure);
  }

  /** The pulse decides whether a full Redis still serves the ledger. Any other failure marks it as disconnected. */
  function noteFailure(error: unknown): void {
    if (isFull(error)) warnRefused('OOM');
    else markDisconnected(error);
  }

  return {
    use: (command) =>
      upSinceMs() === undefined
        ? Promise.reject(new RedisUnavailableError('disconnected'))
        : attempt(command, noteFailure),
    upSinceMs,
    lastError: availability.lastError,
    aheadOfRedisMs: () => aheadMs,
    onDisconnected: availability.onDisconnected,
    onConnected: availability.onConnected,
    onPulse: pulses.add,
    subscribe(channel, listener) {
      const stop = connection.subscribe(channel, listener);
      // Before the commands of the part that subscribes now. If it fails, the next pulse subscribes.
      if (upSinceMs() !== undefined)
        for (const sent of connection.sendSubscriptions()) sent.catch(() => undefined);
      return stop;
    },
    opened: availability.opened,
    close() {
      closed = true;
      clearInterval(timer);
      availability.close();
      connection.close();
    },
  };
}
