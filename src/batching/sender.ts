import type { Clock } from '../domain/clock';
import { toError } from '../domain/to-error';
import type { StageTaskSource, UpstreamIdentity } from '../feishu/ports';
import { closingAfter } from '../quota/quota-errors';
import type { Outlook, QuotaGate } from '../quota/quota-gate';
import type { Batch } from './batch';
import type { CallResults } from './call-results';
import { startInFlightCall } from './in-flight-call';
import { planCall } from './planner';
import { chooseNext } from './priority';
import type { Queue } from './queue';
import { identityKey } from './scope';
import type { SpareSeats } from './spare-seats';

export interface SenderOptions {
  readonly queue: Queue;
  readonly gate: QuotaGate;
  readonly source: StageTaskSource;
  readonly spareSeats: SpareSeats;
  readonly results: CallResults;
  readonly clock: Clock;
  /** Called with errors that only a defect of the gateway can cause. */
  readonly onDefect: (error: Error) => void;
}

/** Sends the calls that a permit was granted for. */
export interface Sender {
  /**
   * Fetches the token that the batch needs, so that its call can be sent at the moment when it is counted.
   * @returns false if there is no token: then either the gate is closed, or all users that need it are rejected
   */
  prepare(batch: Batch): Promise<boolean>;
  send(outlook: Outlook, calls: number): void;
}

export function createSender(options: SenderOptions): Sender {
  const { queue, gate, source, spareSeats, results, clock, onDefect } = options;
  function settleAll(identity: UpstreamIdentity, error: Error): void {
    const key = identityKey(identity);
    const batches = [...queue.batches, ...queue.searches].filter(
      ({ scope }) => identityKey(scope.identity) === key,
    );
    for (const user of batches.flatMap((batch) => batch.users())) queue.settle(user, error);
  }

  function sendCall(batch: Batch): void {
    const plan = planCall(batch, spareSeats, queue.isPending);
    const call = startInFlightCall({ source, gate, clock }, plan);
    queue.noteSent(call);
    void call.answer
      .then(
        (answer) => {
          results.deliver(call, answer);
        },
        (error: unknown) => results.recover(call, toError(error)),
      )
      .catch((error: unknown) => {
        onDefect(toError(error));
      });
  }

  return {
    async prepare({ scope }) {
      try {
        await source.ready(scope.identity);
        return true;
      } catch (thrown) {
        const error = toError(thrown);
        const closing = closingAfter(error, clock.unixMs());
        if (closing) await gate.closeFor(closing);
        else settleAll(scope.identity, error);
        return false;
      }
    },

    send({ forecast }, calls) {
      for (let i = 0; i < calls; i += 1) {
        // While the permit was acquired, a more urgent user may have arrived, or the last one been removed.
        const next = chooseNext(queue, forecast, clock.now());
        if (next) sendCall(next.batch);
        else void gate.noteUnanswered();
      }
    },
  };
}
