import { addTo } from '../domain/collections';
import { GatewayError } from '../domain/errors';
import type { Principal } from '../domain/principal';
import { keyOf } from './rate-limit';

export interface ConcurrencyLimits {
  /** Of one principal that reads only their own tasks. */
  readonly self: number;
  /** Of any other: a service, or an address without credentials, behind which many people may be. */
  readonly other: number;
}

/** One among the requests that a principal has in progress. */
export interface Place {
  /**
   * Keeps the place: for the connection, and for the work. It is free once all have given it back.
   * @returns gives it back
   */
  keep(): () => void;
}

/** Takes a place among the requests that a principal has in progress in this process. @throws GatewayError `RATE_LIMITED` */
export type EnterRequest = (principal: Principal, address: string) => Place;

/** A request takes as long as an operation, whose other requests are answered by then. */
const RETRY_AFTER_MS = 1_000;

export function createConcurrencyLimit({ self, other }: ConcurrencyLimits): EnterRequest {
  const inProgress = new Map<string, number>();
  return (principal, address) => {
    const isSelf = principal.kind === 'user' && principal.policy === 'self';
    const most = isSelf ? self : other;
    const key = keyOf(principal, address);
    if ((inProgress.get(key) ?? 0) >= most) throw tooMany(most);
    addTo(inProgress, key, 1);
    return createPlace(() => {
      addTo(inProgress, key, -1);
    });
  };
}

function createPlace(free: () => void): Place {
  const keepers = new Set<symbol>();
  let isFree = false;
  return {
    keep() {
      const keeper = Symbol('keeper');
      keepers.add(keeper);
      return () => {
        keepers.delete(keeper);
        if (isFree || keepers.size > 0) return;
        isFree = true;
        free();
      };
    },
  };
}

function tooMany(most: number): GatewayError {
  return new GatewayError(
    'RATE_LIMITED',
    `principal: expected at most ${most} requests at once, got more`,
    { retryAfterMs: RETRY_AFTER_MS },
  );
}
