import { setTimeout as delay } from 'node:timers/promises';

const GIVE_UP_MS = 10_000;

/** Waits for another process or the network. @throws if the condition is still false after `giveUpMs`, by default 10 s */
export async function until(
  condition: () => boolean | Promise<boolean>,
  giveUpMs = GIVE_UP_MS,
): Promise<void> {
  const giveUpAtMs = Date.now() + giveUpMs;
  while (!(await condition())) {
    if (Date.now() > giveUpAtMs) throw new Error(`never came true: ${condition.toString()}`);
    await delay(5);
  }
}
