import { isIP } from 'node:net';
import { normalizeIP } from '@fastify/rate-limit';
import type { FastifyRequest } from 'fastify';
import { LRUCache } from 'lru-cache';
import { GatewayError } from '../domain/errors';
import type { Principal } from '../domain/principal';
import { createTtlCache } from '../ttl-cache';

/** Counts one request of a principal. @throws GatewayError `RATE_LIMITED` */
export type CountRequest = (principal: Principal, address: string) => void;

const WINDOW_MS = 60_000;
const MAX_PRINCIPALS = 20_000;

/**
 * Counts requests in a fixed window for each principal. `@fastify/rate-limit` reads the wall clock: if that is set
 * back, its window lasts longer.
 * @param perMinute 0: no limit
 * @param nowMs monotonic
 */
export function createRateLimit(perMinute: number, nowMs: () => number): CountRequest {
  if (perMinute === 0) return () => undefined;
  const counts = createTtlCache<{ requests: number }>({
    maxEntries: MAX_PRINCIPALS,
    ttlMs: WINDOW_MS,
    nowMs,
  });
  return (principal, address) => {
    const key = keyOf(principal, address);
    const count = counts.get(key) ?? { requests: 0 };
    if (count.requests === 0) counts.set(key, count);
    count.requests += 1;
    if (count.requests > perMinute) throw tooMany(perMinute, counts.getRemainingTTL(key));
  };
}

/** An IPv4 address, or an IPv6 address in brackets. Some proxies append the client's port. */
const ADDRESS_AND_PORT = /^(?:\[(?<v6>[^\]]+)\]|(?<v4>[\d.]+))(?::\d+)?$/;

/**
 * The client's address; for IPv6 its network, since one client can use many addresses. If a trusted proxy forwards
 * an invalid address, the proxy's own counts.
 */
export function addressOf({ ip, raw }: Pick<FastifyRequest, 'ip' | 'raw'>): string {
  const address = isIP(ip) ? ip : withoutPort(ip);
  return networkOf(isIP(address) ? address : (raw.socket.remoteAddress ?? ''));
}

function withoutPort(ip: string): string {
  const { v4, v6 } = ADDRESS_AND_PORT.exec(ip)?.groups ?? {};
  return v4 ?? v6 ?? ip;
}

/** Counts a principal by its name, and an anonymous one by its address. */
export function keyOf(principal: Principal, address: string): string {
  if (principal.kind === 'anonymous') return `address ${networkOf(address)}`;
  const { tenantKey, kind, name } = principal;
  // The same name in two companies is two principals. A tenant key has no space; a name may have.
  return tenantKey === null ? `${kind} ${name}` : `${tenantKey} ${kind} ${name}`;
}

const networks = new LRUCache<string, string>({ max: 1_000 });

/** The address itself for IPv4. Memoized, because parsing an IPv6 address costs as much as the rest of the admission. */
function networkOf(address: string): string {
  const known = networks.get(address);
  if (known !== undefined) return known;
  const network = normalizeIP(address);
  networks.set(address, network);
  return network;
}

function tooMany(perMinute: number, waitMs: number): GatewayError {
  return new GatewayError(
    'RATE_LIMITED',
    `principal: expected at most ${perMinute} requests in a minute, got more`,
    { retryAfterMs: waitMs },
  );
}
