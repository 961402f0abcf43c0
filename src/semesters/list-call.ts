import type { Clock } from '../domain/clock';
import type { CallSpan } from '../domain/spans';
import type { SemesterList, SemesterSource } from '../feishu/ports';
import { acquirePermit } from '../quota/acquire-permit';
import type { QuotaGate } from '../quota/quota-gate';
import { failSent, failUnsent, tooLate } from '../quota/quota-errors';

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
  return async (span?: CallSpan): Promise<SemesterList> => {
    const deadlineAtMs = clock.now() + CALL_DEADLINE_MS;
    const signal = AbortSignal.timeout(CALL_DEADLINE_MS);
    await source
      .ready({ kind: 'app' })
      .catch((error: unknown) => failUnsent(gate, error, clock.unixMs()));
    const admitRetry = () => acquirePermit(gate, clock, signal, CALL_DEADLINE_MS);
    if (!(await admitRetry())) throw tooLate(CALL_DEADLINE_MS, 'none');
    const list = await source
      .listSemesters({ signal, deadlineAtMs, admitRetry, span })
      .catch((error: unknown) => failSent(gate, error, clock.unixMs()));
    await gate.noteAnswered();
    return list;
  };
}
