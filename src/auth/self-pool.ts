import { setMaxListeners } from 'node:events';
import type { Clock } from '../domain/clock';
import { createChangeSignal } from '../domain/change-signal';
import { addTo } from '../domain/collections';
import { GatewayError } from '../domain/errors';
import { MAX_USERS_PER_CALL } from '../feishu/ports';
import { recentOf, waitMsUntil, type Spending } from './spendings';

/** The operation that waits to have users asked for. */
export interface WaitingOperation {
  /** Aborts at the deadline, or when the client has disconnected. */
  readonly signal: AbortSignal;
  /** On the monotonic clock. */
  readonly deadlineAtMs: number;
}

/** The calls that all principals of policy `self` may spend together. */
export interface SelfPool {
  /**
   * Reserves the seats of a scope's users until their call leaves. Waits while the calls that they need are
   * not there.
   * @returns frees the seats
   * @throws GatewayError `RATE_LIMITED` if the calls will not be there in time
   */
  enter(scope: string, users: number, operation: WaitingOperation): Promise<() => void>;
  /** A call was made. Principals that share it all report it; it counts once. */
  charge(call: object): void;
}

export interface SelfPoolOptions {
  readonly mostCalls: number;
  readonly windowMs: number;
  readonly clock: Clock;
}

/** The share of an operation's time that is kept for the queue and the call itself. */
const CALL_SHARE = 0.3;
/** Shortest `retryAfterMs`: a reservation may end within a second. */
const SOON_MS = 1_000;
/** How often a waiting operation checks again whether it may enter. */
const POLL_MS = 250;
/** Up to this share of the calls, operations enter at once; beyond it, calls are spaced. */
const UNPACED_SHARE = 1 / 3;

/**
 * Users of one scope share calls, so that their seats are reserved together: 50 people who ask for the same
 * cycle need one call, ten made-up cycles need ten. An operation that adds no call to those that wait is not
 * held up. Calls are spaced so that they last until the next one is free again: else people would be refused
 * for the rest of the window. A full call is not delayed: waiting fills no seat.
 */
export function createSelfPool({ mostCalls, windowMs, clock }: SelfPoolOptions): SelfPool {
  let spendings: readonly Spending[] = [];
  let lastEnteredAtMs = -Infinity;
  const room = createChangeSignal();
  const charged = new WeakSet<object>();
  const reservedUsers = new Map<string, number>();
  /** That these users need. */
  let reservedCalls = 0;
  const waitingUsers = new Map<string, number>();

  function seat(scope: string, users: number): void {
    if (callsAdded(scope, users) > 0) lastEnteredAtMs = clock.now();
    reserve(scope, users);
  }

  function reserve(scope: string, users: number): void {
    reservedCalls += callsAdded(scope, users);
    addTo(reservedUsers, scope, users);
  }

  /** For one call more, when `free` calls are left. */
  function pacedWaitMs(scope: string, free: number): number {
    const isFull = (waitingUsers.get(scope) ?? 0) >= MAX_USERS_PER_CALL;
    const [oldest] = spendings;
    if (!oldest || isFull || mostCalls - free < mostCalls * UNPACED_SHARE) return 0;
    const untilFreeMs = oldest.atMs + windowMs - lastEnteredAtMs;
    // Calls that come free close together are spaced too: else services would wait behind all of them.
    const spacingMs = Math.max(untilFreeMs / (free + 1), windowMs / mostCalls);
    return Math.ceil(lastEnteredAtMs + spacingMs - clock.now());
  }

  /** How many calls these users add to those that wait. */
  function callsAdded(scope: string, users: number): number {
    const present = reservedUsers.get(scope) ?? 0;
    return callsFor(present + users) - callsFor(present);
  }

  /** How long until these users may be asked for, as far as that is known now. */
  function waitMs(scope: string, users: number): number {
    const added = callsAdded(scope, users);
    if (added === 0) return 0;
    spendings = recentOf(spendings, windowMs, clock.now());
    const unreserved = mostCalls - reservedCalls;
    if (unreserved < added) return POLL_MS;
    const freeInMs = waitMsUntil(unreserved - added, spendings, windowMs, clock.now());
    return freeInMs || pacedWaitMs(scope, unreserved - spendings.length);
  }

  /** Waits for an operation's turn. @throws GatewayError `RATE_LIMITED` */
  async function hold(scope: string, users: number, operation: WaitingOperation): Promise<void> {
    const { signal, deadlineAtMs } = operation;
    const leaveByMs = deadlineAtMs - (deadlineAtMs - clock.now()) * CALL_SHARE;
    const before = waitingUsers.get(scope) ?? 0;
    addTo(waitingUsers, scope, users);
    if (before < MAX_USERS_PER_CALL && before + users >= MAX_USERS_PER_CALL) room.fire();
    try {
      for (let ms = waitMs(scope, users); ms > 0; ms = waitMs(scope, users)) {
        if (signal.aborted || clock.now() + ms > leaveByMs) throw tooMany(mostCalls, ms);
        const change = room.next();
        // Any number of operations wait for it.
        setMaxListeners(0, change);
        await clock.sleep(Math.min(ms, POLL_MS), change).catch(() => undefined);
      }
      // In the same moment as the look: all others that were woken with it see what is left.
      seat(scope, users);
    } finally {
      addTo(waitingUsers, scope, -users);
    }
  }

  return {
    async enter(scope, users, operation) {
      if (waitMs(scope, users) > 0) await hold(scope, users, operation);
      else seat(scope, users);
      let seats = users;
      return () => {
        if (seats === 0) return;
        reserve(scope, -seats);
        seats = 0;
        if (waitingUsers.size > 0) room.fire();
      };
    },

    charge(call) {
      if (charged.has(call)) return;
      charged.add(call);
      spendings = [...recentOf(spendings, windowMs, clock.now()), { atMs: clock.now(), calls: 1 }];
    },
  };
}

/** Calls that so many users of one scope take. */
export function callsFor(users: number): number {
  return Math.ceil(users / MAX_USERS_PER_CALL);
}

function tooMany(mostCalls: number, retryAfterMs: number): GatewayError {
  return new GatewayError(
    'RATE_LIMITED',
    `principals that read only their own tasks: expected at most ${mostCalls} upstream calls together ` +
      'in a window of the quota, got more',
    { retryAfterMs: Math.max(retryAfterMs, SOON_MS) },
  );
}
