import rateLimit, { normalizeIP } from '@fastify/rate-limit';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { GatewayError } from '../domain/errors';
import type { Principal } from '../domain/principal';

/** Counts one request of a caller. @throws GatewayError `RATE_LIMITED` */
export type CountRequest = (request: FastifyRequest, principal: Principal) => Promise<void>;

const WINDOW_MS = 60_000;
/** Those who have asked least lately are forgotten first. */
const MOST_CALLERS = 20_000;

/** @param perMinute 0: without a limit */
export async function createRateLimit(
  server: FastifyInstance,
  perMinute: number,
): Promise<CountRequest> {
  if (perMinute === 0) return () => Promise.resolve();
  const callers = new WeakMap<FastifyRequest, Principal>();
  await server.register(rateLimit, { global: false, cache: MOST_CALLERS });
  const count = server.createRateLimit({
    max: perMinute,
    timeWindow: WINDOW_MS,
    keyGenerator: (request) => keyOf(callers.get(request), request.ip),
  });
  return async (request, principal) => {
    callers.set(request, principal);
    const counted = await count(request);
    if (!counted.isAllowed && counted.isExceeded) throw tooMany(perMinute, counted.ttl);
  };
}

/** One client: of IPv6 the network, since each has addresses without end. */
export function addressOf({ ip }: Pick<FastifyRequest, 'ip'>): string {
  return normalizeIP(ip);
}

/** Who has a name is counted by it, from wherever it comes; nobody in particular is an address. */
export function keyOf(principal: Principal | undefined, address: string): string {
  if (!principal || principal.kind === 'anonymous') {
    return `address ${normalizeIP(address)}`;
  }
  return `${principal.kind} ${principal.name}`;
}

function tooMany(perMinute: number, waitMs: number): GatewayError {
  return new GatewayError(
    'RATE_LIMITED',
    `one caller: expected at most ${perMinute} requests in a minute, got more`,
    { retryAfterMs: waitMs },
  );
}
