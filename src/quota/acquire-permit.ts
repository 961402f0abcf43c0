import type { Clock } from '../domain/clock';
import type { QuotaGate } from './quota-gate';

/**
 * Spends a call as soon as the quota allows one.
 * @returns false if that would take longer than `withinMs`, or if the signal aborts
 */
export async function acquirePermit(
  gate: QuotaGate,
  clock: Clock,
  signal: AbortSignal,
  withinMs: number,
): Promise<boolean> {
  const giveUpAtMs = clock.now() + withinMs;
  while (!signal.aborted) {
    const permit = await gate.tryAcquire(await gate.look(), { full: true });
    if (permit.granted) return true;
    if (clock.now() + permit.waitMs > giveUpAtMs) return false;
    await clock.sleep(permit.waitMs, signal).catch(() => undefined);
  }
  return false;
}
