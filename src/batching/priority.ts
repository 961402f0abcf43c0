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
 * still in time after it; a call of a search for a poison ID, if all others are. Else the most urgent batch is
 * next. Full calls of services come after the others once only the reserve is left, and background
 * refreshes come last.
 */
export function chooseNext(
  queue: QueueView,
  forecast: Forecast,
  nowMs: number,
): NextCall | undefined {
  const { batches, fullBatches, searches } = queue;
  const isHeldForReserve = (batch: Batch) =>
    forecast.isReserveReached && batch.isFull && batch.leavesReserve();

  const full = find(fullBatches, (batch) => !isHeldForReserve(batch));
  if (full && canOvertake(full, batches, forecast, nowMs)) {
    return { batch: full, demand: atOnce(full) };
  }
  const [first] = batches;
  const search = find(searches, (batch) => !batch.search?.isAsking);
  const isAlone = !first || first.isBackground;
  const canSearch = isAlone || forecast.searchBlockedMs <= 0;
  if (search && canSearch && canOvertake(search, batches, forecast, nowMs)) {
    return { batch: search, demand: { ...atOnce(search), search: true } };
  }
  if (!first) return undefined;
  if (first.isBackground) return { batch: first, demand: BACKGROUND };
  const leaveByMs = latestMs(queue, forecast);
  const isOrdinary = (one: Batch) => !one.isBackground && !isHeldForReserve(one);
  const ordinary = leaveByMs > nowMs ? find(batches, isOrdinary) : undefined;
  const batch = ordinary && canOvertake(ordinary, batches, forecast, nowMs) ? ordinary : first;
  return { batch, demand: { full: false, leaveByMs, evenly: isHeldForReserve(batch) } };
}

type QueueView = Pick<Queue, 'batches' | 'fullBatches' | 'searches' | 'waitingCalls'>;

/** Whether all who come before the batch are still in time if it is next; before a search, all others come. */
function canOvertake(
  batch: Batch,
  batches: Iterable<Batch>,
  forecast: Forecast,
  nowMs: number,
): boolean {
  let nthCall = 1;
  for (const other of batches) {
    if (other.isBackground || other === batch) break;
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
