import { once } from 'node:events';
import { toError } from '../domain/to-error';
import type { Outlook } from '../quota/quota-gate';
import { refuseLate } from './admission';
import { chooseNext } from './priority';
import { createSender, type SenderOptions } from './sender';

/**
 * How long the first user waits for others that arrive at the same time. It saves a call, and no client notices.
 * A call without a free seat does not wait.
 */
const GATHER_MS = 8;
/**
 * A call with free seats waits longer while users keep arriving: until none has arrived for `LULL_MS`, at most this
 * long. Else the last few users of a crowd may need one more call, which is spaced.
 */
const GATHER_CROWD_MS = 20;
const LULL_MS = 2;
/** Timers overflow after 24.8 days. */
const MAX_SLEEP_MS = 60_000;

/** When a call with free seats may be sent. Its first user arrived at `startedMs`, its last one at `arrivedAtMs`. */
function gatherEndMs(startedMs: number, arrivedAtMs: number): number {
  const crowdEndMs = Math.min(startedMs + GATHER_CROWD_MS, arrivedAtMs + LULL_MS);
  return Math.max(startedMs + GATHER_MS, crowdEndMs);
}

/** Sends calls, as the quota allows, while users wait. Runs as long as the process. */
export function startDispatcher(options: SenderOptions): void {
  const { queue, gate, clock, onDefect } = options;
  const sender = createSender(options);

  async function run(): Promise<never> {
    let change = queue.nextChange();
    for (;;) {
      if (!change.aborted) await once(change, 'abort');
      change = queue.nextChange();
      try {
        change = await dispatchAll(clock.now());
      } catch (error) {
        onDefect(toError(error));
      }
    }
  }

  /** Sends calls until no user waits. @returns the signal of the next change of the queue */
  async function dispatchAll(startedMs: number): Promise<AbortSignal> {
    let arrivedAtMs = startedMs;
    for (;;) {
      // Get the signal before reading the ledger: it also fires for users that arrive during the reading.
      const change = queue.nextChange();
      const outlook = await lookAndRefuse();
      const next = chooseNext(queue, outlook.forecast, clock.now());
      if (!next) return change;
      const lookedAtMs = clock.now();
      if (change.aborted) arrivedAtMs = lookedAtMs;
      const gatherUntilMs = gatherEndMs(startedMs, arrivedAtMs);
      if (!next.demand.full && lookedAtMs < gatherUntilMs) {
        await clock.sleep(gatherUntilMs - lookedAtMs, change).catch(() => undefined);
        if (change.aborted) arrivedAtMs = clock.now();
        continue;
      }
      if (!(await sender.prepare(next.batch))) {
        await sleepWhileBlocked(change);
        continue;
      }
      // If fetching a token took time, decide again: the queue and the ledger may have changed.
      if (clock.now() > lookedAtMs) continue;
      const permit = await gate.tryAcquire(outlook, next.demand);
      if (permit.granted) sender.send(outlook, permit.calls);
      else await clock.sleep(permit.waitMs, change).catch(() => undefined);
    }
  }

  /** Feishu may have refused the token and closed the gate: waits until calls are allowed or the queue changes. */
  async function sleepWhileBlocked(change: AbortSignal): Promise<void> {
    const { forecast } = await lookAndRefuse();
    const waitMs = Math.min(forecast.blockedMs, MAX_SLEEP_MS);
    if (waitMs > 0) await clock.sleep(waitMs, change).catch(() => undefined);
  }

  /** Reads the ledger and refuses the users that cannot be answered in time. */
  async function lookAndRefuse(): Promise<Outlook> {
    const outlook = await gate.look();
    refuseLate(queue, outlook.forecast, clock.now());
    return outlook;
  }

  void run();
}
