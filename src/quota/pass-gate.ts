import type { Clock } from '../domain/clock';
import type { QuotaGate } from './quota-gate';

/** Spends a call as soon as the quota allows one. False: that would take longer, or the signal has aborted. */
export async function passGate(
  gate: QuotaGate,
  clock: Clock,
  signal: AbortSignal,
  withinMs: number,
): Promise<boolean> {
  const giveUpAtMs = clock.now() + withinMs;
  while (!signal.aborted) {
    const permit = await gate.tryAcquire(await gate.look(), { full: true, leaveByMs: clock.now() });
    if (permit.granted) return true;
    if (clock.now() + permit.waitMs > giveUpAtMs) return false;
    await clock.sleep(permit.waitMs, signal).catch(() => undefined);
  }
  return false;
}
