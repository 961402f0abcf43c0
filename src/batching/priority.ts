import type { Demand } from '../quota/demand';
import type { Forecast } from '../quota/forecast';
import type { Batch } from './batch';
import type { Queue } from './queue';

export interface NextCall {
  readonly batch: Batch;
  readonly demand: Demand;
}

/**
 * Chooses the batch of the next call:
 * 1. a full batch, if all batches that are more urgent are still in time after it;
 * 2. a poison-ID search, if all batches are still in time after it;
 * 3. the most urgent batch.
 * While only the reserve is left, full calls of services come after other batches. Background refreshes
 * come last.
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
    return { batch: full, demand: { ...AT_ONCE, calls: callsAtOnce(full, queue, forecast) } };
  }
  const [first] = batches;
  const search = find(searches, (batch) => !batch.search?.isInFlight);
  const isAlone = !first || first.isBackground;
  const canSearch = isAlone || forecast.searchBlockedMs <= 0;
  if (search && canSearch && canOvertake(search, batches, forecast, nowMs)) {
    return { batch: search, demand: { ...AT_ONCE, search: true } };
  }
  if (!first) return undefined;
  if (first.isBackground) {
    return { batch: first, demand: first.isPrompt() ? PROMPT : BACKGROUND };
  }
  const sendByMs = latestMs(queue, forecast);
  const isOrdinary = (one: Batch) => !one.isBackground && !isHeldForReserve(one);
  const ordinary = sendByMs > nowMs ? find(batches, isOrdinary) : undefined;
  const batch = ordinary && canOvertake(ordinary, batches, forecast, nowMs) ? ordinary : first;
  return { batch, demand: { full: false, sendByMs, evenly: isHeldForReserve(batch) } };
}

/**
 * How many calls of a full batch are sent at the same moment. If even the last waiting call may be sent now, before
 * only the reserve is left, then no other batch waits longer because of them. Else they are chosen one by one.
 */
function callsAtOnce(
  { waitingUsers, seats }: Batch,
  { waitingCalls }: QueueView,
  forecast: Forecast,
): number {
  const allFit = forecast.waitWithReserveMs(waitingCalls()) <= 0;
  return allFit ? Math.floor(waitingUsers / seats) : 1;
}

type QueueView = Pick<Queue, 'batches' | 'fullBatches' | 'searches' | 'waitingCalls'>;

/** Whether all more urgent batches are still in time if this one is sent first. A search is the least urgent. */
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
    if (nowMs + forecast.waitMs(nthCall) > other.sendByMs()) return false;
  }
  return true;
}

/** When the next call must be sent at the latest so that all waiting users are in time. */
function latestMs({ batches, waitingCalls }: QueueView, forecast: Forecast): number {
  let latest = Infinity;
  let nthCall = 1;
  for (const batch of batches) {
    if (batch.isBackground) break;
    latest = Math.min(latest, forecast.latestMs(nthCall, batch.sendByMs()));
    // If all waiting calls fit one window, the most urgent batch decides.
    if (waitingCalls() <= forecast.quotaCalls) break;
    nthCall += batch.calls;
  }
  return latest;
}

const AT_ONCE: Demand = { full: true };

const BACKGROUND: Demand = { full: false, background: true };
/** Feishu has reported a change: clients expect to see it soon. */
const PROMPT: Demand = { ...BACKGROUND, evenly: false };

function find(batches: Iterable<Batch>, matches: (batch: Batch) => boolean): Batch | undefined {
  for (const batch of batches) if (matches(batch)) return batch;
  return undefined;
}
