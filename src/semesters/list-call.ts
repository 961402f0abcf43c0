import type { Clock } from '../domain/clock';
import { toError } from '../domain/to-error';
import type { SemesterList, SemesterSource } from '../feishu/ports';
import { acquirePermit } from '../quota/acquire-permit';
import type { QuotaGate } from '../quota/quota-gate';
import { closingAfter, noteOutcome, tooLate, withRetryAfter } from '../quota/quota-errors';

export interface ListCallOptions {
  readonly source: SemesterSource;
  /** The gate of the `semesters` API, which has its own quota. */
  readonly gate: QuotaGate;
  readonly clock: Clock;
}

/** The deadline of the call. The operations that wait for it have their own deadlines. */
const CALL_DEADLINE_MS = 10_000;

/**
 * Creates a function that fetches the list of cycles with one call. It waits for the gate and reports the
 * outcome to it. @throws GatewayError
 */
export function createListCall({ source, gate, clock }: ListCallOptions) {
  async function closeAfter(thrown: unknown): Promise<never> {
    const error = toError(thrown);
    const closing = closingAfter(error, clock.unixMs());
    if (closing) await gate.closeFor(closing);
    throw withRetryAfter(error, closing);
  }

  return async (): Promise<SemesterList> => {
    const deadlineAtMs = clock.now() + CALL_DEADLINE_MS;
    const signal = AbortSignal.timeout(CALL_DEADLINE_MS);
    await source.ready({ kind: 'app' }).catch(closeAfter);
    const admitRetry = () => acquirePermit(gate, clock, signal, CALL_DEADLINE_MS);
    if (!(await admitRetry())) throw tooLate(CALL_DEADLINE_MS, 'none');
    const list = await source
      .listSemesters({ signal, deadlineAtMs, admitRetry })
      .catch(async (thrown: unknown) => {
        const error = toError(thrown);
        if (!closingAfter(error, clock.unixMs())) await noteOutcome(gate, error);
        return closeAfter(error);
      });
    await gate.noteAnswered();
    return list;
  };
}
