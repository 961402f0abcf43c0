import { createClient, ErrorReply } from '@redis/client';
import { abortable } from '../domain/abortable';
import type { Clock } from '../domain/clock';
import type { Logger } from '../observability/logger';

/**
 * The connection to the Redis that replicas share. Redis may be slow or gone at any time: whoever uses it
 * goes on without, and is told when it is back.
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

export type RedisClient = ReturnType<typeof connectTo>;

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
const CONNECT_TIMEOUT_MS = 2_000;
const RECONNECT_MS = 250;
/** Opening a connection and the first pulse take four or five round trips. */
const FIRST_CONNECTION_MS = 2_000;

export function createRedisLink({ url, clock, log }: RedisLinkOptions): RedisLink {
  const awayListeners: (() => void)[] = [];
  const pulseListeners: ((client: RedisClient) => Promise<unknown>)[] = [];
  const subscriptions: [channel: string, listener: (message: string) => void][] = [];
  let upSinceMs: number | undefined;
  let aheadMs = 0;
  let failedPulses = 0;
  let pulsing = false;
  let subscribed = false;
  let closed = false;
  let cause = 'no connection yet';
  let client = open();
  const timer = setInterval(() => void pulse(), PULSE_MS).unref();

  function open(): RedisClient {
    const opened = connectTo(url);
    subscribed = false;
    opened.on('error', away);
    opened.on('ready', () => {
      // Closed while it was connecting.
      if (closed) opened.destroy();
      else void pulse();
    });
    // It goes on trying by itself, and only rejects once it is closed.
    opened.connect().catch(() => undefined);
    return opened;
  }

  async function pulse(): Promise<void> {
    if (pulsing || closed) return;
    pulsing = true;
    await greet().then(back, reconnectInTheEnd);
    pulsing = false;
  }

  /** Two round trips, so that a connection that is not ready is subscribed to nothing. */
  async function greet(): Promise<void> {
    aheadMs = await attempt(() => compareClocks(client, clock));
    await attempt(() => Promise.all([...subscribe(), ...pulseListeners.map((l) => l(client))]));
    subscribed = true;
  }

  /** Nothing is sent between a subscription and what is sent next: no message is missed. */
  function subscribe(): Promise<unknown>[] {
    if (subscribed) return [];
    return subscriptions.map((subscription) => client.subscribe(...subscription));
  }

  /** Whatever Redis does not do in time and in order means that it is away. */
  async function attempt<T>(command: (client: RedisClient) => Promise<T>): Promise<T> {
    const timeout = openTimeout(ROUND_TRIP_TIMEOUT_MS);
    try {
      return await abortable(command(client), timeout.signal, () => new RedisAwayError('too slow'));
    } catch (error) {
      away(error);
      throw error;
    } finally {
      timeout.clear();
    }
  }

  function away(error: unknown): void {
    cause = nameOf(error);
    if (upSinceMs === undefined) return;
    upSinceMs = undefined;
    log.warn(
      { cause },
      'Redis is away: going on with a share of the quota and with what is remembered here',
    );
    for (const listener of awayListeners) listener();
  }

  function back(): void {
    failedPulses = 0;
    if (upSinceMs !== undefined || closed) return;
    upSinceMs = clock.now();
    log.info('Redis is there: quota and answers are shared');
  }

  function reconnectInTheEnd(): void {
    failedPulses += 1;
    if (closed || failedPulses % FAILED_PULSES_TO_RECONNECT !== 0) return;
    client.destroy();
    client = open();
  }

  return {
    use: (command) =>
      upSinceMs === undefined ? Promise.reject(new RedisAwayError('away')) : attempt(command),
    upSinceMs: () => upSinceMs,
    aheadOfRedisMs: () => aheadMs,
    onAway: (listener) => awayListeners.push(listener),
    onPulse: (listener) => pulseListeners.push(listener),
    subscribe: (channel, listener) => subscriptions.push([channel, listener]),
    async opened() {
      const giveUpAtMs = clock.now() + FIRST_CONNECTION_MS;
      while (upSinceMs === undefined && clock.now() < giveUpAtMs) await clock.sleep(10);
      if (upSinceMs === undefined)
        log.warn({ cause }, 'Redis is away from the start: going on without');
    },
    close() {
      closed = true;
      clearInterval(timer);
      upSinceMs = undefined;
      client.destroy();
    },
  };
}

/** Redis has read its clock between the question and the answer. */
async function compareClocks(client: RedisClient, clock: Clock): Promise<number> {
  const askedAtMs = clock.now();
  const [seconds, microseconds] = await client.time();
  const redisMs = Number(seconds) * 1_000 + Number(microseconds) / 1_000;
  return Math.round((askedAtMs + clock.now()) / 2 - redisMs);
}

class RedisAwayError extends Error {
  override readonly name = 'RedisAwayError';
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

function connectTo(url: string) {
  return createClient({
    url,
    // What cannot be sent now is of no use later.
    disableOfflineQueue: true,
    maintNotifications: 'disabled',
    socket: { connectTimeout: CONNECT_TIMEOUT_MS, reconnectStrategy: RECONNECT_MS },
  });
}

/** Of what Redis says, only the first word, which is its kind: the rest may quote keys. */
function nameOf(error: unknown): string {
  if (!(error instanceof Error)) return typeof error;
  if (error instanceof RedisAwayError) return error.message;
  const code = (error as NodeJS.ErrnoException).code ?? '';
  return error instanceof ErrorReply
    ? (error.message.split(' ')[0] ?? '')
    : `${error.name} ${code}`.trim();
}
