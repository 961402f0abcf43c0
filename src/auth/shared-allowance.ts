import type { Clock } from '../domain/clock';
import { recentOf, waitMsUntil, type Spending } from './spendings';

/** Calls that several principals may spend together in any window. Reservations are spaced over the window. */
export interface SharedAllowance {
  /**
   * An estimate of how long until `added` more calls may be reserved. 0 or less: now.
   * @param reserved calls that are reserved and not spent yet
   * @param isFull whether the call is full: it is not spaced, since waiting would fill no seat
   */
  waitMs(added: number, reserved: number, isFull: boolean): number;
  noteReserved(): void;
  /** Counts a call that was made. Each operation that shares the call reports it; it counts once. */
  noteSpent(call: object): void;
}

export interface SharedAllowanceOptions {
  /** Finite. */
  readonly maxCalls: number;
  readonly windowMs: number;
  readonly clock: Pick<Clock, 'now'>;
}

/** The estimate while all calls are reserved: any reservation may end soon. */
const POLL_MS = 250;
/** The first calls of a window, up to this share, are not spaced. */
const UNSPACED_SHARE = 1 / 3;

export function createSharedAllowance({
  maxCalls,
  windowMs,
  clock,
}: SharedAllowanceOptions): SharedAllowance {
  let spendings: readonly Spending[] = [];
  const counted = new WeakSet<object>();
  let lastReservedAtMs = -Infinity;

  /** How long to wait before the next call; 0 or less: not at all. @param free calls that are neither reserved nor spent */
  function spacedWaitMs(free: number): number {
    const [oldest] = spendings;
    if (!oldest || maxCalls - free < maxCalls * UNSPACED_SHARE) return 0;
    const untilFreeMs = oldest.atMs + windowMs - lastReservedAtMs;
    // Calls that become free close together are spaced too: else services would queue behind all of them.
    const spacingMs = Math.max(untilFreeMs / (free + 1), windowMs / maxCalls);
    return Math.ceil(lastReservedAtMs + spacingMs - clock.now());
  }

  return {
    waitMs(added, reserved, isFull) {
      spendings = recentOf(spendings, windowMs, clock.now());
      const unreserved = maxCalls - reserved;
      if (unreserved < added) return POLL_MS;
      const freeInMs = waitMsUntil(unreserved - added, spendings, windowMs, clock.now());
      return freeInMs || (isFull ? 0 : spacedWaitMs(unreserved - spendings.length));
    },
    noteReserved() {
      lastReservedAtMs = clock.now();
    },
    noteSpent(call) {
      if (counted.has(call)) return;
      counted.add(call);
      spendings = [...recentOf(spendings, windowMs, clock.now()), { atMs: clock.now(), calls: 1 }];
    },
  };
}
