import { tooLate } from '../quota/quota-errors';
import type { Forecast } from '../quota/forecast';
import type { Batch } from './batch';
import type { PendingUser, Waiter } from './pending-user';
import type { Newcomer, Queue } from './queue';
import { createSchedule } from './schedule';

/**
 * Refuses at once the waiters that cannot be answered in time, before a seat is wasted on them. A waiter
 * that is admitted keeps its place whatever comes later, unless Feishu closes the gate.
 */
export function refuseLate(queue: Queue, forecast: Forecast, nowMs: number): void {
  refuseBlocked(queue, forecast, nowMs);
  const newcomers = queue.takeNewcomers().filter(({ waiter }) => !waiter.operation.background);
  if (newcomers.length === 0 || allFit(queue, newcomers, forecast, nowMs)) return;
  refuseNewcomers(queue, newcomers, forecast, nowMs);
}

/** No call at all leaves for a while, which concerns also those that were admitted before. */
function refuseBlocked(queue: Queue, forecast: Forecast, nowMs: number): void {
  refuseLateOf(queue, queue.batches, forecast.blockedMs, forecast, nowMs);
  refuseLateOf(queue, queue.searches, forecast.searchBlockedMs, forecast, nowMs);
}

function refuseLateOf(
  queue: Queue,
  batches: Iterable<Batch>,
  waitMs: number,
  { reason }: Forecast,
  nowMs: number,
): void {
  // Nothing blocks the call of a user that is only late for another reason.
  if (waitMs <= 0) return;
  const late: PendingUser[] = [];
  for (const batch of batches) {
    if (batch.isBackground || batch.leaveByMs() >= nowMs + waitMs) break;
    const users = batch.users(batch.waitingUsers);
    late.push(...users.filter((user) => user.leaveByMs() < nowMs + waitMs));
  }
  for (const user of late) {
    for (const waiter of [...user.waiters.values()]) {
      const isLate = !waiter.operation.background && nowMs + waitMs > waiter.leaveByMs;
      if (isLate) queue.refuse(user, waiter, tooLate(waitMs, reason));
    }
  }
}

/** The quick answer for a gateway that is not overloaded: even as the very last, each call would be in time. */
function allFit(
  { waitingCalls, batches }: Queue,
  newcomers: readonly Newcomer[],
  forecast: Forecast,
  nowMs: number,
): boolean {
  const calls = waitingCalls();
  const waitMs = forecast.waitMs(calls);
  const [first] = batches;
  if (first && first.leaveByMs() < nowMs + waitMs) return false;
  return newcomers.every(({ waiter: { operation, leaveByMs } }) => {
    const ownWaitMs = operation.leavesReserve ? forecast.waitWithReserveMs(calls) : waitMs;
    return nowMs + ownWaitMs <= leaveByMs;
  });
}

interface Refused {
  readonly batch: Batch;
  readonly leaveByMs: number;
  readonly leavesReserve: boolean;
  readonly retryAfterMs: number;
}

/** Admits one newcomer after the other, as long as that takes no other user's place. */
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
      const leaveByMs = earliest(user, isNew);
      if (leaveByMs === Infinity) continue;
      schedule.add(batch, batch.seats, user, leaveByMs);
      placed.set(user, leaveByMs);
    }
  }
  let lastRefused: Refused | undefined;
  for (const { user, waiter } of newcomers) {
    const batch = batchOf.get(user);
    // It has left meanwhile, or a search will say when its turn is.
    if (!batch || user.waiters.get(waiter.operation) !== waiter) continue;
    const { leaveByMs, operation } = waiter;
    const { leavesReserve } = operation;
    if ((placed.get(user) ?? Infinity) <= leaveByMs) continue;
    const isAlike =
      lastRefused?.batch === batch &&
      lastRefused.leaveByMs === leaveByMs &&
      lastRefused.leavesReserve === leavesReserve;
    if (lastRefused && isAlike && !placed.has(user)) {
      // Where one more seat did not fit, another one does not either.
      queue.refuse(user, waiter, tooLate(lastRefused.retryAfterMs, forecast.reason));
      continue;
    }
    const { fits, nthCall } = schedule.tryAdd(batch, batch.seats, user, leaveByMs);
    const waitMs = leavesReserve ? forecast.waitWithReserveMs(nthCall) : forecast.waitMs(nthCall);
    if (fits && nowMs + waitMs <= leaveByMs) {
      placed.set(user, leaveByMs);
      continue;
    }
    if (fits) schedule.remove(batch, user);
    // Where it would take another user's place, it has to come again when all others have left.
    const retryAfterMs = fits ? waitMs : Math.max(waitMs, forecast.waitMs(queue.waitingCalls()));
    lastRefused = { batch, leaveByMs, leavesReserve, retryAfterMs };
    queue.refuse(user, waiter, tooLate(retryAfterMs, forecast.reason));
  }
}

/** When the call must have left for those who wait for the user already. */
function earliest(user: PendingUser, isNew: ReadonlySet<Waiter>): number {
  let leaveByMs = Infinity;
  for (const waiter of user.waiters.values()) {
    if (!isNew.has(waiter) && !waiter.operation.background) {
      leaveByMs = Math.min(leaveByMs, waiter.leaveByMs);
    }
  }
  return leaveByMs;
}
