import type { Quota } from '../../src/quota/pacing';
import { createBatchingWorld, cycle } from '../../test/support/batching-world';
import type { Asked } from '../../test/support/asking';

/** The waiting times and calls of a workload. */
export interface Outcome {
  readonly waitsMs: readonly number[];
  readonly callTimesMs: readonly number[];
  /** The times from arrival to refusal of requests that cannot be answered in time. */
  readonly refusalDelaysMs: readonly number[];
  readonly maxWaiting: number;
}

/**
 * Runs the gateway's own batcher, planner, gate, ledger and pacing on virtual time.
 * @param scopes the number of review cycles that users request in turn; cycles cannot share a call
 */
export async function runGateway(
  quota: Quota,
  arrivalsMs: readonly number[],
  scopes = 1,
): Promise<Outcome> {
  const world = createBatchingWorld({ quota });
  const cycles = Array.from({ length: scopes }, (_, i) => cycle(String(i)));
  let maxWaiting = 0;
  // The latest first, because the clock inserts in that order quickly.
  for (const [i, arrivalMs] of [...arrivalsMs].reverse().entries()) {
    world.clock.at(arrivalMs, () => {
      world.ask(cycles[i % scopes] ?? cycle('0'), [`user ${i}`]);
      maxWaiting = Math.max(maxWaiting, world.batcher.waitingUsers());
    });
  }
  await world.run();
  const tookMs = ({ outcome }: Asked) => outcome?.tookMs ?? NaN;
  return {
    waitsMs: world.asked.filter(({ outcome }) => outcome?.snapshot).map(tookMs),
    callTimesMs: world.calls.map(({ atMs }) => atMs),
    refusalDelaysMs: world.asked.filter(({ outcome }) => outcome?.error).map(tookMs),
    maxWaiting,
  };
}
