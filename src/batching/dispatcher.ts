import { once } from 'node:events';
import { toError } from '../domain/to-error';
import type { Outlook } from '../quota/quota-gate';
import { refuseLate } from './admission';
import { chooseNext } from './priority';
import { createSender, type SenderOptions } from './sender';

/** How long the first of a crowd waits for the others: no client notices, and it saves a call. */
const GATHER_MS = 8;
/** Timers overflow after 24.8 days. */
const LONGEST_SLEEP_MS = 60_000;

/** Sends one call after the other, as the quota allows, for as long as users wait. */
export function startDispatcher(options: SenderOptions): void {
  const { queue, gate, clock, onDefect } = options;
  const sender = createSender(options);

  async function run(): Promise<never> {
    let change = queue.nextChange();
    for (;;) {
      if (!change.aborted) await once(change, 'abort');
      change = queue.nextChange();
      try {
        await gather(options, refuse);
        change = await dispatchAll();
      } catch (error) {
        onDefect(toError(error));
      }
    }
  }

  /** Resolves when no user waits, with the signal of the next change from then on. */
  async function dispatchAll(): Promise<AbortSignal> {
    for (;;) {
      // A user that comes while the ledger is asked changes the queue, so that no arrival is overslept.
      const change = queue.nextChange();
      const outlook = await refuse();
      const next = chooseNext(queue, outlook.forecast, clock.now());
      if (!next) return change;
      const lookedAtMs = clock.now();
      if (!(await sender.prepare(next.batch))) {
        await sleepWhileBlocked(change);
        continue;
      }
      // While a token was fetched, everything may have changed.
      if (clock.now() > lookedAtMs) continue;
      const permit = await gate.tryAcquire(outlook, next.demand);
      if (permit.granted) sender.send(outlook);
      else await clock.sleep(permit.waitMs, change).catch(() => undefined);
    }
  }

  /** Without a token: Feishu may have closed the gate for a while. */
  async function sleepWhileBlocked(change: AbortSignal): Promise<void> {
    const { forecast } = await refuse();
    const waitMs = Math.min(forecast.blockedMs, LONGEST_SLEEP_MS);
    if (waitMs > 0) await clock.sleep(waitMs, change).catch(() => undefined);
  }

  /** Users that cannot be answered in time are told at once, by one look at the ledger for all of them. */
  async function refuse(): Promise<Outlook> {
    const outlook = await gate.look();
    refuseLate(queue, outlook.forecast, clock.now());
    return outlook;
  }

  void run();
}

/** Waits for others to come; those that come too late are refused meanwhile. */
async function gather(
  { queue, clock }: Pick<SenderOptions, 'queue' | 'clock'>,
  refuse: () => Promise<unknown>,
): Promise<void> {
  const untilMs = clock.now() + GATHER_MS;
  for (let leftMs = GATHER_MS; leftMs > 0; leftMs = untilMs - clock.now()) {
    const change = queue.nextChange();
    await refuse();
    await clock.sleep(leftMs, change).catch(() => undefined);
  }
}
