import { setTimeout as delay } from 'node:timers/promises';

const GIVE_UP_MS = 10_000;

/** Waits for what another process or the network does; a condition that never comes is a failure. */
export async function until(condition: () => boolean): Promise<void> {
  const giveUpAtMs = Date.now() + GIVE_UP_MS;
  while (!condition()) {
    if (Date.now() > giveUpAtMs) throw new Error(`never came true: ${condition.toString()}`);
    await delay(5);
  }
}
