import { tooLate } from '../quota/quota-errors';
import type { Forecast } from '../quota/forecast';
import type { Batch } from './batch';
import type { PendingUser, Waiter } from './pending-user';
import type { Newcomer, Queue } from './queue';
import { createSchedule } from './schedule';

/**
 * Refuses the waiters that cannot be answered in time at once, before a seat is wasted on them. An admitted
 * waiter keeps its place when others arrive later; only a closing of the gate can take it away.
 */
export function refuseLate(queue: Queue, forecast: Forecast, nowMs: number): void {
  refuseBlocked(queue, forecast, nowMs);
  const newcomers = queue.takeNewcomers().filter(({ waiter }) => !waiter.operation.background);
  if (newcomers.length === 0 || allFit(queue, newcomers, forecast, nowMs)) return;
  refuseNewcomers(queue, newcomers, forecast, nowMs);
}

/** While no call may be sent at all, waiters that were admitted before may be late too. */
function refuseBlocked(queue: Queue, forecast: Forecast, nowMs: number): void {
  refuseLateIn(queue, queue.batches, forecast.blockedMs, forecast, nowMs);
  refuseLateIn(queue, queue.searches, forecast.searchBlockedMs, forecast, nowMs);
}

function refuseLateIn(
  queue: Queue,
  batches: Iterable<Batch>,
  waitMs: number,
  { reason }: Forecast,
  nowMs: number,
): void {
  // No call is blocked now. A user may still be late, but not because of this.
  if (waitMs <= 0) return;
  const late: PendingUser[] = [];
  for (const batch of batches) {
    if (batch.isBackground || batch.sendByMs() >= nowMs + waitMs) break;
    const users = batch.users(batch.waitingUsers);
    late.push(...users.filter((user) => user.sendByMs() < nowMs + waitMs));
  }
  for (const user of late) {
    for (const waiter of [...user.waiters.values()]) {
      const isLate = !waiter.operation.background && nowMs + waitMs > waiter.sendByMs;
      if (isLate) queue.refuse(user, waiter, tooLate(waitMs, reason));
    }
  }
}

/** The fast path while the gateway is not overloaded: every newcomer is in time even in the last call. */
function allFit(
  { waitingCalls, batches }: Queue,
  newcomers: readonly Newcomer[],
  forecast: Forecast,
  nowMs: number,
): boolean {
  const calls = waitingCalls();
  const waitMs = forecast.waitMs(calls);
  const [first] = batches;
  if (first && first.sendByMs() < nowMs + waitMs) return false;
  return newcomers.every(({ waiter: { operation, sendByMs } }) => {
    const ownWaitMs = operation.leavesReserve ? forecast.waitWithReserveMs(calls) : waitMs;
    return nowMs + ownWaitMs <= sendByMs;
  });
}

interface Refused {
  readonly batch: Batch;
  readonly sendByMs: number;
  readonly leavesReserve: boolean;
  readonly retryAfterMs: number;
}

/** Admits newcomers one by one. A newcomer is refused if it would make another user late. */
function refuseNewcomers(
  queue: Queue,
  newcomers: readonly Newcomer[],
  forecast: Forecast,
  nowMs: number,
): void {
  const isNew = new Set(newcomers.map(({ waiter }) => waiter));
  const schedule = createSchedule<Batch, PendingUser>((nthCall) => forecast.waitMs(nthCall), nowMs);
  const batchOf = new Map<PendingUser, Batch>();
  const placed = new Map<PendingUser, number>();
  for (const batch of queue.batches) {
    if (batch.isBackground) break;
    for (const user of batch.users(batch.waitingUsers)) {
      batchOf.set(user, batch);
      const sendByMs = admittedSendByMs(user, isNew);
      if (sendByMs === Infinity) continue;
      schedule.add(batch, batch.seats, user, sendByMs);
      placed.set(user, sendByMs);
    }
  }
  let lastRefused: Refused | undefined;
  for (const { user, waiter } of newcomers) {
    const batch = batchOf.get(user);
    // The operation has ended meanwhile, or the user is part of a search, which has its own schedule.
    if (!batch || user.waiters.get(waiter.operation) !== waiter) continue;
    const { sendByMs, operation } = waiter;
    const { leavesReserve } = operation;
    if ((placed.get(user) ?? Infinity) <= sendByMs) continue;
    const repeatsLastRefusal =
      lastRefused?.batch === batch &&
      lastRefused.sendByMs === sendByMs &&
      lastRefused.leavesReserve === leavesReserve;
    if (lastRefused && repeatsLastRefusal && !placed.has(user)) {
      // The same request for a seat has just been refused.
      queue.refuse(user, waiter, tooLate(lastRefused.retryAfterMs, forecast.reason));
      continue;
    }
    const { fits, nthCall } = schedule.tryAdd(batch, batch.seats, user, sendByMs);
    const waitMs = leavesReserve ? forecast.waitWithReserveMs(nthCall) : forecast.waitMs(nthCall);
    if (fits && nowMs + waitMs <= sendByMs) {
      placed.set(user, sendByMs);
      continue;
    }
    if (fits) schedule.remove(batch, user);
    // If it would make another user late, the client has to retry after all waiting calls are sent.
    const retryAfterMs = fits ? waitMs : Math.max(waitMs, forecast.waitMs(queue.waitingCalls()));
    lastRefused = { batch, sendByMs, leavesReserve, retryAfterMs };
    queue.refuse(user, waiter, tooLate(retryAfterMs, forecast.reason));
  }
}

/** When the user's call must be sent for the waiters that are already admitted. */
function admittedSendByMs(user: PendingUser, isNew: ReadonlySet<Waiter>): number {
  let sendByMs = Infinity;
  for (const waiter of user.waiters.values()) {
    if (!isNew.has(waiter) && !waiter.operation.background) {
      sendByMs = Math.min(sendByMs, waiter.sendByMs);
    }
  }
  return sendByMs;
}
