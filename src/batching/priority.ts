import type { Forecast } from '../quota/forecast';
import type { Demand } from '../quota/quota-gate';
import type { Batch } from './batch';
import type { Queue } from './queue';

export interface NextCall {
  readonly batch: Batch;
  readonly demand: Demand;
}

/**
 * Which batch the next call is for. A full call leaves at once, also before more urgent ones, if those are
 * still in time after it; a call of a search for a bad ID, if all others are. Else the most urgent batch is
 * next. Full calls of services come after the others once only the reserve is left, and background
 * refreshes come last.
 */
export function chooseNext(
  queue: QueueView,
  forecast: Forecast,
  nowMs: number,
): NextCall | undefined {
  const { batches, fullBatches } = queue;
  const isHeldForReserve = (batch: Batch) =>
    forecast.isReserveReached && batch.isFull && batch.leavesReserve();

  const full = find(fullBatches, (batch) => !batch.search && !isHeldForReserve(batch));
  if (full && canOvertake(queue, full, forecast, nowMs))
    return { batch: full, demand: atOnce(full) };

  const first = find(batches, (batch) => !batch.search);
  const search = find(fullBatches, (batch) => batch.search !== null && !batch.search.isAsking);
  const othersWait = first !== undefined && !first.isBackground;
  if (
    search &&
    (!othersWait || (forecast.searchBlockedMs <= 0 && canOvertake(queue, search, forecast, nowMs)))
  ) {
    return { batch: search, demand: { ...atOnce(search), search: true } };
  }
  if (!first) return undefined;
  if (first.isBackground) return { batch: first, demand: BACKGROUND };
  const leaveByMs = latestMs(queue, forecast);
  const isOrdinary = (one: Batch) => !one.search && !one.isBackground && !isHeldForReserve(one);
  const ordinary = leaveByMs > nowMs ? find(batches, isOrdinary) : undefined;
  const batch = ordinary && canOvertake(queue, ordinary, forecast, nowMs) ? ordinary : first;
  return { batch, demand: { full: false, leaveByMs, evenly: isHeldForReserve(batch) } };
}

type QueueView = Pick<Queue, 'batches' | 'fullBatches' | 'waitingCalls'>;

/** Whether all who come before the batch are still in time if it is next. */
function canOvertake(
  { batches }: QueueView,
  batch: Batch,
  forecast: Forecast,
  nowMs: number,
): boolean {
  let nthCall = 1;
  for (const other of batches) {
    if (other.isBackground || (other === batch && !batch.search)) break;
    if (other.search) continue;
    nthCall += other.calls;
    if (nowMs + forecast.waitMs(nthCall) > other.leaveByMs()) return false;
  }
  return true;
}

/** When the next call must leave at the latest, so that all who wait are in time. */
function latestMs({ batches, waitingCalls }: QueueView, forecast: Forecast): number {
  let latest = Infinity;
  let nthCall = 1;
  for (const batch of batches) {
    if (batch.isBackground) break;
    if (batch.search) continue;
    latest = Math.min(latest, forecast.latestMs(nthCall, batch.leaveByMs()));
    // As long as one window has room for all, the most urgent one decides.
    if (waitingCalls() <= forecast.quotaCalls) break;
    nthCall += batch.calls;
  }
  return latest;
}

const BACKGROUND: Demand = { full: false, leaveByMs: Infinity, background: true };

function atOnce(batch: Batch): Demand {
  return { full: true, leaveByMs: batch.leaveByMs() };
}

function find(batches: Iterable<Batch>, matches: (batch: Batch) => boolean): Batch | undefined {
  for (const batch of batches) if (matches(batch)) return batch;
  return undefined;
}
