import { LRUCache } from 'lru-cache';
import { GatewayError } from '../domain/errors';
import type { Outcome } from './authenticator';

/** Bounds how many unknown tokens of one address are looked up. */
export interface LookUpLimit {
  /** @throws GatewayError `RATE_LIMITED` instead of asking */
  ask(address: string, lookUp: () => Promise<Outcome>): Promise<Outcome>;
}

/** Of one address in a minute: refused, or not judged yet. Good ones do not count. */
export const MOST_REFUSED = 60;
const MINUTE_MS = 60_000;
/** Where the others are only under way, room is soon. */
const SOON_MS = 1_000;
/** Those who came least lately are forgotten first. */
const MOST_ADDRESSES = 20_000;

interface Count {
  refused: number;
  underWay: number;
}

export function createLookUpLimit(nowMs: () => number, onTooMany: () => void): LookUpLimit {
  const counts = new LRUCache<string, Count>({
    max: MOST_ADDRESSES,
    ttl: MINUTE_MS,
    perf: { now: nowMs },
    // Else the cache keeps the time for a moment of its own clock.
    ttlResolution: 0,
  });

  function countOf(address: string): Count {
    const present = counts.get(address);
    if (present) return present;
    const count = { refused: 0, underWay: 0 };
    counts.set(address, count);
    return count;
  }

  return {
    async ask(address, lookUp) {
      const count = countOf(address);
      // What is under way may be refused yet: else as many as like could come at once.
      if (count.refused + count.underWay >= MOST_REFUSED) {
        onTooMany();
        const isFull = count.refused >= MOST_REFUSED;
        throw tooMany(isFull ? counts.getRemainingTTL(address) : SOON_MS);
      }
      count.underWay += 1;
      try {
        const outcome = await lookUp();
        if (outcome.kind === 'rejected') count.refused += 1;
        return outcome;
      } finally {
        count.underWay -= 1;
      }
    },
  };
}

function tooMany(waitMs: number): GatewayError {
  return new GatewayError(
    'RATE_LIMITED',
    `one address: expected at most ${MOST_REFUSED} unknown tokens in a minute, got more`,
    { retryAfterMs: waitMs },
  );
}
