import type { Clock } from '../domain/clock';
import { recentOf, waitMsUntil, type Spending } from './spendings';

/** Calls that several principals may spend together in any window, spaced so that they last. */
export interface SharedAllowance {
  /**
   * How long until `added` calls more may be reserved, as far as that is known now.
   * @param reserved calls that are reserved already and not yet spent
   * @param isFull whether waiting would fill no seat, so that the calls need not be spaced
   */
  waitMs(added: number, reserved: number, isFull: boolean): number;
  noteReserved(): void;
  /** A call was made. Principals that share it all report it; it counts once. */
  noteSpent(call: object): void;
}

export interface SharedAllowanceOptions {
  readonly mostCalls: number;
  readonly windowMs: number;
  readonly clock: Pick<Clock, 'now'>;
}

/** While all calls are reserved: how soon to look again. */
const POLL_MS = 250;
/** Up to this share of the calls, they may be reserved at once; beyond it, they are spaced. */
const UNSPACED_SHARE = 1 / 3;

export function createSharedAllowance({
  mostCalls,
  windowMs,
  clock,
}: SharedAllowanceOptions): SharedAllowance {
  let spendings: readonly Spending[] = [];
  const counted = new WeakSet<object>();
  let lastReservedAtMs = -Infinity;

  /** For one call more, when `free` calls are left. */
  function spacedWaitMs(free: number): number {
    const [oldest] = spendings;
    if (!oldest || mostCalls - free < mostCalls * UNSPACED_SHARE) return 0;
    const untilFreeMs = oldest.atMs + windowMs - lastReservedAtMs;
    // Calls that come free close together are spaced too: else services would wait behind all of them.
    const spacingMs = Math.max(untilFreeMs / (free + 1), windowMs / mostCalls);
    return Math.ceil(lastReservedAtMs + spacingMs - clock.now());
  }

  return {
    waitMs(added, reserved, isFull) {
      spendings = recentOf(spendings, windowMs, clock.now());
      const unreserved = mostCalls - reserved;
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
