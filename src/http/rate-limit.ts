import { isIP } from 'node:net';
import { normalizeIP } from '@fastify/rate-limit';
import type { FastifyRequest } from 'fastify';
import { LRUCache } from 'lru-cache';
import { GatewayError } from '../domain/errors';
import type { Principal } from '../domain/principal';

/** Counts one request of a principal. @throws GatewayError `RATE_LIMITED` */
export type CountRequest = (principal: Principal, address: string) => void;

const WINDOW_MS = 60_000;
/** The least recently seen ones are forgotten first. */
const MOST_PRINCIPALS = 20_000;

/**
 * A fixed window for each principal. The store of `@fastify/rate-limit` reads the wall clock, and would
 * keep a principal out for as long as that was set back.
 * @param perMinute 0: without a limit
 * @param nowMs monotonic
 */
export function createRateLimit(perMinute: number, nowMs: () => number): CountRequest {
  if (perMinute === 0) return () => undefined;
  const counts = new LRUCache<string, { requests: number }>({
    max: MOST_PRINCIPALS,
    ttl: WINDOW_MS,
    perf: { now: nowMs },
    // Else the cache keeps the time for a moment of its own clock.
    ttlResolution: 0,
  });
  return (principal, address) => {
    const key = keyOf(principal, address);
    const count = counts.get(key) ?? { requests: 0 };
    if (count.requests === 0) counts.set(key, count);
    count.requests += 1;
    if (count.requests > perMinute) throw tooMany(perMinute, counts.getRemainingTTL(key));
  };
}

/** An IPv4 address, or an IPv6 address in brackets; some proxies add the client's port. */
const ADDRESS_AND_PORT = /^(?:\[(?<v6>[^\]]+)\]|(?<v4>[\d.]+))(?::\d+)?$/;

/**
 * One client: of IPv6 the network, since each has addresses without end. What a trusted proxy forwards as an
 * address and is none counts as the proxy's own.
 */
export function addressOf({ ip, raw }: Pick<FastifyRequest, 'ip' | 'raw'>): string {
  const { v4, v6 } = ADDRESS_AND_PORT.exec(ip)?.groups ?? {};
  const address = v4 ?? v6 ?? ip;
  return normalizeIP(isIP(address) ? address : (raw.socket.remoteAddress ?? ''));
}

/** A principal with a name is counted by it, from any address; an anonymous one by its address. */
export function keyOf(principal: Principal | undefined, address: string): string {
  if (!principal || principal.kind === 'anonymous') {
    return `address ${normalizeIP(address)}`;
  }
  return `${principal.kind} ${principal.name}`;
}

function tooMany(perMinute: number, waitMs: number): GatewayError {
  return new GatewayError(
    'RATE_LIMITED',
    `principal: expected at most ${perMinute} requests in a minute, got more`,
    { retryAfterMs: waitMs },
  );
}
