import { tallyOf, type Tally } from './tally';

/** Requests at a fixed rate, whether or not earlier ones have been answered. */
export interface SteadyLoad {
  sent(): number;
  /** Sends no request after this time of `performance.now()`, even if timers of this process are late. */
  sendUntil(endMs: number): void;
  /** Sends no further request, and waits for the answers. */
  stop(): Promise<LoadReport>;
  /** Sends no further request. */
  close(): void;
}

export interface LoadReport {
  readonly sent: number;
  readonly perSecond: number;
  readonly outcomes: Tally;
}

const TICK_MS = 5;

/**
 * Sends as many requests as are due by now, so that a busy machine gets bursts instead of a lower rate.
 * @param send sends the request with this number; resolves with its outcome, and never rejects
 */
export function startSteadyLoad(
  perSecond: number,
  send: (index: number) => Promise<string>,
): SteadyLoad {
  const startedMs = performance.now();
  const outcomes: string[] = [];
  const open = new Set<Promise<unknown>>();
  let sent = 0;
  let endMs = Infinity;

  const timer = setInterval(() => {
    const due = ((performance.now() - startedMs) * perSecond) / 1_000;
    while (sent < due && performance.now() < endMs) {
      const request = send(sent).then((outcome) => outcomes.push(outcome));
      open.add(request);
      void request.then(() => open.delete(request));
      sent += 1;
    }
  }, TICK_MS);

  const close = () => {
    clearInterval(timer);
  };
  return {
    sent: () => sent,
    sendUntil(ms) {
      endMs = ms;
    },
    close,
    async stop() {
      close();
      const seconds = (Math.min(performance.now(), endMs) - startedMs) / 1_000;
      await Promise.all(open);
      return { sent, perSecond: Math.round(sent / seconds), outcomes: tallyOf(outcomes) };
    },
  };
}
