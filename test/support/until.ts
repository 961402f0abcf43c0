import { setTimeout as delay } from 'node:timers/promises';

const GIVE_UP_MS = 10_000;

/** Waits for another process or the network. @throws if the condition is still false after 10 s */
export async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  const giveUpAtMs = Date.now() + GIVE_UP_MS;
  while (!(await condition())) {
    if (Date.now() > giveUpAtMs) throw new Error(`never came true: ${condition.toString()}`);
    await delay(5);
  }
}
