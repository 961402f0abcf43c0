import type { Snapshot } from '../cache/snapshot-cache';
import { sendByMsOf, type OperationContext } from '../domain/operation-context';
import type { WaitSpan } from '../domain/spans';
import type { BatchScope } from './scope';

/** One operation that waits for one user. */
export interface Waiter {
  readonly operation: OperationContext;
  readonly askedAtMs: number;
  /** When the user's call must be sent so that the operation is answered in time. */
  readonly sendByMs: number;
  readonly answer: Promise<Snapshot>;
  readonly resolve: (snapshot: Snapshot) => void;
  readonly reject: (error: Error) => void;
  /** The wait of the operation for all of its users; `undefined` if it is not traced. */
  readonly wait: WaitSpan | undefined;
}

/** One user of one scope that at least one operation waits for. */
export interface PendingUser {
  readonly scope: BatchScope;
  readonly userId: string;
  /** Distinct for each user of each scope. */
  readonly key: string;
  readonly waiters: ReadonlyMap<OperationContext, Waiter>;
  /** When the call must be sent for the most urgent waiter. Background refreshes count only if no client waits. */
  sendByMs(): number;
  /** Whether only background refreshes wait for the user. */
  isBackground(): boolean;
  /** Whether a background refresh waits for the user whose calls are not spaced. */
  isPrompt(): boolean;
  /** Whether no waiter needs the reserve: all are services or background refreshes. */
  leavesReserve(): boolean;
  addWaiter(operation: OperationContext, nowMs: number, wait?: WaitSpan): Waiter;
  removeWaiter(waiter: Waiter): void;
}

export function createPendingUser(scope: BatchScope, userId: string, key: string): PendingUser {
  const waiters = new Map<OperationContext, Waiter>();
  let interactive = 0;
  let sendByMs = Infinity;
  let latestMs = -Infinity;
  /** Whether the waiters are in the order of their deadlines, which is nearly always so. */
  let isInOrder = true;

  function earliestMs(): number {
    let earliest = Infinity;
    for (const { operation, sendByMs: ms } of waiters.values()) {
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
    sendByMs: () => sendByMs,
    isBackground: () => interactive === 0,

    isPrompt() {
      for (const { isPrompt } of waiters.keys()) if (isPrompt === true) return true;
      return false;
    },

    leavesReserve() {
      for (const { operation } of waiters.values()) {
        if (!operation.leavesReserve && !operation.background) return false;
      }
      return true;
    },

    addWaiter(operation, nowMs, wait) {
      const waiter = createWaiter(operation, nowMs, wait);
      waiters.set(operation, waiter);
      isInOrder &&= waiter.sendByMs >= latestMs;
      latestMs = Math.max(latestMs, waiter.sendByMs);
      if (operation.background) {
        if (interactive === 0) sendByMs = Math.min(sendByMs, waiter.sendByMs);
        return waiter;
      }
      interactive += 1;
      sendByMs = interactive === 1 ? waiter.sendByMs : Math.min(sendByMs, waiter.sendByMs);
      return waiter;
    },

    removeWaiter(waiter) {
      if (waiters.get(waiter.operation) !== waiter) return;
      waiters.delete(waiter.operation);
      if (!waiter.operation.background) interactive -= 1;
      if (waiter.sendByMs <= sendByMs) sendByMs = earliestMs();
    },
  };
}

function createWaiter(
  operation: OperationContext,
  nowMs: number,
  wait: WaitSpan | undefined,
): Waiter {
  const sendByMs = sendByMsOf(operation, nowMs);
  let resolve: Waiter['resolve'] = () => undefined;
  let reject: Waiter['reject'] = () => undefined;
  const answer = new Promise<Snapshot>((resolveAnswer, rejectAnswer) => {
    resolve = resolveAnswer;
    reject = rejectAnswer;
  });
  return { operation, askedAtMs: nowMs, sendByMs, answer, resolve, reject, wait };
}
