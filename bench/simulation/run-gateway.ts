import type { Quota } from '../../src/quota/pacing';
import { createBatchingWorld, cycle } from '../../test/support/batching-world';
import type { Asked } from '../../test/support/asking';

/** What a workload was like for those who waited, and for the quota. */
export interface Outcome {
  readonly waitsMs: readonly number[];
  readonly callTimesMs: readonly number[];
  /** From arrival to refusal, of those who could not be answered in time. */
  readonly refusalDelaysMs: readonly number[];
  readonly mostWaiting: number;
}

/**
 * The gateway's own batcher, planner, gate, ledger and pacing, on virtual time.
 * @param scopes review cycles that the users ask about in turn; no two of them share a call
 */
export async function runGateway(
  quota: Quota,
  arrivalsMs: readonly number[],
  scopes = 1,
): Promise<Outcome> {
  const world = createBatchingWorld({ quota });
  const cycles = Array.from({ length: scopes }, (_, i) => cycle(String(i)));
  let mostWaiting = 0;
  // Latest first, which is the cheap order to fill the clock in.
  for (const [i, arrivalMs] of [...arrivalsMs].reverse().entries()) {
    world.clock.at(arrivalMs, () => {
      world.ask(cycles[i % scopes] ?? cycle('0'), [`user ${i}`]);
      mostWaiting = Math.max(mostWaiting, world.batcher.waitingUsers());
    });
  }
  await world.run();
  const tookMs = ({ outcome }: Asked) => outcome?.tookMs ?? NaN;
  return {
    waitsMs: world.asked.filter(({ outcome }) => outcome?.snapshot).map(tookMs),
    callTimesMs: world.calls.map(({ atMs }) => atMs),
    refusalDelaysMs: world.asked.filter(({ outcome }) => outcome?.error).map(tookMs),
    mostWaiting,
  };
}
