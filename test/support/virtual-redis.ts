import { createRedisClient, type RedisClient } from '../../src/redis/redis-client';
import type { RedisLink } from '../../src/redis/redis-link';
import { VirtualClock } from './virtual-clock';

/**
 * A real Redis whose scripts read a virtual clock, so that the ledger's own script runs for hours of many replicas in
 * minutes. Messages and replies take half of a link's round trip, on virtual time too.
 */
export interface VirtualRedis {
  readonly clock: VirtualClock;
  createLink(roundTripMs: number): VirtualLink;
  /** How many scripts have run. */
  scripts(): number;
  close(): void;
}

export interface VirtualLink extends RedisLink {
  /** Sends a pulse now. */
  pulse(): Promise<unknown>;
}

type Evaluate = (text: string, options: Parameters<RedisClient['eval']>[1]) => Promise<unknown>;

/** The script takes its time from two more arguments, which are removed before it reads the others. */
const TIME = "redis.call('TIME')";
const GIVEN_TIME = '{ table.remove(ARGV), table.remove(ARGV) }';

export async function startVirtualRedis(url: string): Promise<VirtualRedis> {
  const redis = createRedisClient(url);
  await redis.connect();
  const running = new Set<Promise<unknown>>();
  let scripts = 0;
  const clock = new VirtualClock(undefined, async () => {
    await Promise.allSettled(running);
    return running.size > 0;
  });

  const evaluate: Evaluate = (text, { keys = [], arguments: given = [] } = {}) => {
    const nowMs = clock.unixMs();
    const time = [String((nowMs % 1_000) * 1_000), String(Math.floor(nowMs / 1_000))];
    scripts += 1;
    const reply = redis.eval(text.replace(TIME, GIVEN_TIME), {
      keys,
      arguments: [...given, ...time],
    });
    running.add(reply);
    return reply.finally(() => running.delete(reply));
  };

  return {
    clock,
    createLink: (roundTripMs) => createVirtualLink(redis, clock, evaluate, roundTripMs / 2),
    scripts: () => scripts,
    close: () => {
      redis.destroy();
    },
  };
}

function createVirtualLink(
  redis: RedisClient,
  clock: VirtualClock,
  evaluate: Evaluate,
  oneWayMs: number,
): VirtualLink {
  const never = () => () => undefined;
  const listeners: ((client: RedisClient) => Promise<unknown>)[] = [];
  const client = {
    // The ledger then sends the text, as it does to a Redis that has lost its script.
    evalSha: () => Promise.reject(new Error('NOSCRIPT ')),
    eval: async (...[text, options]: Parameters<Evaluate>) => {
      await clock.sleep(oneWayMs);
      const reply = await evaluate(text, options);
      await clock.sleep(oneWayMs);
      return reply;
    },
  } as unknown as RedisClient;

  return {
    use: (command) => command(client),
    pulse: () => Promise.all(listeners.map((listener) => listener(client))),
    // The others have had the time to connect.
    upSinceMs: () => -Infinity,
    lastError: () => '',
    aheadOfRedisMs: () => 0,
    onDisconnected: never,
    onConnected: never,
    onPulse(listener) {
      listeners.push(listener);
      return () => undefined;
    },
    subscribe(channel, listener) {
      void redis.subscribe(channel, (message) => {
        clock.at(clock.now() + oneWayMs, () => {
          listener(message);
        });
      });
      return () => undefined;
    },
    opened: () => Promise.resolve(),
    close: () => undefined,
  };
}
