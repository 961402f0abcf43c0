import { setMaxListeners } from 'node:events';
import type { Clock } from '../domain/clock';
import { createChangeSignal, type ChangeSignal } from '../domain/change-signal';
import { addTo } from '../domain/collections';
import { GatewayError } from '../domain/errors';
import { MAX_USERS_PER_CALL } from '../feishu/ports';
import { createReservedSeats } from './reserved-seats';
import { createSharedAllowance } from './shared-allowance';

/** An operation that waits for calls. */
export interface WaitingOperation {
  /** Aborts at the deadline, or when the client disconnects. */
  readonly signal: AbortSignal;
  /** On the monotonic clock. */
  readonly deadlineAtMs: number;
}

/** The upstream calls that all principals of policy `self` or `listed` may spend together. */
export interface SelfPool {
  /**
   * Reserves seats for users of a scope, to hold until their call is made. Waits until the calls that they need
   * are available.
   * @returns a function that frees the seats
   * @throws GatewayError `RATE_LIMITED` if the calls do not become available in time
   */
  enter(scope: string, users: number, operation: WaitingOperation): Promise<() => void>;
  /** Counts a call that was made. Each operation that shares the call reports it; it counts once. */
  charge(call: object): void;
}

export interface SelfPoolOptions {
  readonly maxCalls: number;
  readonly windowMs: number;
  readonly clock: Clock;
}

/** The share of an operation's remaining time that is kept for the queue and the call. */
const CALL_SHARE = 0.3;
/** A reservation may end at any moment, but clients need not retry more often than this. */
const MIN_RETRY_AFTER_MS = 1_000;
/** How often a waiting operation checks whether it may enter. */
const POLL_MS = 250;
/** How long an operation waits for others that fill its call, before it is refused because calls are spaced. */
const FILL_MS = 250;

/** For a gateway without principals of policy `all`, which keeps no calls for them. */
export const UNLIMITED_POOL: SelfPool = {
  enter: () => Promise.resolve(() => undefined),
  charge: () => undefined,
};

/**
 * - Seats are reserved by scope, since users of one scope share calls: 50 principals that ask for the same cycle
 *   need one call, ten cycles need ten.
 * - An operation that needs no further call does not wait.
 * - Calls are spaced over the window: else principals could spend all of them at once and would be refused for the
 *   rest of it.
 * - A full call is not delayed, since waiting would fill no seat.
 */
export function createSelfPool({ maxCalls, windowMs, clock }: SelfPoolOptions): SelfPool {
  const allowance = createSharedAllowance({ maxCalls, windowMs, clock });
  const freed = createChangeSignal();
  const reserved = createReservedSeats();
  const waitingUsers = new Map<string, number>();

  function reserveSeats(scope: string, users: number): void {
    if (reserved.callsAdded(scope, users) > 0) allowance.noteReserved();
    reserved.reserve(scope, users);
  }

  /** An estimate of how long until Feishu may be asked for these users. 0 or less: now. */
  function waitMs(
    scope: string,
    users: number,
    isFull = (waitingUsers.get(scope) ?? 0) >= MAX_USERS_PER_CALL,
  ): number {
    const added = reserved.callsAdded(scope, users);
    return added === 0 ? 0 : allowance.waitMs(added, reserved.calls(), isFull);
  }

  /** Waits, then reserves the seats. @throws GatewayError `RATE_LIMITED` */
  async function waitAndReserve(
    scope: string,
    users: number,
    { signal, deadlineAtMs }: WaitingOperation,
  ): Promise<void> {
    const latestAtMs = deadlineAtMs - (deadlineAtMs - clock.now()) * CALL_SHARE;
    const fillsUntilMs = Math.min(latestAtMs, clock.now() + FILL_MS);
    // Others who arrive now may fill the call, and a full call is not spaced.
    const mayFill = () => clock.now() < fillsUntilMs && waitMs(scope, users, true) <= 0;
    const before = waitingUsers.get(scope) ?? 0;
    addTo(waitingUsers, scope, users);
    if (before < MAX_USERS_PER_CALL && before + users >= MAX_USERS_PER_CALL) freed.fire();
    try {
      for (let ms = waitMs(scope, users); ms > 0; ms = waitMs(scope, users)) {
        const isLate = clock.now() + ms > latestAtMs && !mayFill();
        if (signal.aborted || isLate) throw tooMany(maxCalls, ms);
        await clock.sleep(Math.min(ms, POLL_MS), nextChange(freed)).catch(() => undefined);
      }
      // No `await` since the last check: the next operation that wakes up sees these seats as reserved.
      reserveSeats(scope, users);
    } finally {
      addTo(waitingUsers, scope, -users);
    }
  }

  return {
    async enter(scope, users, operation) {
      if (waitMs(scope, users) > 0) await waitAndReserve(scope, users, operation);
      else reserveSeats(scope, users);
      let seats = users;
      return () => {
        if (seats === 0) return;
        reserved.reserve(scope, -seats);
        seats = 0;
        if (waitingUsers.size > 0) freed.fire();
      };
    },

    charge: (call) => {
      allowance.noteSpent(call);
    },
  };
}

/** Any number of operations may wait for the signal. */
function nextChange(changes: ChangeSignal): AbortSignal {
  const signal = changes.next();
  setMaxListeners(0, signal);
  return signal;
}

function tooMany(maxCalls: number, retryAfterMs: number): GatewayError {
  return new GatewayError(
    'RATE_LIMITED',
    `all users together: expected at most ${maxCalls} upstream calls in a window of the quota, got more`,
    { retryAfterMs: Math.max(retryAfterMs, MIN_RETRY_AFTER_MS) },
  );
}
