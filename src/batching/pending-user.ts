import type { Snapshot } from '../cache/snapshot-cache';
import type { OperationContext } from '../domain/operation-context';
import type { BatchScope } from './scope';

/** One operation that waits for one user. */
export interface Waiter {
  readonly operation: OperationContext;
  readonly askedAtMs: number;
  /** When the user's call must have left so that the operation is answered in time. */
  readonly leaveByMs: number;
  readonly answer: Promise<Snapshot>;
  readonly resolve: (snapshot: Snapshot) => void;
  readonly reject: (error: Error) => void;
}

/** One user of one scope, and all operations that wait for its answer. */
export interface PendingUser {
  readonly scope: BatchScope;
  readonly userId: string;
  /** Distinct for each user of each scope. */
  readonly key: string;
  readonly waiters: ReadonlyMap<OperationContext, Waiter>;
  /** When the call must have left for the most urgent waiter; background refreshes count only among themselves. */
  leaveByMs(): number;
  /** Only background refreshes wait for it. */
  isBackground(): boolean;
  /** Whether all who wait are services, whose calls leave a reserve of the quota to others. */
  leavesReserve(): boolean;
  addWaiter(operation: OperationContext, nowMs: number): Waiter;
  removeWaiter(waiter: Waiter): void;
}

/** The part of an operation's time that is kept for upstream's answer. */
const ANSWER_SHARE = 0.1;

export function createPendingUser(scope: BatchScope, userId: string, key: string): PendingUser {
  const waiters = new Map<OperationContext, Waiter>();
  let interactive = 0;
  let leaveByMs = Infinity;
  let latestMs = -Infinity;
  /** Whether the waiters are in the order of their deadlines, as they nearly always are. */
  let isInOrder = true;

  function earliestMs(): number {
    let earliest = Infinity;
    for (const { operation, leaveByMs: ms } of waiters.values()) {
      if (operation.background && interactive > 0) continue;
      if (isInOrder) return ms;
      earliest = Math.min(earliest, ms);
    }
    return earliest;
  }

  return {
    scope,
    userId,
    key,
    waiters,
    leaveByMs: () => leaveByMs,
    isBackground: () => interactive === 0,

    leavesReserve() {
      for (const { operation } of waiters.values()) {
        if (!operation.leavesReserve && !operation.background) return false;
      }
      return true;
    },

    addWaiter(operation, nowMs) {
      const waiter = createWaiter(operation, nowMs);
      waiters.set(operation, waiter);
      isInOrder &&= waiter.leaveByMs >= latestMs;
      latestMs = Math.max(latestMs, waiter.leaveByMs);
      if (operation.background) {
        if (interactive === 0) leaveByMs = Math.min(leaveByMs, waiter.leaveByMs);
        return waiter;
      }
      interactive += 1;
      leaveByMs = interactive === 1 ? waiter.leaveByMs : Math.min(leaveByMs, waiter.leaveByMs);
      return waiter;
    },

    removeWaiter(waiter) {
      if (waiters.get(waiter.operation) !== waiter) return;
      waiters.delete(waiter.operation);
      if (!waiter.operation.background) interactive -= 1;
      if (waiter.leaveByMs <= leaveByMs) leaveByMs = earliestMs();
    },
  };
}

function createWaiter(operation: OperationContext, nowMs: number): Waiter {
  const { deadlineAtMs } = operation;
  const leaveByMs = deadlineAtMs - (deadlineAtMs - nowMs) * ANSWER_SHARE;
  let resolve: Waiter['resolve'] = () => undefined;
  let reject: Waiter['reject'] = () => undefined;
  const answer = new Promise<Snapshot>((resolveAnswer, rejectAnswer) => {
    resolve = resolveAnswer;
    reject = rejectAnswer;
  });
  return { operation, askedAtMs: nowMs, leaveByMs, answer, resolve, reject };
}
