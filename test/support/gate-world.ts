import fc from 'fast-check';
import type { Demand } from '../../src/quota/demand';
import type { Quota } from '../../src/quota/pacing';
import type { Permit, QuotaGate } from '../../src/quota/quota-gate';
import { MINUTE_MS, QUOTA, createGate } from './batching-world';
import { ManualClock } from './manual-clock';

export { MINUTE_MS, QUOTA };

export const NOW: Demand = { full: true };
export const IN_TIME: Demand = { full: false };
export const BACKGROUND: Demand = { full: false, background: true };

/** A gate on a clock that starts at 0 and moves only when told. */
export function createGateWorld(quota = QUOTA) {
  const clock = new ManualClock(undefined, 0);
  return { clock, gate: createGate(quota, clock) };
}

/** As after a refusal for the rate of calls. */
export function close(gate: QuotaGate, forMs: number): Promise<void> {
  return gate.closeFor({ forMs, reason: 'rate-limited' });
}

/** How long each of the next calls has to wait at least. */
export async function forecastMs(gate: QuotaGate, calls: number): Promise<readonly number[]> {
  const { forecast } = await gate.look();
  return Array.from({ length: calls }, (_, i) => forecast.waitMs(i + 1));
}

export async function tryAcquire(gate: QuotaGate, demand: Demand): Promise<Permit> {
  return gate.tryAcquire(await gate.look(), demand);
}

/** Acquires permits until one is refused, and returns their number. */
export async function acquireMany(gate: QuotaGate, demand: Demand, tries = 100): Promise<number> {
  let granted = 0;
  while (granted < tries && (await tryAcquire(gate, demand)).granted) granted += 1;
  return granted;
}

/** How long a demand is told to wait; 0 if it is granted. */
export async function waitMs(gate: QuotaGate, demand: Demand): Promise<number> {
  const permit = await tryAcquire(gate, demand);
  return permit.granted ? 0 : permit.waitMs;
}

export const quotas: fc.Arbitrary<Quota> = fc.record({
  calls: fc.integer({ min: 1, max: 5 }),
  windowMs: fc.integer({ min: 50, max: 200 }),
});
export const demands: fc.Arbitrary<Demand> = fc.record({
  full: fc.boolean(),
  sendByMs: fc.constantFrom(-Infinity, 100, 500, Infinity),
  background: fc.boolean(),
  calls: fc.integer({ min: 1, max: 4 }),
});
interface Step {
  readonly afterMs: number;
  readonly requests: number;
  readonly demand: Demand;
  readonly closeForMs: number | null;
}
export const schedules: fc.Arbitrary<Step[]> = fc.array(
  fc.record({
    afterMs: fc.nat(60),
    requests: fc.nat(3),
    demand: demands,
    closeForMs: fc.option(fc.nat(150), { freq: 9 }),
  }),
  { maxLength: 50 },
);
