import { GatewayError } from '../domain/errors';
import { createTtlCache } from '../ttl-cache';
import type { Outcome } from './authenticator';

/** Limits how many unknown tokens of one client address are looked up. */
export interface LookUpLimit {
  /** @throws GatewayError `RATE_LIMITED` without calling `lookUp` */
  run(address: string, lookUp: () => Promise<Outcome>): Promise<Outcome>;
}

/** For each address and minute: rejected tokens and look-ups in flight. Accepted tokens do not count. */
const MAX_REJECTED = 60;
const MINUTE_MS = 60_000;
/** `retryAfterMs` while look-ups are in flight: some of them may end with an accepted token. */
const IN_FLIGHT_RETRY_AFTER_MS = 1_000;
const MAX_ADDRESSES = 20_000;

interface Count {
  rejected: number;
  inFlight: number;
}

export function createLookUpLimit(nowMs: () => number, onTooMany: () => void): LookUpLimit {
  const counts = createTtlCache<Count>({ maxEntries: MAX_ADDRESSES, ttlMs: MINUTE_MS, nowMs });

  function countOf(address: string): Count {
    const present = counts.get(address);
    if (present) return present;
    const count = { rejected: 0, inFlight: 0 };
    counts.set(address, count);
    return count;
  }

  return {
    async run(address, lookUp) {
      const count = countOf(address);
      // Look-ups in flight count, since each may be rejected: else a burst could exceed the limit.
      if (count.rejected + count.inFlight >= MAX_REJECTED) {
        onTooMany();
        const isFull = count.rejected >= MAX_REJECTED;
        throw tooMany(isFull ? counts.getRemainingTTL(address) : IN_FLIGHT_RETRY_AFTER_MS);
      }
      count.inFlight += 1;
      try {
        const outcome = await lookUp();
        if (outcome.kind === 'rejected') count.rejected += 1;
        return outcome;
      } finally {
        count.inFlight -= 1;
      }
    },
  };
}

function tooMany(waitMs: number): GatewayError {
  return new GatewayError(
    'RATE_LIMITED',
    `client address: expected at most ${MAX_REJECTED} unknown tokens in a minute, got more`,
    { retryAfterMs: waitMs },
  );
}
